/** Exported Go tests: what they say, that several fit in one package, and that they fail with a bug and pass without. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readGoFaults } from '../../faults/goCatalogue';
import { class_to_size } from '../../model/sizeclasses';
import { BadInputError } from '../../properties/input/badInput';
import type { Command } from '../../properties/trace/command';
import type { PlantedFault } from '../../properties/trace/faultSchema';
import type { TraceFile } from '../../properties/trace/traceFile';
import { findGo } from '../../systems/go/goSystem';
import { runTests } from '../../systems/go/ownTests';
import { EXPORTS } from './exports';
import { hasGo, isGoRequired } from '../../testing/goToolchain';

const LARGE: readonly Command[] = [
  { op: 'largeAlloc', p: 0, size: 32_769, name: 1 },
  { op: 'free', object: 1 },
  { op: 'gcStart', p: 0 },
  { op: 'smallAlloc', p: 0, class: 40, count: 1, name: 2, pointers: true },
];
const SMALL: readonly Command[] = [
  { op: 'smallAlloc', p: 0, class: 1, count: 2, name: 1 },
  { op: 'free', object: 1 },
  { op: 'gcStart', p: 0 },
];
const MANY: readonly Command[] = [
  { op: 'smallAlloc', p: 1, class: 66, count: 3, name: 1 },
  { op: 'tinyAlloc', p: 0, size: 7, name: 2 },
  { op: 'largeAlloc', p: 2, size: 2 ** 20, name: 3 },
  { op: 'smallAlloc', p: 2, class: 40, count: 2, name: 4, pointers: true },
  { op: 'free', object: 1 },
  { op: 'setProcs', procs: 2 },
  { op: 'gcStart', p: 1 },
  { op: 'readMemStats' },
];

const GIVEN_BACK: readonly Command[] = [
  { op: 'smallAlloc', p: 0, class: 66, count: 2, name: 1 },
  { op: 'smallAlloc', p: 0, class: 2, count: 1, name: 2 },
  { op: 'tinyAlloc', p: 0, size: 7, name: 3 },
  { op: 'freegc', p: 0, object: 1 },
  { op: 'freegc', p: 0, object: 2 },
  { op: 'freegc', p: 0, object: 3 },
  { op: 'smallAlloc', p: 0, class: 66, count: 3, name: 4 },
];

function exported(
  commands: readonly Command[],
  { procs = 1, release = 'go1.26.8', readsEachStep = true } = {},
): Promise<string> {
  const drifts = [{ counter: 'Mallocs', expected: 1, actual: 2 }];
  const file: TraceFile = {
    system: 'go',
    shape: { procs },
    commands,
    failure: {
      step: commands.length - 1,
      check: 'rescan',
      signature: '',
      message: 'Mallocs: 2, expected 1 (+1)',
      drifts,
    },
  };
  return Promise.resolve(
    EXPORTS.go.write({ file, from: '', release, readsEachStep, explanation: async () => Promise.resolve(undefined) }),
  );
}

/** The text of an exported test without what makes its names its own. */
async function readable(...args: Parameters<typeof exported>): Promise<string> {
  return (await exported(...args)).replace(/_[0-9a-f]{8}\b/g, '');
}

test('it is named after what drifts and where, does each command, and says what each must add', async () => {
  const text = await readable(SMALL);
  expect(text).toContain('func TestMemStatsMallocsAfterGC(t *testing.T)');
  expect(text).toContain('//	Mallocs: 2, expected 1 (+1)');
  expect(text).toContain('		o1[i] = new(*byte)\n');
  expect(text).toContain('{after: "P0 gcStart", mallocs: 2, frees: 2, totalAlloc: 16, bySize: []wantedRow{{8, 2, 2}}}');
  expect(text.match(/readBothWays\(\d\)/g)).toEqual([
    'readBothWays(0)',
    'readBothWays(0)',
    'readBothWays(1)',
    'readBothWays(2)',
    'readBothWays(3)',
  ]);
});

