/**
 * Reads what a program answers: a JSON line to the handshake and one to each line after it. docs/protocol.md describes
 * them to the author of an allocator.
 */
import { z } from 'zod';
import { MEMSTATS_TOTALS, newMemStats } from '../../model/memstats';
import type { Rescan } from '../../model/mstats';
import { MAX_PROCS } from '../../model/mcache';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { quoted } from '../../properties/input/badInput';
import { COMMON_OPS, type Op } from '../../properties/trace/command';
import type { Observation, Twin } from '../../properties/system';
import { fillMemStats, type FixedFields } from '../figures';

/** A program's description of itself. */
export type Hello = z.infer<typeof HELLO>;

/** An answer that breaks the protocol. The message shows the answer, the expected form and the first difference. */
export class MalformedAnswer extends Error {
  constructor(line: string, problem: string, expected: string) {
    super(`answered ${quoted(line, 120)}, which is not ${expected}: ${problem}`);
  }
}

export function readHello(line: string): Hello {
  return parse(line, HELLO, '{"spancheck":1,"name":…,"ops":[…],…}');
}

/** Reads the answers of one process into one observation, whose contents change at every step. */
export class AnswerReader {
  readonly observation: { -readonly [part in keyof Observation]: Observation[part] };
  private readonly published = newMemStats();
  private readonly rescan: Rescan = {
    stats: newMemStats(),
    // A program reports its statistics, not its spans, so the checks of these do not run.
    liveSlots: new Int32Array(NUM_SIZE_CLASSES + 1),
    largePages: Number.NaN,
    pagesInUse: Number.NaN,
  };
  private readonly twins: Twin[] = [];

  /** @param fields those of the system's first answer, shared by all processes that run its program. */
  constructor(
    private readonly hello: Hello,
    private readonly fields: FixedFields,
  ) {
    const { published, rescan, twins } = this;
    this.observation = { published, ...(hello.rescan && { rescan }), ...(hello.twins && { twins }) };
  }

  /** Reads an answer into `observation`; returns the error that the program reports instead, if it does. */
  read(line: string): string | undefined {
    const answer = parse(line, ANSWER, EXPECTED);
    if ('error' in answer) return answer.error;
    const { stats, rescan, twins } = answer;
    const problem =
      unannounced('rescan', rescan, this.hello.rescan) ??
      unannounced('twins', twins, this.hello.twins) ??
      this.fields.difference(stats, rescan);
    if (problem !== undefined) throw new MalformedAnswer(line, problem, EXPECTED);
    Object.assign(this.observation, this.fields.seen);
    fillMemStats(this.published, stats);
    if (rescan !== undefined) fillMemStats(this.rescan.stats, rescan);
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

const SIZE_CLASS = z
  .int()
  .min(1)
  .max(NUM_SIZE_CLASSES - 1);

const FIGURES = z
  .strictObject({
    ...(Object.fromEntries(MEMSTATS_TOTALS.map((field) => [field, z.number().exactOptional()])) as Record<
      (typeof MEMSTATS_TOTALS)[number],
      z.ZodExactOptional<z.ZodNumber>
    >),
    BySize: z
      .array(z.tuple([SIZE_CLASS, z.number(), z.number()]))
      .refine((rows) => new Set(rows.map(([sizeclass]) => sizeclass)).size === rows.length, 'has two rows of one class')
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
    throw new MalformedAnswer(line, notJson(line), expected);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MalformedAnswer(line, firstProblem(result.error.issues), expected);
}

function notJson(line: string): string {
  if (line.trim() === '') return 'the line is empty';
  return line.startsWith('\uFEFF') ? 'it begins with a byte order mark' : 'it is not JSON';
}

/** Returns the first problem; of the two forms of an answer, with the one that has statistics. */
function firstProblem([issue]: readonly z.core.$ZodIssue[]): string {
  if (issue === undefined) return 'it has another form';
  const [withStats] = issue.code === 'invalid_union' ? issue.errors : [];
  if (withStats !== undefined) return firstProblem(withStats);
  const place = issue.path.join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

function unannounced(key: string, value: unknown, isAnnounced: boolean): string | undefined {
  if ((value !== undefined) === isAnnounced) return undefined;
  return isAnnounced
    ? `${key} is missing, which the handshake promised`
    : `${key} is there, which the handshake did not promise`;
}
