/**
 * The JSON form of a trace: what is written when a trace fails, and what `replay` and `shrink` read. A file
 * comes from anywhere, so all of it is validated, the course of the trace too: what a command names must
 * be in play when it comes.
 */
import { z } from 'zod';
import { BadInputError, shown } from '../input/badInput';
import type { Command } from './command';
import { parseCommand } from './commandSchema';
import { TraceValidation } from './traceValidation';
import type { Failure } from '../failure';
import { faultSchema, type PlantedFault } from './faultSchema';
import { parseJson, type Fail } from '../input/parseJson';
import { didYouMean } from '../input/didYouMean';
import type { Shape, Trace } from './trace';

/** A trace with what is known about it. */
export interface TraceFile extends Trace {
  /** As `--system` names it. */
  readonly system?: string;
  readonly seed?: number;
  /** Names of the checks that were on. */
  readonly checks?: readonly string[];
  /** The fault that was planted; null says that none was. */
  readonly plant?: PlantedFault | null;
  readonly runtime?: RecordedRuntime;
  readonly failure?: RecordedFailure;
  readonly note?: string;
}

/** The Go runtime that a trace was run on, as the options of `run` named it. */
export interface RecordedRuntime {
  /** The release that ran: `go1.26.8`. */
  readonly release?: string;
  readonly toolchain?: string;
  readonly goroot?: string;
  /** Files that stood in for the runtime's own, with the SHA-256 of what they held. */
  readonly replace?: readonly ReplacedFile[];
}

export interface ReplacedFile {
  readonly file: string;
  readonly path: string;
  readonly sha256: string;
}

export type RecordedFailure = Pick<Failure, 'step' | 'check' | 'signature' | 'message' | 'drifts'>;

export const MAX_COMMANDS = 1_000_000;

/** Reads a trace file; throws `BadInputError`, which names `fileName` and the place, on anything else. */
export function parseTraceFile(text: string, fileName: string): TraceFile {
  const fail: Fail = (place, problem) => {
    throw new BadInputError(`${fileName}: ${place === '' ? '' : `${place}: `}${problem}`);
  };
  const value = parseJson(text, fail);
  checkHead(value, fail);
  checkPlain(value.plant, 'plant', 1, fail);
  const result = FILE.safeParse(value);
  if (!result.success) return failAtIssue(value, result.error.issues, fail);
  const { spancheck: _, version: __, commands, ...rest } = result.data;
  if (commands.length > MAX_COMMANDS) fail('commands', `${commands.length} are too many (${MAX_COMMANDS} at the most)`);
  const file = { ...rest, commands: readCommands(commands, rest.shape.procs, fail) };
  const step = file.failure?.step;
  if (step !== undefined && step >= commands.length)
    fail('failure.step', `${step} is not a step of ${commands.length} commands`);
  return file;
}

/** Writes a trace file: keys in a fixed order, one command a line, so that two of them can be compared. */
export function formatTraceFile(file: TraceFile): string {
  const { system, seed, checks, plant, runtime, shape, failure, note, commands } = file;
  const head = { spancheck: 'trace', version: VERSION, note, system, seed, checks };
  const lines = Object.entries({
    ...head,
    plant: plant && orderedPlant(plant),
    runtime: runtime && orderedRuntime(runtime),
    shape: orderedShape(shape),
    failure: failure && orderedFailure(failure),
  })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  return `{\n${lines.join('')}  "commands": ${formatCommands(commands)}\n}\n`;
}

const VERSION = 1;

const WHOLE = z.int().min(0);
/** JSON has no word for a figure that is not finite; null stands for it. */
const FIGURE = z.union([z.number(), z.null().transform(() => Number.NaN)]);

const FILE = z.strictObject({
  spancheck: z.literal('trace'),
  version: z.literal(VERSION),
  shape: z.strictObject({ procs: z.int().min(1).max(128), readsEachStep: z.boolean().exactOptional() }),
  commands: z.array(z.unknown()),
  system: z.string().exactOptional(),
  seed: z.int().exactOptional(),
  checks: z.array(z.string()).exactOptional(),
  plant: z.looseObject(faultSchema).nullable().exactOptional(),
  runtime: z
    .strictObject({
      release: z.string().exactOptional(),
      toolchain: z.string().exactOptional(),
      goroot: z.string().exactOptional(),
      replace: z.array(z.strictObject({ file: z.string(), path: z.string(), sha256: z.string() })).exactOptional(),
    })
    .exactOptional(),
  failure: z
    .strictObject({
      step: WHOLE,
      check: z.string(),
      signature: z.string(),
      message: z.string(),
      drifts: z.array(
        z.strictObject({
          counter: z.string(),
          class: WHOLE.exactOptional(),
          p: WHOLE.exactOptional(),
          span: WHOLE.exactOptional(),
          expected: FIGURE,
          actual: FIGURE,
        }),
      ),
    })
    .exactOptional(),
  note: z.string().exactOptional(),
});

