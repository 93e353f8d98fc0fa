/** A program under test that answers the handshake and every reset, and then no command. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = `
import json, sys, time
sys.stdin.readline()
print(json.dumps({"spancheck": 1, "name": "hang", "ops": ["smallAlloc", "free", "gcStart"]}), flush=True)
for line in sys.stdin:
    if json.loads(line)["op"] != "reset":
        open("hangs", "w").close()
        time.sleep(100)
    print(json.dumps({"stats": {"Mallocs": 0}}), flush=True)
`;

const TRACE = {
  spancheck: 'trace',
  version: 1,
  shape: { procs: 1 },
  commands: [
    { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 },
    { op: 'free', object: 1 },
    { op: 'gcStart', p: 0 },
  ],
};

/** Writes the program and a trace for it into a folder. Returns the words that follow a verb, and whether it hangs yet. */
export function hangingProgram(folder: string): { readonly words: readonly string[]; readonly hangs: () => boolean } {
  rmSync(join(folder, 'hangs'), { force: true });
  writeFileSync(join(folder, 'hang.py'), PROGRAM);
  writeFileSync(join(folder, 'hang.json'), JSON.stringify(TRACE));
  return { words: ['hang.json', '--system', 'exec:python3 hang.py'], hangs: () => existsSync(join(folder, 'hangs')) };
}
