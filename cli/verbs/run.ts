/** `spancheck run`: the suite on one system, or on every system that is there. */
import { randomInt } from 'node:crypto';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import type { Fault } from '../../faults/fault';
import { isShipped } from '../../faults/shipped';
import { CHECKS, type Check } from '../../properties/checks/checks';
import { BadInputError } from '../../properties/input/badInput';
import { EnvironmentError } from '../../properties/input/environmentError';
import { canary } from '../search/canary';
import { EXIT_FOUND, EXIT_HELD, EXIT_UNUSABLE } from '../output/exitCodes';
import { readFault } from '../input/faultFiles';
import { searchAndShrink } from '../search/searchAndShrink';
import { merged, openSystem, type SystemChoice } from '../input/openSystem';
import { ProgressLine } from '../output/progressLine';
import { printRun, type RunResult } from '../output/report';
import { writeForCi } from '../output/continuousIntegration';
import { shellWord } from '../output/shellWord';
import { Session } from '../search/session';
import { checkList, collect, replacements, seconds, seedValue, traceCounts, wholeNumber } from '../input/optionParsers';
import { names, type SystemVerdict } from '../output/verdicts';
import { SHARD_HELP, shardSeed, shardValue, type Shard } from '../shards/shard';
import { searchDigest, writeShard } from '../shards/shardFile';
import { printable } from '../output/printable';
import { writeView, type Viewed } from '../output/writeView';
import { untilOver, yieldingSystem } from '../search/untilOver';

/** Each system is searched for this long by default; both and the canary are done within 20 s. */
const DEFAULT_SECONDS = 6;
const DEFAULT_COMMANDS = 400;
const UNLIMITED = 1_000_000_000;
const MAX_JOBS = 256;
/** A page whose comparisons take longer is not written. */
const VIEW_SECONDS = 30;

interface RunOptions {
  readonly system?: string;
  readonly seed?: number;
  /** Traces of the run, or of each job. */
  readonly traces?: readonly number[];
  readonly commands: number;
  readonly jobs: number;
  readonly time?: number;
  readonly maxFailures: number;
  readonly checks?: readonly Check[];
  readonly plant: readonly string[];
  readonly toolchain?: string;
  readonly goroot?: string;
  readonly replace?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly junit?: string;
  readonly html?: string;
  readonly out: string;
  readonly shard?: Shard;
}

const DEFAULT_OUT = '.spancheck';

export function runVerb(): Command {
  const verb = new Command('run')
    .description('draw traces, check every step and shrink what fails; by default on the model and Go, with a canary')
    .option('--system <system>', 'model, go or exec:COMMAND')
    .option('--seed <n>', 'seed of every trace (default: drawn, and printed)', seedValue)
    .option('--traces <n>', 'run at most this many traces; with --jobs, a,b,c is for each job', traceCounts(UNLIMITED))
    .option('--commands <n>', 'length of the longest trace', wholeNumber(1, 100_000), DEFAULT_COMMANDS)
    .option(
      '--time <time>',
      `search each system for this long, such as 30s or 5m (default: ${DEFAULT_SECONDS}s, or no limit with --traces)`,
      seconds,
    )
    .option('--jobs <n>', 'search in this many threads, each with its own system', wholeNumber(1, MAX_JOBS), 1)
    .option('--max-failures <n>', 'go on until this many different failures', wholeNumber(1, 1000), 1)
    .option('--checks <a,b>', 'evaluate only these checks (spancheck list checks)', checkList)
    .option('--shard <i/n>', SHARD_HELP, shardValue);
  return withOutputOptions(withSystemOptions(verb))
    .addHelpText(
      'after',
      `
Examples:
  spancheck run                                     the model, Go where there is one, and a canary
  spancheck run --system model --time 5m --jobs 4   search the model for five minutes on four cores
  spancheck run --system go --toolchain go1.9.7     the first runtime that had the counters
  spancheck run --system go --replace mcache.go=./mcache.go
  spancheck run --system "exec:python3 slab.py"     an allocator of your own (docs/protocol.md)
  spancheck run --system model --plant fault.json   plant a bug; see it found and shrunk
  spancheck run --quiet --junit report.xml          for CI

Options may stand in spancheck.config.json (docs/config.schema.json); the command
line wins. Planted code that spancheck does not ship runs in a child process with
1536 MiB of memory (SPANCHECK_PLANT_MIB) that must not hang for more than 60 s
(SPANCHECK_PLANT_SECONDS). Under GITHUB_ACTIONS=true failures are annotated and the
job gets a summary.

Exit status: 0 all held, 1 a failure was found, 2 the input or the environment is
unusable or nothing was checked, 130 Ctrl-C or 143 SIGTERM before any failure.`,
    )
    .action(async (options: RunOptions, command: Command) => {
      await run(options, new TypedOptions(command));
    });
}

