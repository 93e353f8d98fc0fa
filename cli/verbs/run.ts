/** `spancheck run`: the suite on one system, or on all that are there. */
import { randomInt } from 'node:crypto';
import { Command, Option } from 'commander';
import type { Fault } from '../../faults/fault';
import { CHECKS, type Check } from '../../properties/checks/checks';
import { EnvironmentError } from '../../properties/input/environmentError';
import { canary } from '../search/canary';
import { EXIT_FOUND, EXIT_HELD } from '../output/exitCodes';
import { readFault } from '../input/faultFiles';
import { searchAndShrink } from '../search/searchAndShrink';
import { merged, openSystem, type SystemChoice } from '../input/openSystem';
import { ProgressLine } from '../output/progressLine';
import { printRun } from '../output/report';
import { Session } from '../search/session';
import { checkList, collect, replacements, seconds, seedValue, wholeNumber } from '../input/optionParsers';
import { names, type SystemVerdict } from '../output/verdicts';

/** How long each system is searched when nothing else is said; both and the canary are done within 20 s. */
const DEFAULT_SECONDS = 6;
const DEFAULT_COMMANDS = 400;
const UNLIMITED = 1_000_000_000;
const MAX_JOBS = 256;

interface RunOptions {
  readonly system?: string;
  readonly seed?: number;
  readonly traces?: number;
  readonly commands: number;
  readonly jobs: number;
  readonly time?: number;
  readonly checks?: readonly Check[];
  readonly plant: readonly string[];
  readonly toolchain?: string;
  readonly goroot?: string;
  readonly replace?: readonly string[];
  readonly json?: boolean;
  readonly out: string;
}

export function runVerb(): Command {
  return new Command('run')
    .description(
      'draw traces, check every step, shrink what fails; without --system on the model and on Go, with a canary',
    )
    .option('--system <system>', 'model, go or exec:COMMAND')
    .option('--seed <n>', 'decides every trace; drawn by chance and printed if not given', seedValue)
    .option('--traces <n>', 'traces to run at the most', wholeNumber(1, UNLIMITED))
    .option('--commands <n>', 'commands of the longest trace', wholeNumber(1, 100_000), DEFAULT_COMMANDS)
    .option(
      '--time <time>',
      `stop after this time, such as 30s or 5m (default ${DEFAULT_SECONDS}s, without limit if --traces is given)`,
      seconds,
    )
    .option(
      '--jobs <n>',
      'search in so many threads, each with a system and seeds of its own',
      wholeNumber(1, MAX_JOBS),
      1,
    )
    .option('--checks <a,b>', 'evaluate only these checks (spancheck list checks)', checkList)
    .option('--plant <fault.json>', 'plant a fault into the model or into Go; may be repeated', collect, [])
    .option('--toolchain <version>', 'Go release to run, such as go1.9.7 or local')
    .option('--goroot <dir>', 'a work tree of Go whose runtime is run; it is never written to')
    .option(
      '--replace <file=path>',
      "run with this file in place of the runtime's own: mcache.go=./my/mcache.go",
      collect,
    )
    .option('--json', 'print the result as JSON on standard output')
    .addOption(new Option('--out <dir>', 'folder for counterexamples').default('.spancheck'))
    .addHelpText(
      'after',
      `
Examples:
  spancheck run                                     the model, Go where there is one, and a canary
  spancheck run --system model --time 5m --jobs 4   search the model for five minutes, on four cores
  spancheck run --system go --toolchain go1.9.7     the runtime that first had the counters
  spancheck run --system go --replace mcache.go=./mcache.go
  spancheck run --system "exec:python3 slab.py"     an allocator of your own (docs/protocol.md)
  spancheck run --system model --plant fault.json   a bug on purpose: see it found and shrunk

Exit status: 0 all held, 1 a failure was found, 2 bad input or environment.`,
    )
    .action(async (options: RunOptions) => {
      process.exitCode = await run(options);
    });
}

