/** Arbitraries of trace files, and of ways to damage them. */
import fc from 'fast-check';
import { at } from '../properties/at';
import { CHECK_NAMES } from '../properties/trace/checkNames';
import type { Command } from '../properties/trace/command';
import type { TraceFile } from '../properties/trace/traceFile';

/** Draws trace files with every optional part present or not, and any text in them. */
export function traceFiles(): fc.Arbitrary<TraceFile> {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const whole = fc.nat(1000);
  const edit = fc.record({ file: text, find: text, replace: text });
  const plant = fc.record(
    {
      name: fc.stringMatching(/^[\w.+-]{1,12}$/),
      edits: fc.array(edit, { maxLength: 2 }),
      origin: text,
      text,
      more: fc.constant({ a: [1] }),
    },
    { requiredKeys: ['name', 'edits'] },
  );
  const figure = fc.oneof(
    fc.double({ noDefaultInfinity: true }).map((x) => x + 0),
    whole,
  );
  const drift = fc.record(
    { counter: text, expected: figure, actual: figure, class: whole, p: whole, span: whole },
    { requiredKeys: ['counter', 'expected', 'actual'] },
  );
  const failure = fc.record({
    step: fc.constant(0),
    check: text,
    signature: text,
    message: text,
    drifts: fc.array(drift, { maxLength: 2 }),
  });
  const replaced = fc.record({ file: text, path: text, sha256: text });
  const runtime = fc.record(
    { release: text, toolchain: text, goroot: text, replace: fc.array(replaced, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
  const optional = fc.record(
    {
      system: text,
      seed: fc.integer(),
      checks: fc.array(fc.constantFrom(...CHECK_NAMES)),
      plant: fc.option(plant),
      runtime,
      failure,
      note: text,
    },
    { requiredKeys: [] },
  );
  return fc.tuple(traces(), optional).map(([trace, rest]) => ({ ...trace, ...rest }));
}

/** Draws traces whose commands refer only to names in play. It does not use the generator of the suite. */
function traces(): fc.Arbitrary<TraceFile> {
  const prng = fc.tuple(fc.nat(11), fc.nat(), fc.nat());
  return fc
    .tuple(fc.integer({ min: 1, max: 128 }), fc.array(prng, { minLength: 1, maxLength: 30 }))
    .map(([procs, throws]) => {
      const live = { objects: [] as number[], born: [] as number[], stacks: [] as number[], procs };
      return { shape: { procs }, commands: throws.map(([kind, a, b], i) => draw(kind, a, b, 3 * i + 1, live)) };
    });
}

function draw(
  kind: number,
  a: number,
  b: number,
  name: number,
  live: { objects: number[]; born: number[]; stacks: number[]; procs: number },
): Command {
  const p = a % live.procs;
  const sizeclass = (b % 66) + 1;
  const smallAlloc = (): Command => {
    live.objects.push(name);
    live.born.push(name);
    return { op: 'smallAlloc', p, class: sizeclass, count: (a % 2048) + 1, name };
  };
  const [object] = live.objects.splice(a % (live.objects.length || 1), kind === 3 ? 1 : 0);
  const [dead] = live.stacks.splice(a % (live.stacks.length || 1), kind === 11 ? 1 : 0);
  if (kind === 1 || kind === 2) {
    live.objects.push(name);
    live.born.push(name);
  }
  switch (kind) {
    case 1:
      return { op: 'tinyAlloc', p, size: b % 16, name };
    case 2:
      return { op: 'largeAlloc', p, size: 32769 + b, name };
    case 3:
      return object === undefined ? smallAlloc() : { op: 'free', object };
    case 4:
      return { op: 'cacheSpan', p, class: sizeclass };
    case 5:
      return { op: 'uncacheSpan', p, class: sizeclass };
    case 6:
      return live.born.length === 0
        ? smallAlloc()
        : { op: 'sweepSpan', p, object: at(live.born, b % live.born.length) };
    case 7:
      return { op: 'gcStart', p };
    case 8:
      return { op: 'readMemStats' };
    case 9:
      live.procs = (b % 128) + 1;
      return { op: 'setProcs', procs: live.procs };
    case 10:
      live.stacks.push(name);
      return { op: 'allocStack', pages: (b % 131072) + 1, name };
    case 11:
      return dead === undefined ? smallAlloc() : { op: 'freeStack', stack: dead };
    default:
      return smallAlloc();
  }
}

/** Draws ways to damage a text: characters lost, cut off or inserted, tokens changed or swapped. */
export function damages(): fc.Arbitrary<(text: string) => string> {
  const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const token = fc.constantFrom(
    'null',
    '[]',
    '{}',
    '-1',
    '1e999',
    '"5"',
    'NaN',
    '1.5',
    'true',
    '"free"',
    '"__proto__"',
    '"\u001b[31m\u2028"',
    '99999999999999999999',
  );
  return fc.oneof(
    fc.tuple(position, fc.nat(5)).map(([where, length]) => (text: string) => {
      const i = Math.floor(where * text.length);
      return text.slice(0, i) + text.slice(i + length + 1);
    }),
    position.map((where) => (text: string) => text.slice(0, Math.floor(where * text.length))),
    fc.tuple(position, fc.string({ unit: 'binary', maxLength: 3 })).map(([where, put]) => (text: string) => {
      const i = Math.floor(where * text.length);
      return text.slice(0, i) + put + text.slice(i);
    }),
    fc.tuple(position, token).map(
      ([where, put]) =>
        (text: string) =>
          replaceToken(text, where, () => put),
    ),
    fc.tuple(position, position).map(([where, other]) => (text: string) => {
      const tokens = text.match(TOKEN) ?? [];
      return replaceToken(text, where, () => tokens[Math.floor(other * tokens.length)] ?? '');
    }),
  );
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g;

function replaceToken(text: string, where: number, put: () => string): string {
  const chosen = Math.floor(where * (text.match(TOKEN)?.length ?? 0));
  let i = 0;
  return text.replace(TOKEN, (token) => (i++ === chosen ? put() : token));
}
