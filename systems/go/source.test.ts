import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changedSource } from './source';

test('each line of a changed file knows where it comes from', async () => {
  const goroot = mkdtempSync(join(tmpdir(), 'spancheck-source-'));
  const runtime = join(goroot, 'src', 'runtime');
  mkdirSync(runtime, { recursive: true });
  writeFileSync(join(runtime, 'a.go'), 'one\ntwo\nthree\nfour\n');
  const own = join(goroot, 'mine.go');
  writeFileSync(own, 'mine\n');
  writeFileSync(join(runtime, 'b.go'), '');
  const changed = await changedSource(
    { goroot, version: 'go1.26.8', minor: 26 },
    {
      replace: new Map([['b.go', own]]),
      edits: [
        { file: 'a.go', find: 'two\n', replace: 'x\ny\n', place: 'f: edits[0]' },
        { file: 'a.go', find: 'one', replace: '1', place: 'f: edits[1]' },
      ],
    },
  );
  rmSync(goroot, { recursive: true });
  const path = join(runtime, 'a.go');
  expect(changed.get('b.go')?.origins[0]).toBe(`${own}:1`);
  expect(changed.get('a.go')?.origins).toEqual([
    'f: edits[1].replace',
    'f: edits[0].replace, line 1',
    'f: edits[0].replace, line 2',
    `${path}:3`,
    `${path}:4`,
    `${path}:5`,
  ]);
});
