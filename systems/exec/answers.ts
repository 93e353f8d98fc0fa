/**
 * What a program answers: one JSON line to the handshake, one to each line after it. docs/protocol.md says it
 * to the author of an allocator.
 */
import { z } from 'zod';
import { MEMSTATS_TOTALS, newMemStats } from '../../model/memstats';
import type { Rescan } from '../../model/mstats';
import { MAX_PROCS } from '../../model/mcache';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { quoted } from '../../properties/input/badInput';
import { COMMON_OPS, type Op } from '../../properties/trace/command';
import type { Observation, Twin } from '../../properties/system';
import { fieldsOf, fillMemStats } from '../figures';

/** What a program says of itself. */
export type Hello = z.infer<typeof HELLO>;

/** The line is not what the protocol asks for. The message says what is there and what should be. */
export class MalformedAnswer extends Error {
  constructor(line: string, problem: string, expected: string) {
    super(`answered ${quoted(line, 120)}, which is not ${expected}: ${problem}`);
  }
}

export function readHello(line: string): Hello {
  return parse(line, HELLO, '{"spancheck":1,"name":…,"ops":[…],…}');
}

/** Reads the answers of one process into one observation, which is the same at every step. */
export class AnswerReader {
  readonly observation: { -readonly [part in keyof Observation]: Observation[part] };
  private readonly published = newMemStats();
  private readonly rescan: Rescan = {
    stats: newMemStats(),
    // A program tells its statistics, not its spans: checks that look at these need the heap as well.
    liveSlots: new Int32Array(NUM_SIZE_CLASSES + 1),
    largePages: Number.NaN,
    pagesInUse: Number.NaN,
  };
  private readonly twins: Twin[] = [];
  /** Which fields the first answer had, in both halves; later ones must have the same. */
  private fields: string | undefined;

  constructor(private readonly hello: Hello) {
    const { published, rescan, twins } = this;
    this.observation = { published, ...(hello.rescan && { rescan }), ...(hello.twins && { twins }) };
  }

  /** The program's own error, or nothing and `observation` is what the line tells. */
  read(line: string): string | undefined {
    const answer = parse(line, ANSWER, EXPECTED);
    if ('error' in answer) return answer.error;
    const { stats, rescan, twins } = answer;
    if ((rescan !== undefined) !== this.hello.rescan) throw new MalformedAnswer(line, has('rescan', rescan), EXPECTED);
    if ((twins !== undefined) !== this.hello.twins) throw new MalformedAnswer(line, has('twins', twins), EXPECTED);
    const fields = `stats ${Object.keys(stats).sort().join(' ')}${rescan ? `, rescan ${Object.keys(rescan).sort().join(' ')}` : ''}`;
    this.fields ??= fields;
    if (fields !== this.fields)
      throw new MalformedAnswer(line, `the first answer had other fields (${this.fields})`, EXPECTED);
    this.observation.publishes ??= fieldsOf(stats);
    fillMemStats(this.published, stats);
    if (rescan !== undefined) {
      this.observation.rescans ??= fieldsOf(rescan);
      fillMemStats(this.rescan.stats, rescan);
    }
    if (twins !== undefined) this.twins.splice(0, this.twins.length, ...twins);
    return undefined;
  }
}

const EXPECTED = '{"stats":{…},"rescan":{…}} or {"error":"…"}';

const HELLO = z.strictObject({
  spancheck: z.literal(1),
  name: z.string().min(1),
  ops: z.array(z.enum([...COMMON_OPS] as [Op, ...Op[]])).min(1),
  rescan: z.boolean().default(false),
  twins: z.boolean().default(false),
  flushes: z.boolean().default(false),
  collection: z.literal('whole').default('whole'),
  maxProcs: z.int().min(1).max(MAX_PROCS).default(1),
});

const FIGURES = z
  .strictObject({
    ...(Object.fromEntries(MEMSTATS_TOTALS.map((field) => [field, z.number().exactOptional()])) as Record<
      (typeof MEMSTATS_TOTALS)[number],
      z.ZodExactOptional<z.ZodNumber>
    >),
    BySize: z
      .array(
        z.tuple([
          z
            .int()
            .min(1)
            .max(NUM_SIZE_CLASSES - 1),
          z.number(),
          z.number(),
        ]),
      )
      .exactOptional(),
  })
  .refine((figures) => Object.keys(figures).length > 0, 'has no field');

const TWIN = z.strictObject({
  counter: z.string(),
  where: z.string().exactOptional(),
  expected: z.number(),
  actual: z.number(),
});

const ANSWER = z.union([
  z.strictObject({ stats: FIGURES, rescan: FIGURES.exactOptional(), twins: z.array(TWIN).exactOptional() }),
  z.strictObject({ error: z.string() }),
]);

function parse<T>(line: string, schema: z.ZodType<T>, expected: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new MalformedAnswer(line, 'it is not JSON', expected);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MalformedAnswer(line, problem(result.error.issues[0]), expected);
}

/** The first thing that is wrong; of the two forms of an answer, against the one with statistics. */
function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return problem(issue.errors[0][0]);
  const place = issue.path.join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

function has(key: string, value: unknown): string {
  return value === undefined
    ? `${key} is missing, which the handshake promised`
    : `${key} is there, which the handshake did not promise`;
}