test('objects with pointers stay in their class, with the header that they have since Go 1.22', async () => {
  const scan = (sizeclass: number, count: number): Command => ({
    op: 'smallAlloc',
    p: 0,
    class: sizeclass,
    count,
    name: sizeclass,
    pointers: true,
  });
  const text = await readable([scan(5, 2), scan(40, 1), scan(66, 1)]);
  expect(text).toContain('var o5 [2]*[8]*byte\n');
  expect(text).toContain(`o40 = new([${class_to_size[40] / 8 - 1}]*byte)\n`);
  expect(text).toContain('o66 = new([4095]*byte)\n');
  expect(text).toContain('o5 = [2]*[8]*byte{}\n');
});

test('what only the runtime does comes about by other means', async () => {
  const inside: readonly Command[] = [
    { op: 'cacheSpan', p: 0, class: 4 },
    SMALL[0],
    { op: 'uncacheSpan', p: 0, class: 1 },
    ...SMALL.slice(1),
    { op: 'sweepSpan', p: 0, object: 1 },
  ];
  const text = await readable(inside, { readsEachStep: false });
  expect(text).toContain('	// P0 cacheSpan class 4: by an allocation\n	o2 = new([48]byte)\n');
  expect(text).toContain('	// P0 uncacheSpan class 1: a read makes all Ps give their spans back\n	readBothWays(1)\n');
  expect(text).toContain(
    '{after: "P0 sweepSpan of o1: runtime.GC has swept it", mallocs: 3, frees: 2, totalAlloc: 64, allocd: 48, bySize: []wantedRow{{8, 2, 2}, {48, 1, 0}}}',
  );
});

test('a trace that was not checked by reads is read where it reads, and at its end', async () => {
  const text = await readable([SMALL[0], { op: 'readMemStats' }, ...SMALL.slice(1)], { readsEachStep: false });
  expect(text.match(/readBothWays\(\d\)/g)).toEqual([
    'readBothWays(0)',
    'readBothWays(0)',
    'readBothWays(1)',
    'readBothWays(2)',
  ]);
});

test('freegc gets only objects that it takes; an object handed out again is no malloc', async () => {
  const text = await readable(GIVEN_BACK, { readsEachStep: false });
  expect(text).toContain('//	GOEXPERIMENT=runtimefreegc go test runtime -run ');
  expect(text).toContain(
    '	// P0 freegc o1\n	for i := range o1 {\n		runtime.Freegc(unsafe.Pointer(o1[i]), 32760, true)\n	}\n	o1 = [2]*[32760]byte{}\n',
  );
  expect(text).toContain('	// P0 freegc o2\n	runtime.Freegc(unsafe.Pointer(o2), 16, true)\n	o2 = nil\n');
  expect(text).toContain('	// P0 freegc o3\n	o3 = nil\n');
  expect(text).toContain(
    'mallocs: 5, totalAlloc: 98336, allocd: 98336, bySize: []wantedRow{{16, 2, 0}, {32768, 3, 0}}}',
  );
});

test.each<[Command, string, RegExp]>([
  [
    { op: 'freegc', p: 0, object: 1 },
    'go1.25.0',
    /^export: commands\[0\]: freegc exists since Go 1\.26, but this trace is from Go 1\.25; use --to markdown$/,
  ],
  [
    { op: 'allocStack', pages: 1, name: 1 },
    'go1.26.8',
    /^export: commands\[0\]: a Go test cannot do allocStack, which only the runtime itself can; use --to markdown$/,
  ],
  [
    { op: 'gcStart', p: 1 },
    'go1.9.7',
    /^export: commands\[0\]: a Go test can choose its P since Go 1\.12, but this trace is from Go 1\.9; use --to markdown$/,
  ],
])('a command that no Go test can do is refused in one line: %j', async (command, release, message) => {
  await expect(exported([command], { release })).rejects.toThrow(message);
});

