/** The file in which a shard leaves its result for `spancheck merge`. It may come from anyone, so all of it is validated. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { BadInputError } from '../../properties/input/badInput';
import { parseJson, type Fail } from '../../properties/input/parseJson';
import { checkPlainData } from '../../properties/input/plainData';
import { OPS, type Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { parseTraceFile } from '../../properties/trace/traceFile';
import { readTextFile, writeFileAtomically } from '../input/files';
import type { RunResult } from '../output/report';
import { version } from '../output/version';
import type { Shard } from './shard';

/** The result of a part of a table: one row for each item that was searched. */
export interface TableRow {
  readonly name: string;
  readonly isGood: boolean;
  readonly text: string;
}

interface Head {
  readonly verb: 'run' | 'history' | 'faults' | 'interleave';
  readonly shard: Shard;
  /** Digest of the version and of all options that the shards of one search have in common. */
  readonly search: string;
  /** The seed as it was given, before the shard moved it. */
  readonly seed: number;
}

export type ShardResult = Head &
  ({ readonly run: RunResult; readonly rows?: never } | { readonly rows: readonly TableRow[]; readonly run?: never });

/** Returns the digest that tells the shards of one search from those of another. */
export function searchDigest(options: object): string {
  return createHash('sha256')
    .update(JSON.stringify({ version: version(), ...options }))
    .digest('hex')
    .slice(0, 16);
}

/** Writes the result of a shard, as `<folder>/shard-run-2-of-4.json`. */
export async function writeShard(folder: string, result: ShardResult): Promise<void> {
  const { verb, shard } = result;
  const path = join(folder, `shard-${verb}-${shard.index}-of-${shard.count}.json`);
  await writeFileAtomically(path, `${JSON.stringify({ spancheck: 'shard', version: 1, ...result })}\n`);
}

export async function readShard(path: string): Promise<ShardResult> {
  return parseShard(await readTextFile(path), path);
}

/** Parses a shard file; throws a `BadInputError` that names the place on anything else. */
export function parseShard(text: string, path: string): ShardResult {
  const fail: Fail = (place, problem) => {
    throw new BadInputError(`${path}: ${place === '' ? '' : `${place}: `}${problem}`);
  };
  const value = parseJson(text, fail);
  checkPlainData(value, '', fail);
  const parsed = FILE.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(issue?.path.join('.') ?? '', `not a result of --shard (${issue?.message ?? 'unknown'})`);
  }
  const { verb, shard, search, seed, run, rows } = parsed.data;
  if (shard.index > shard.count) fail('shard.index', `${shard.index} is above shard.count`);
  for (const { found, later = [] } of run?.verdicts ?? [])
    for (const { trace } of found === undefined ? [] : [found, ...found.others, ...later])
      parseTraceFile(JSON.stringify({ spancheck: 'trace', version: 1, ...trace }), path);
  const head = { verb, shard, search, seed };
  if (run !== undefined && rows === undefined) return { ...head, run: { ...run, canary: run.canary } };
  if (rows !== undefined && run === undefined) return { ...head, rows };
  return fail('', 'needs either run or rows');
}

const COUNT = z.number().min(0);
const FIGURE = z.union([z.number(), z.null().transform(() => Number.NaN)]);
const TEXT = z.string().max(100_000);
const DRIFTS = z.array(
  z.object({
    counter: TEXT,
    class: COUNT.exactOptional(),
    p: COUNT.exactOptional(),
    span: COUNT.exactOptional(),
    expected: FIGURE,
    actual: FIGURE,
  }),
);
/** An object with a shape and commands; `parseShard` has them read as a trace file is. */
const TRACE = z.custom<Trace>(
  (value) => typeof value === 'object' && value !== null && 'shape' in value && 'commands' in value,
  'not a trace',
);
const OTHER = z.object({
  trace: TRACE,
  failure: z.object({
    step: z.int().min(0),
    op: z.custom<Op>((value) => typeof value === 'string' && Object.hasOwn(OPS, value), 'not a command'),
    check: TEXT,
    signature: TEXT,
    message: TEXT,
    also: z.array(TEXT),
    drifts: DRIFTS,
    findings: z.array(z.object({ check: TEXT, drifts: DRIFTS })),
    flows: COUNT,
  }),
  file: TEXT,
  unwritten: z.object({ problem: TEXT, lines: z.array(TEXT) }).optional(),
});
const VERDICT = z.object({
  system: TEXT,
  outcome: z.enum(['held', 'failed', 'interrupted', 'skipped', 'nothing checked']),
  note: TEXT.optional(),
  seed: z.int(),
  traces: COUNT,
  steps: COUNT,
  seconds: COUNT,
  checks: z.array(TEXT),
  checksNotRun: z.array(
    z.object({ name: TEXT, needs: z.array(z.enum(['rescan', 'events', 'heap', 'read', 'twins', 'predicted'])) }),
  ),
  figuresNotCompared: z.array(TEXT),
  limits: z.array(z.object({ what: TEXT, why: TEXT })),
  ops: z.array(z.object({ op: TEXT, applied: COUNT })),
  states: z.array(z.object({ name: TEXT, steps: COUNT })),
  found: OTHER.extend({
    commandsBefore: COUNT,
    tries: COUNT,
    isShrunk: z.boolean(),
    certificate: TEXT.optional(),
    runtimeWords: z.array(TEXT).exactOptional(),
    rate: z.object({ failed: COUNT, runs: COUNT }).exactOptional(),
    leaks: z.literal(true).exactOptional(),
    others: z.array(OTHER),
  }).optional(),
  later: z.array(OTHER).exactOptional(),
  unrepeated: z.object({ count: COUNT, file: TEXT }).exactOptional(),
  repeat: TEXT,
});
const RUN = z.object({
  seed: z.int(),
  verdicts: z.array(VERDICT).max(1000),
  canary: z
    .object({
      isCaught: z.boolean(),
      fault: TEXT,
      steps: COUNT,
      check: TEXT.optional(),
      commandsBefore: COUNT,
      commands: COUNT,
      seconds: COUNT,
    })
    .transform(({ check, ...canary }) => ({ ...canary, check }))
    .optional(),
});
const FILE = z.strictObject({
  spancheck: z.literal('shard'),
  version: z.literal(1),
  verb: z.enum(['run', 'history', 'faults', 'interleave']),
  shard: z.strictObject({ index: z.int().min(1).max(4096), count: z.int().min(1).max(4096) }),
  search: z.string().regex(/^[0-9a-f]{16}$/),
  seed: z.int(),
  run: RUN.exactOptional(),
  rows: z.array(z.strictObject({ name: TEXT, isGood: z.boolean(), text: TEXT })).exactOptional(),
});