function withSystemOptions(verb: Command): Command {
  return verb
    .option('--plant <fault.json>', 'plant a fault into the model or into Go; may be repeated', collect, [])
    .option('--toolchain <version>', 'Go release to run, such as go1.9.7, or local')
    .option('--goroot <dir>', 'Go source tree whose runtime to run; it is never written to')
    .option(
      '--replace <file=path>',
      "replace a file of Go's runtime, as in mcache.go=./my/mcache.go; may be repeated",
      collect,
    );
}

function withOutputOptions(verb: Command): Command {
  return verb
    .option('--json', 'print the result as JSON on standard output')
    .option('--quiet', 'print nothing unless something fails')
    .option('--junit <file>', 'write a JUnit report: a suite for each system, a test for each check')
    .option('--html <dir>', 'write a page of each failure, to walk through its trace (spancheck view)')
    .addOption(new Option('--out <dir>', 'folder for counterexamples').default(DEFAULT_OUT));
}

/** Tells the options that the user chose, on the command line or in the config file, from defaults. */
class TypedOptions {
  constructor(private readonly command: Command) {}

  has(name: keyof RunOptions): boolean {
    const source = this.command.getOptionValueSource(name);
    return source !== undefined && source !== 'default';
  }
}

async function run(options: RunOptions, typed: TypedOptions): Promise<void> {
  refuseContradictions(options);
  const session = new Session();
  const plants = await Promise.all(options.plant.map(readFault));
  const { shard } = options;
  const seed = shard === undefined ? (options.seed ?? randomInt(0, 2 ** 31)) : shardSeed(options.seed, shard);
  const isWhole = options.system === undefined && plants.length === 0;
  const systems = options.system === undefined ? (plants.length === 0 ? ['model', 'go'] : ['model']) : [options.system];
  const verdicts: SystemVerdict[] = [];
  try {
    for (const system of systems) {
      if (session.isInterrupted) break;
      verdicts.push(await runOne(session, { ...options, system, plants, seed, isWhole, typed }));
    }
  } catch (error) {
    await session.end(EXIT_UNUSABLE);
    throw error;
  }
  const isFound = verdicts.some(({ outcome }) => outcome === 'failed');
  // If nothing else was found, the canary shows what that is worth.
  const caught = isWhole && !isFound && !session.isInterrupted ? await canary(session, seed) : undefined;
  const result: RunResult = { seed, verdicts, canary: caught };
  const exitCode = exitCodeOf(result, session);
  printRun(result, options);
  const unwritten = await writeOutputs(result, options, plants).catch((error: unknown) => error);
  await session.end(unwritten !== undefined && exitCode === EXIT_HELD ? EXIT_UNUSABLE : exitCode);
  // The verdict stands: a report that cannot be written does not hide a failure.
  if (unwritten instanceof BadInputError) process.stderr.write(`spancheck: ${unwritten.message}\n`);
  else if (unwritten !== undefined) throw unwritten;
}

/** Writes the reports, and in a shard the result for `spancheck merge` first: without it the shard is missing. */
async function writeOutputs(result: RunResult, options: RunOptions, plants: readonly Fault[]): Promise<void> {
  const { shard, seed = result.seed, out, junit, html: _, json: __, quiet: ___, plant: ____, ...search } = options;
  if (shard !== undefined) {
    const checks = names(options.checks ?? CHECKS);
    const digest = searchDigest({ verb: 'run', ...search, seed, checks, plants });
    await writeShard(out, { verb: 'run', shard, search: digest, seed, run: result });
  }
  await writeForCi(result, junit);
}

function refuseContradictions({ traces = [], jobs, maxFailures, quiet, json }: RunOptions): void {
  if (traces.length > 1 && traces.length !== jobs)
    throw new BadInputError(`--traces names ${traces.length} jobs, but there are ${jobs}; add --jobs ${traces.length}`);
  if (maxFailures > 1 && jobs > 1) throw new BadInputError('--max-failures goes on in one thread; leave out --jobs');
  if (quiet === true && json === true) throw new BadInputError('--quiet and --json contradict each other');
}

function exitCodeOf({ verdicts, canary: caught }: RunResult, session: Session): number {
  if (verdicts.some(({ outcome }) => outcome === 'failed')) return EXIT_FOUND;
  if (session.interruptCode !== undefined) return session.interruptCode;
  if (verdicts.some(({ outcome }) => outcome === 'nothing checked')) return EXIT_UNUSABLE;
  return caught?.isCaught === false ? EXIT_FOUND : EXIT_HELD;
}

interface OneRun extends RunOptions {
  readonly system: string;
  readonly plants: readonly Fault[];
  readonly seed: number;
  /** Set for a run on every system, which skips one that is missing and says so. */
  readonly isWhole: boolean;
  readonly typed: TypedOptions;
}

