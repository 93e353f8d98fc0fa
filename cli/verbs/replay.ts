/** `spancheck replay`: runs the trace of a file, or of every file in a folder, with every check after each step. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { BadInputError } from '../../properties/input/badInput';
import { EnvironmentError } from '../../properties/input/environmentError';
import { pluralize } from '../../properties/formatNumber';
import { judgeOf } from '../../properties/judge';
import { TRUST_HELP, withOpenTraceOptions, type OpenedTrace, type OpenTraceOptions } from '../input/openTrace';
import { seconds } from '../input/optionParsers';
import { UntrustedFileError } from '../input/trust';
import { EXIT_FOUND, EXIT_HELD, EXIT_INTERRUPTED, EXIT_STATUS_HELP, EXIT_UNUSABLE } from '../output/exitCodes';
import { printable, printableJson } from '../output/printable';
import { replayJson, replayLine, replayText, type ReplayResult } from '../output/report';
import { names } from '../output/verdicts';
import { Session } from '../search/session';
import { untilOver, yieldingSystem } from '../search/untilOver';
import { withOpenedTrace } from '../search/withOpenedTrace';

interface Options extends OpenTraceOptions {
  readonly time?: number;
  readonly json?: boolean;
}

export function replayVerb(): Command {
  const verb = new Command('replay')
    .description('run the trace of a file and check every step, on the system and with the fault that the file names')
    .argument('<file>', 'trace file, as run and shrink write it, or a folder of them')
    .option('--time <time>', 'stop after this time, such as 30s or 5m (default: no limit)', seconds);
  return withOpenTraceOptions(verb)
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  spancheck replay .spancheck/model-rescan-42-1f3a9c.json
  spancheck replay trace.json --system go      does the real runtime do it too?
  spancheck replay trace.json --no-plant       does the clean model hold?
  spancheck replay corpus/                     every *.json of a folder, one line each

${TRUST_HELP}

${EXIT_STATUS_HELP}
For a folder: 1 if any trace fails, else 2 if any cannot be run or there is none.`,
    )
    .action(async (path: string, options: Options) => {
      const session = new Session();
      try {
        process.exitCode = (await isFolder(path))
          ? await replayFolder(session, path, options)
          : await replayFile(session, path, options);
      } finally {
        session.close();
      }
    });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function replayFile(session: Session, path: string, options: Options): Promise<number> {
  const result = await replay(session, path, options, session.deadline(options.time ?? Infinity));
  process.stdout.write(options.json === true ? replayJson(result) : replayText(result));
  return EXIT_CODES[result.outcome];
}

const EXIT_CODES = {
  held: EXIT_HELD,
  failed: EXIT_FOUND,
  timeout: EXIT_UNUSABLE,
  interrupted: EXIT_INTERRUPTED,
} as const satisfies Record<ReplayResult['outcome'], number>;

async function replay(session: Session, path: string, options: Options, isOver: () => boolean): Promise<ReplayResult> {
  const result = await withOpenedTrace(session, path, options, isOver, (opened) =>
    judge(session, path, opened, isOver),
  );
  return result ?? unopened(path, options, session);
}

async function judge(
  session: Session,
  path: string,
  { file, system, checks, note }: OpenedTrace,
  isOver: () => boolean,
): Promise<ReplayResult> {
  let steps = 0;
  const counted = yieldingSystem(system, session, isOver, () => steps++);
  const ended = await untilOver(judgeOf(counted, { checks, isThorough: true }).run(file), isOver);
  const shared = { file: path, system: system.name, note, checks: names(checks), trace: file };
  if (ended === undefined) return { ...shared, outcome: outcomeOf(session), steps, failure: undefined };
  const { failure } = ended.value;
  return { ...shared, outcome: failure === undefined ? 'held' : 'failed', steps: ended.value.steps, failure };
}

function unopened(path: string, { system = 'the system', checks = [] }: Options, session: Session): ReplayResult {
  const trace = { shape: { procs: 1 }, commands: [] };
  const nothing = { note: undefined, checks: names(checks), steps: 0, trace, failure: undefined };
  return { file: path, outcome: outcomeOf(session), system, ...nothing };
}

function outcomeOf(session: Session): 'interrupted' | 'timeout' {
  return session.isInterrupted ? 'interrupted' : 'timeout';
}

/** A file of a folder that cannot be run. */
interface UnusableFile {
  readonly file: string;
  readonly outcome: 'unusable';
  readonly problem: string;
}

async function replayFolder(session: Session, folder: string, options: Options): Promise<number> {
  const paths = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  if (paths.length === 0) throw new BadInputError(`${folder}: no *.json file in this folder`);
  const isOver = session.deadline(options.time ?? Infinity);
  const results: (ReplayResult | UnusableFile)[] = [];
  for (const name of paths) {
    if (isOver()) break;
    const result = await replayOneOf(session, join(folder, name), options, isOver);
    results.push(result);
    if (options.json !== true) process.stdout.write(`${lineOf(result)}\n`);
  }
  const count = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
  const failed = count('failed');
  const unrun = paths.length - count('held') - failed;
  const exitCode = session.isInterrupted
    ? EXIT_INTERRUPTED
    : failed > 0
      ? EXIT_FOUND
      : unrun > 0
        ? EXIT_UNUSABLE
        : EXIT_HELD;
  if (options.json === true) {
    const summary = { traces: paths.length, held: count('held'), failed, notRun: unrun };
    const plain = results.map((result) => ('trace' in result ? { ...result, trace: undefined } : result));
    process.stdout.write(`${printableJson({ spancheck: 'replay', version: 1, folder, ...summary, results: plain })}\n`);
  } else {
    const parts = [`${count('held')} held`, `${failed} failed`, ...(unrun > 0 ? [`${unrun} not run`] : [])];
    process.stdout.write(`${printable(folder)}: ${pluralize(paths.length, 'trace')}: ${parts.join(', ')}\n`);
  }
  return exitCode;
}

/** A file that cannot be run is no reason to leave out those after it. */
async function replayOneOf(
  session: Session,
  path: string,
  options: Options,
  isOver: () => boolean,
): Promise<ReplayResult | UnusableFile> {
  try {
    return await replay(session, path, options, isOver);
  } catch (error) {
    if (error instanceof UntrustedFileError)
      return { file: path, outcome: 'unusable', problem: `${error.message}; replay it alone to see what would run` };
    if (error instanceof BadInputError || error instanceof EnvironmentError)
      return { file: path, outcome: 'unusable', problem: error.message };
    throw error;
  }
}

function lineOf(result: ReplayResult | UnusableFile): string {
  if (result.outcome === 'unusable') return printable(result.problem);
  if (result.failure === undefined) return replayLine(result);
  const { check, message, step } = result.failure;
  return `${replayLine(result)}: ${printable(`${check}: ${message}`).replaceAll('\n', ' ')}, at command ${step + 1}`;
}
