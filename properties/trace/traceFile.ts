/**
 * The JSON form of a trace, which a failing run writes and `replay`, `shrink`, `explain` and `export` read. A file may come
 * from anyone, so all of it is validated, including the order of its commands: the name that a command refers to must be in
 * play. Every file that is written here can be read here.
 */
import { z } from 'zod';
import { at } from '../at';
import { formatNumber } from '../formatNumber';
import { BadInputError, keyText, shown } from '../input/badInput';
import { MAX_COMMANDS, type Command } from './command';
import { parseCommand } from './commandSchema';
import { TraceValidation } from './traceValidation';
import type { Failure } from '../failure';
import { CHECK_NAMES } from './checkNames';
import { FAULT_NAME, FAULT_NAME_TEXT, faultSchema, type PlantedFault } from './faultSchema';
import { parseJson, type Fail } from '../input/parseJson';
import { checkPlainData } from '../input/plainData';
import { didYouMean } from '../input/didYouMean';
import type { Shape, Trace } from './trace';

/** A trace with its provenance: the system that it ran on, and how it failed. */
export interface TraceFile extends Trace {
  /** As `--system` names it. */
  readonly system?: string;
  readonly seed?: number;
  /** Names of the checks that were evaluated. */
  readonly checks?: readonly string[];
  /** The fault that was planted; null if none was. */
  readonly plant?: PlantedFault | null;
  /** The Go runtime that it ran on. */
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

/** A failure as a trace file records it. */
export type RecordedFailure = Pick<Failure, 'step' | 'check' | 'signature' | 'message' | 'drifts'>;

/** The most drifts that are written; a failure may have more. */
const MAX_DRIFTS = 1000;

/**
 * Reads a trace file.
 *
 * Throws a `BadInputError` that names `fileName` and the place where the text is not a trace file, or too large: at most
 * 16 MiB and 100,000 commands.
 */
export function parseTraceFile(text: string, fileName: string): TraceFile {
  const fail: Fail = (place, problem) => {
    throw new BadInputError(`${fileName}: ${place === '' ? '' : `${place}: `}${problem}`);
  };
  const value = parseJson(text, fail);
  checkHead(value, fail);
  checkBounds(value, fail);
  const result = FILE.safeParse(value);
  if (!result.success) return failAtIssue(value, result.error.issues, fail);
  const { spancheck: _, version: __, commands, ...rest } = result.data;
  checkNames(rest.checks, rest.plant?.name, fail);
  const file = { ...rest, commands: readCommands(commands, rest.shape.procs, fail) };
  const step = file.failure?.step;
  if (step !== undefined && step >= commands.length)
    fail('failure.step', `${step} is not a step of ${commands.length} commands`);
  return file;
}

/** Returns the text of a trace file: keys in a fixed order, one command a line, so that a diff of two files is readable. */
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
/** A figure of a drift. JSON has no NaN and no infinity; null stands for them. */
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

/** Checks the version before all else: another version may have other keys. */
function checkHead(value: unknown, fail: Fail): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail('', `${shown(value)} is not a trace file ({"spancheck":"trace","version":1,…})`);
  }
  const { spancheck, version } = value as Record<string, unknown>;
  if (spancheck !== 'trace') fail('spancheck', `${shown(spancheck)} is not "trace"; is this a trace file?`);
  if (version !== VERSION) fail('version', `${shown(version)} is not a version that this release reads (1)`);
}

/** Refuses what is too large before it costs memory: the schema would report each of a million wrong elements. */
function checkBounds(value: Readonly<Record<string, unknown>>, fail: Fail): void {
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'commands') checkPlainData(inner, keyText(key), fail);
    else if (Array.isArray(inner) && inner.length > MAX_COMMANDS)
      fail(key, `${formatNumber(inner.length)} are too many (${formatNumber(MAX_COMMANDS)} at most)`);
  }
}

function checkNames(checks: readonly string[] | undefined, plant: string | undefined, fail: Fail): void {
  for (const [i, name] of (checks ?? []).entries()) {
    if (!CHECK_NAMES.includes(name))
      fail(`checks[${i}]`, `${shown(name)} is not a check${didYouMean(name, CHECK_NAMES)}; see spancheck list checks`);
  }
  if (plant !== undefined && !FAULT_NAME.test(plant)) fail('plant.name', `${shown(plant)} is not ${FAULT_NAME_TEXT}`);
}

/** Returns the commands, or calls `fail` at the first wrong one. */
function readCommands(values: readonly unknown[], procs: number, fail: Fail): Command[] {
  const validation = new TraceValidation(procs);
  return values.map((value, i) => {
    const failAt: Fail = (key, problem) => fail(`commands[${i}]${key === '' ? '' : `.${key}`}`, problem);
    const command = parseCommand(value, failAt);
    const obstacle = validation.follow(command);
    if (obstacle !== undefined) failAt(obstacle.key, obstacle.problem);
    return command;
  });
}

function failAtIssue(value: unknown, issues: readonly z.core.$ZodIssue[], fail: Fail): never {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? at(issues, 0);
  const place = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}${path && '.'}${String(key)}`),
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    const key = at(issue.keys, 0);
    const known = place === '' ? Object.keys(FILE.shape) : [];
    return fail(`${place}${place && '.'}${keyText(key)}`, `unknown key${didYouMean(key, known)}`);
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

/** The keys of all commands, in the order in which they are written; the type proves that none is missing. */
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
  const inOrder = drifts.slice(0, MAX_DRIFTS).map(({ counter, class: sizeclass, p, span, expected, actual }) => {
    return { counter, class: sizeclass, p, span, expected, actual };
  });
  return { step, check, signature, message, drifts: inOrder };
}