async function run(options: RunOptions): Promise<number> {
  const session = new Session();
  const plants = await Promise.all(options.plant.map(readFault));
  const seed = options.seed ?? randomInt(0, 2 ** 31);
  const isWhole = options.system === undefined && plants.length === 0;
  const systems = options.system === undefined ? (plants.length === 0 ? ['model', 'go'] : ['model']) : [options.system];
  const verdicts: SystemVerdict[] = [];
  for (const system of systems) {
    if (session.isInterrupted) break;
    verdicts.push(await runOne(session, { ...options, system }, plants, seed, isWhole));
  }
  const isFound = verdicts.some(({ outcome }) => outcome === 'failed');
  // The canary says what it is worth that nothing was found.
  const caught = isWhole && !isFound && !session.isInterrupted ? await canary(session, seed) : undefined;
  session.close();
  printRun({ seed, verdicts, canary: caught }, options.json ?? false);
  return isFound || caught?.isCaught === false ? EXIT_FOUND : EXIT_HELD;
}

/** @param mayBeMissing whether a system that is not there is passed over, with a line that says so. */
async function runOne(
  session: Session,
  options: RunOptions & { readonly system: string },
  plants: readonly Fault[],
  seed: number,
  mayBeMissing: boolean,
): Promise<SystemVerdict> {
  const checks = options.checks ?? CHECKS;
  const limit = options.time ?? (options.traces === undefined ? DEFAULT_SECONDS : Infinity);
  const progress = new ProgressLine(options.system.split(':')[0] ?? '', limit, !(options.json ?? false));
  try {
    const choice = choiceOf(options, plants);
    const { system, note, runtime } = await openSystem(choice, (text) => progress.say(text));
    try {
      return await searchAndShrink(session, progress, {
        system,
        note,
        checks,
        plant: plants.length === 0 ? undefined : merged(plants),
        runtime,
        seed,
        traces: options.traces ?? UNLIMITED,
        maxCommands: options.commands,
        seconds: limit,
        folder: options.out,
        inJobs: options.jobs === 1 ? undefined : { jobs: options.jobs, choice },
        repeatWords: repeatWords(options),
        runtimeWords: runtimeWords(options),
      });
    } finally {
      await system.close?.();
    }
  } catch (error) {
    if (!mayBeMissing || !(error instanceof EnvironmentError) || process.env['SPANCHECK_REQUIRE_GO'] === '1')
      throw error;
    return skipped(options.system, error.message, seed, names(checks));
  } finally {
    progress.close();
  }
}

function choiceOf(options: RunOptions & { readonly system: string }, plants: readonly Fault[]): SystemChoice {
  const { system, toolchain, goroot } = options;
  return { system, plants, toolchain, goroot, replace: replacements(options.replace) };
}

/** Everything that makes this run what it is, but for the seed and the sizes. */
function repeatWords(options: RunOptions & { readonly system: string }): readonly string[] {
  const words = [`--system ${quoted(options.system)}`, ...runtimeWords(options)];
  for (const path of options.plant) words.push(`--plant ${quoted(path)}`);
  if (options.checks !== undefined) words.push(`--checks ${names(options.checks).join(',')}`);
  return words;
}

/** Which runtime is meant, where it is Go's: no trace file says it. */
function runtimeWords({ toolchain, goroot, replace = [] }: RunOptions): readonly string[] {
  const words = replace.map((word) => `--replace ${quoted(word)}`);
  if (goroot !== undefined) words.unshift(`--goroot ${quoted(goroot)}`);
  if (toolchain !== undefined) words.unshift(`--toolchain ${quoted(toolchain)}`);
  return words;
}

function quoted(word: string): string {
  return /^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function skipped(system: string, note: string, seed: number, checks: readonly string[]): SystemVerdict {
  return {
    system,
    outcome: 'skipped',
    note,
    seed,
    traces: 0,
    steps: 0,
    seconds: 0,
    checks,
    ops: [],
    states: [],
    repeat: `npx spancheck run --system ${system}`,
  };
}