/** The version first: in another one the rest may be another too. */
function checkHead(value: unknown, fail: Fail): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail('', `${shown(value)} is not a trace file ({"spancheck":"trace","version":1,…})`);
  }
  const { spancheck, version } = value as Record<string, unknown>;
  if (spancheck !== 'trace') fail('spancheck', `${shown(spancheck)} is not "trace"; is this a trace file?`);
  if (version !== VERSION) fail('version', `${shown(version)} is not a version that is read here (1)`);
}

/** A fault passes through with keys that are not known here, so its depth and its keys are checked by hand. */
function checkPlain(value: unknown, place: string, depth: number, fail: Fail): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) fail(place.slice(0, 60), `nested too deep (${MAX_DEPTH} levels at the most)`);
  for (const [key, inner] of Object.entries(value)) {
    const at = `${place}.${key}`;
    if (key === '__proto__') fail(at, 'is not a key that a file may have');
    checkPlain(inner, at, depth + 1, fail);
  }
}

const MAX_DEPTH = 32;

/** The commands one by one, so that the first wrong one ends it. */
function readCommands(values: readonly unknown[], procs: number, fail: Fail): Command[] {
  const course = new TraceValidation(procs);
  return values.map((value, i) => {
    const failAt: Fail = (key, problem) => fail(`commands[${i}]${key === '' ? '' : `.${key}`}`, problem);
    const command = parseCommand(value, failAt);
    const obstacle = course.follow(command);
    if (obstacle !== undefined) failAt(obstacle.key, obstacle.problem);
    return command;
  });
}

function failAtIssue(value: unknown, issues: readonly z.core.$ZodIssue[], fail: Fail): never {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const place = issue.path.reduce<string>(
    (at, key) => (typeof key === 'number' ? `${at}[${key}]` : `${at}${at && '.'}${String(key)}`),
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const known = place === '' ? Object.keys(FILE.shape) : [];
    return fail(`${place}${place && '.'}${key}`, `unknown key${didYouMean(key, known)}`);
  }
  let found: unknown = value;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown>)[key];
  return fail(
    place,
    found === undefined ? `is missing; it is ${wanted(issue)}` : `${shown(found)} is not ${wanted(issue)}`,
  );
}

function wanted(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.');
  if (place === 'shape.procs') return 'a number of Ps (1 to 128)';
  if (issue.code === 'invalid_type') {
    return (
      new Map<string, string>([
        ['boolean', 'true or false'],
        ['string', 'a string'],
        ['array', 'an array'],
        ['object', 'an object'],
      ]).get(issue.expected) ?? 'a whole number'
    );
  }
  return issue.code === 'invalid_union' ? 'a number' : 'a whole number of 0 or more';
}

function formatCommands(commands: readonly Command[]): string {
  if (commands.length === 0) return '[]';
  return `[\n${commands.map((command) => `    ${JSON.stringify(command, COMMAND_KEYS)}`).join(',\n')}\n  ]`;
}

type KeyOf<T> = T extends unknown ? keyof T : never;

/** Keys of all commands, in the order in which they are written; none may be left out. */
const COMMAND_KEYS = Object.keys({
  op: 0,
  p: 0,
  class: 0,
  size: 0,
  count: 0,
  pages: 0,
  procs: 0,
  name: 0,
  object: 0,
  stack: 0,
  pointers: 0,
} satisfies Record<KeyOf<Command>, 0>);

function orderedShape({ procs, readsEachStep }: Shape): Shape {
  return { procs, ...(readsEachStep === true && { readsEachStep }) };
}

function orderedPlant({ name, origin, text, edits, ...more }: PlantedFault): PlantedFault {
  const inOrder = edits.map(({ file, find, replace }) => ({ file, find, replace }));
  return {
    name,
    ...(origin !== undefined && { origin }),
    ...(text !== undefined && { text }),
    edits: inOrder,
    ...more,
  };
}

function orderedRuntime({ release, toolchain, goroot, replace }: RecordedRuntime): RecordedRuntime {
  return {
    ...(release !== undefined && { release }),
    ...(toolchain !== undefined && { toolchain }),
    ...(goroot !== undefined && { goroot }),
    ...(replace !== undefined && { replace: replace.map(({ file, path, sha256 }) => ({ file, path, sha256 })) }),
  };
}

function orderedFailure({ step, check, signature, message, drifts }: RecordedFailure): RecordedFailure {
  const inOrder = drifts.map(({ counter, class: sizeclass, p, span, expected, actual }) => {
    return { counter, class: sizeclass, p, span, expected, actual };
  });
  return { step, check, signature, message, drifts: inOrder };
}