test.each<[string, PlantedFault | null, string]>([
  [
    'exec:./slab --fast',
    null,
    "export: this trace is of exec:./slab --fast, and a Go test would run it on Go's runtime, which does not have that bug; use --to vitest",
  ],
  [
    'model',
    { name: 'sweep-not-counted', edits: [] },
    "export: this trace is of the model with a planted fault (sweep-not-counted), and a Go test would run it on Go's runtime, which does not have that bug; use --to vitest",
  ],
  [
    'my allocator',
    null,
    "export: this trace is of my allocator, and a Go test would run it on Go's runtime, which does not have that bug; use --to markdown",
  ],
])('a trace of %s cannot become a Go test', async (system, plant, message) => {
  const write = EXPORTS.go.write({
    file: { system, plant, shape: { procs: 1 }, commands: SMALL },
    from: '',
    explanation: async () => Promise.resolve(undefined),
  });
  await expect(write).rejects.toThrow(new BadInputError(message));
});

test('a trace of the clean model can', async () => {
  const write = EXPORTS.go.write({
    file: { shape: { procs: 1 }, commands: SMALL, plant: null },
    from: '',
    explanation: async () => Promise.resolve(undefined),
  });
  expect(await write).toContain('func TestMemStatsHoldAfterGC_');
});

test('no two exported tests declare the same name', async () => {
  const names = (text: string): readonly string[] =>
    [...text.matchAll(/^(?:func|var|type) (\w+)/gm)].map(([, name]) => name);
  const texts = await Promise.all([
    exported(MANY.slice(0, 7), { procs: 3 }),
    exported([MANY[1], MANY[2], MANY[6]], { procs: 3 }),
  ]);
  const declared = texts.flatMap(names);
  expect(declared.length).toBeGreaterThan(25);
  expect(new Set(declared).size).toBe(declared.length);
});

test.runIf(hasGo)('it is gofmt clean', async () => {
  for (const text of [
    await exported(SMALL),
    await exported(LARGE, { release: 'go1.9.7' }),
    await exported(MANY, { procs: 3 }),
    await exported(GIVEN_BACK),
    await exported([MANY[0], { op: 'freegc', p: 1, object: 1 }], { procs: 2 }),
  ]) {
    expect(execFileSync('gofmt', ['-d'], { input: text, encoding: 'utf8' })).toBe('');
  }
});

const CASES = [
  ['go1.9.7', 'go1.9-purge-nlargefree-not-zeroed', LARGE, 1, true],
  ['go1.26.8', 'go1.26-sweep-counts-one', MANY, 3, true],
  ['go1.26.8', 'go1.26-freegc-reuse-is-a-malloc', GIVEN_BACK, 1, false],
] as const;

test.runIf(hasGo).each(CASES)(
  '%s: it fails with %s and passes without',
  { timeout: 400_000 },
  async (release, name, commands, procs, readsEachStep) => {
    const toolchain = await findGo({ toolchain: release }).catch((error: unknown) => {
      if (isGoRequired) throw error;
      console.log(`skipped, an exported test on ${release}: ${String(error)}`);
    });
    if (toolchain === undefined) return;
    const fault = readGoFaults(`1.${toolchain.minor}`).find((candidate) => candidate.name === name);
    const text = await exported(commands, { procs, release, readsEachStep });
    // Another exported test stands beside it: the two must compile together.
    const beside = await exported(procs > 1 ? [MANY[1], MANY[2], MANY[6]] : SMALL, { procs, release });
    const added = new Map([
      ['spancheck_bug_test.go', text],
      ['spancheck_beside_test.go', beside],
    ]);
    const options = { added, pattern: `^${/func (Test\w+)/.exec(text)?.[1] ?? 'none'}$` };
    const faulty = await runTests(toolchain, { ...options, edits: fault?.edits });
    expect(faulty.output).toMatch(/after .*: Mallocs moved by|after .*: MemStats and ReadMemStatsSlow differ/);
    expect(faulty).toMatchObject({ passed: 0, failed: [expect.stringMatching(/^TestMemStatsMallocsAfter/) as string] });
    const clean = await runTests(toolchain, options);
    expect(clean).toMatchObject({ passed: 1, failed: [], death: undefined });
  },
);
