/** The reference model held to a real Go 1.9: the same traces, every published field after every step. */
import { describe, expect, test } from 'vitest';
import type { Edit } from '../edits';
import { plantModel } from '../../faults/plantModel';
import { CHECKS } from '../../properties/checks/checks';
import type { Command } from '../../properties/trace/command';
import { AsyncJudge } from '../../properties/judge';
import { runSuite, type SuiteResult } from '../../properties/suite';
import { goSystem } from './goSystem';
import { TEST_CACHE_DIR, hasGo } from '../../testing/goToolchain';

const checks = CHECKS.filter(({ name }) => name === 'model');

/** The release may have to be fetched. */
const FETCH_TIMEOUT_MS = 300_000;

async function run(options: {
  readonly edits?: readonly Edit[];
  readonly modelEdits?: readonly Edit[];
}): Promise<SuiteResult> {
  const { edits = [], modelEdits } = options;
  const model = modelEdits && plantModel({ name: 'planted', edits: modelEdits });
  const system = await goSystem({ toolchain: 'go1.9.7', cacheDir: TEST_CACHE_DIR, edits, model });
  try {
    return await runSuite({ system, checks, seed: 1, traces: 60, maxCommands: 300 });
  } finally {
    await system.close();
  }
}

test.runIf(hasGo)(
  'Go 1.9.7 publishes what the model publishes, in every field at every step',
  async () => {
    const { found, steps } = await run({});
    expect(found?.failure.message).toBe(undefined);
    expect(steps).toBeGreaterThan(4000);
  },
  FETCH_TIMEOUT_MS,
);

describe.runIf(hasGo)('two free runs of the same length, one of which the allocation itself sweeps', () => {
  const alloc = (pages: number, name: number): Command => ({ op: 'largeAlloc', p: 0, size: pages * 8192, name });
  const sweep = (object: number): Command => ({ op: 'sweepSpan', p: 0, object });
  const collect: Command = { op: 'gcStart', p: 0 };
  const die = (...names: readonly number[]): readonly Command[] => [
    ...names.map((object): Command => ({ op: 'free', object })),
    collect,
  ];
  // These span structures are reused in reverse order: a later place in the arena gets a structure at a lower address.
  const stacks = Array.from({ length: 8 }, (_, i) => i + 1);
  const start: readonly Command[] = [
    ...stacks.map((name): Command => ({ op: 'allocStack', pages: 150, name })),
    ...stacks.map((stack): Command => ({ op: 'freeStack', stack })),
    alloc(200, 11),
    alloc(140, 12),
    alloc(200, 13),
    alloc(140, 14),
    alloc(140, 15),
    ...die(11, 13),
    sweep(13),
    alloc(200, 16), // sweeps 11
  ];

  const failureOf = async (commands: readonly Command[]): Promise<string | undefined> => {
    const system = await goSystem({ toolchain: 'go1.9.7', cacheDir: TEST_CACHE_DIR });
    try {
      return (await new AsyncJudge(system, { checks: CHECKS }).run({ shape: { procs: 1 }, commands })).failure?.message;
    } finally {
      await system.close();
    }
  };

  test(
    'the model takes the run that Go takes: the heap grows by as much',
    async () => {
      const larger = Array.from({ length: 5 }, (_, i) => alloc(470, 20 + i));
      expect(await failureOf([...start, ...die(12, 14), sweep(12), sweep(14), ...larger])).toBe(undefined);
    },
    FETCH_TIMEOUT_MS,
  );

  test(
    'the name of a dead object leads to the span that lies there now',
    async () => {
      for (const dead of [11, 13])
        expect(await failureOf([...start, alloc(200, 17), collect, sweep(dead)])).toBe(undefined);
    },
    FETCH_TIMEOUT_MS,
  );
});

test.runIf(hasGo).each<readonly [string, Edit]>([
  [
    'sweeps the other way round',
    {
      file: 'mgcsweepbuf.ts',
      find: 'return b.index === 0 ? 0 : b.spans[--b.index];',
      replace: 'const [s] = b.spans; if (b.index === 0) return 0; b.spans.copyWithin(0, 1, b.index--); return s;',
    },
  ],
  [
    'puts a span back behind the others',
    {
      file: 'mcentral.ts',
      find: 'insert(h.lists, spans, nonempty(sizeclass), s);\n    h.heap_live',
      replace: 'insertBack(h.lists, spans, nonempty(sizeclass), s);\n    h.heap_live',
    },
  ],
])(
  'a model that %s is seen',
  async (_, edit) => {
    const { found } = await run({ modelEdits: [edit] });
    expect(found?.failure.signature).toMatch(/^model model: /);
  },
  FETCH_TIMEOUT_MS,
);

test.runIf(hasGo)(
  'a runtime that puts a span back behind the others is seen, by the model alone',
  async () => {
    const find = 'c.nonempty.insert(s)\n\t\t// mCentral_CacheSpan';
    const { found } = await run({
      edits: [{ file: 'mcentral.go', find, replace: find.replace('insert', 'insertBack') }],
    });
    expect(found?.failure.signature).toMatch(/^model model: /);
  },
  FETCH_TIMEOUT_MS,
);