async function runOne(session: Session, options: OneRun): Promise<SystemVerdict> {
  const { system: name, plants, seed, traces } = options;
  const checks = options.checks ?? CHECKS;
  const limit = options.time ?? (traces === undefined ? DEFAULT_SECONDS : Infinity);
  const progress = new ProgressLine(name.split(':')[0] ?? '', limit, options.json !== true && options.quiet !== true);
  try {
    const choice = choiceOf(options);
    const opened = await session.untilGivenUp(openSystem(choice, (text) => progress.say(text)));
    if (opened === undefined) return notRun(options, 'interrupted', undefined);
    const { system, note, runtime } = opened;
    // Closed when the verdict is printed: a system that does not end must not hold it back.
    session.atEnd(async () => system.close?.());
    const plant = plants.length === 0 ? undefined : merged(plants);
    const verdict = await searchAndShrink(session, progress, {
      system,
      note,
      checks,
      plant,
      runtime,
      seed,
      traces: traces?.reduce((total, share) => total + share, 0) ?? UNLIMITED,
      maxCommands: options.commands,
      seconds: limit,
      folder: options.out,
      maxFailures: options.maxFailures,
      inJobs:
        options.jobs === 1
          ? undefined
          : { jobs: options.jobs, choice, jobTraces: traces !== undefined && traces.length > 1 ? traces : undefined },
      repeatWords: repeatWords(options),
      runtimeWords: replayWords(options),
    });
    if (options.html !== undefined) await writeViews(session, options.html, verdict, { system, checks, plant, note });
    return verdict;
  } catch (error) {
    const mayBeMissing = options.isWhole && process.env['SPANCHECK_REQUIRE_GO'] !== '1';
    if (!mayBeMissing || !(error instanceof EnvironmentError)) throw error;
    return notRun(options, 'skipped', error.message);
  } finally {
    progress.close();
  }
}

/** Writes a page of each failure into the folder. Ctrl-C leaves out what is not written yet. */
async function writeViews(
  session: Session,
  folder: string,
  { found, later = [] }: SystemVerdict,
  viewed: Omit<Viewed, 'file'>,
): Promise<void> {
  if (found === undefined) return;
  for (const { file, trace } of [found, ...found.others, ...later]) {
    const isOver = session.deadline(VIEW_SECONDS);
    const path = join(folder, basename(file).replace(/(\.json)?$/, '.html'));
    const patient = { ...viewed, file: trace, system: yieldingSystem(viewed.system, session, isOver) };
    const written = await untilOver(writeView(path, basename(file), patient, isOver), isOver);
    process.stderr.write(
      written === undefined ? `${printable(path)}: not written, the time is up\n` : `${printable(path)}\n`,
    );
  }
}

function choiceOf({ system, plants, toolchain, goroot, replace }: OneRun): SystemChoice {
  return { system, plants, toolchain, goroot, replace: replacements(replace) };
}

/** Returns whatever makes this run what it is, besides the seed and the sizes. */
function repeatWords(options: OneRun): readonly string[] {
  const words = [`--system ${shellWord(options.system)}`, ...runtimeWords(options)];
  for (const path of options.plant) words.push(`--plant ${shellWord(path)}`);
  if (options.checks !== undefined) words.push(`--checks ${names(options.checks).join(',')}`);
  if (options.maxFailures > 1) words.push(`--max-failures ${options.maxFailures}`);
  if (options.typed.has('out')) words.push(`--out ${shellWord(options.out)}`);
  return words;
}

/** Returns the words that replay and explain need, since they run nothing that only a file asks for (docs/trust.md). */
function replayWords(options: OneRun): readonly string[] {
  const words = [...runtimeWords(options)];
  if (options.system.startsWith('exec:')) words.push(`--system ${shellWord(options.system)}`);
  if (!options.plants.every(isShipped)) for (const path of options.plant) words.push(`--plant ${shellWord(path)}`);
  return words;
}

/** Returns the words that name a runtime of Go. */
function runtimeWords({ toolchain, goroot, replace = [] }: RunOptions): readonly string[] {
  const words = replace.map((word) => `--replace ${shellWord(word)}`);
  if (goroot !== undefined) words.unshift(`--goroot ${shellWord(goroot)}`);
  if (toolchain !== undefined) words.unshift(`--toolchain ${shellWord(toolchain)}`);
  return words;
}

function notRun(options: OneRun, outcome: 'skipped' | 'interrupted', note: string | undefined): SystemVerdict {
  return {
    system: options.system,
    outcome,
    note,
    seed: options.seed,
    traces: 0,
    steps: 0,
    seconds: 0,
    checks: names(options.checks ?? CHECKS),
    checksNotRun: [],
    figuresNotCompared: [],
    limits: [],
    ops: [],
    states: [],
    repeat: ['npx spancheck run', ...repeatWords(options), `--seed ${options.seed}`].join(' '),
  };
}
