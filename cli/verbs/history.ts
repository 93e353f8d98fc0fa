/** `spancheck history`: the same search on each minor release of Go, from the first that had the counters. */
import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CHECKS } from '../../properties/checks/checks';
import { EnvironmentError } from '../../properties/input/environmentError';
import { EXIT_FOUND, EXIT_HELD, EXIT_UNUSABLE } from '../output/exitCodes';
import { readCosts } from '../search/historyReads';
import { historyText, type History, type ReleaseRow } from '../output/historyReport';
import { searchAndShrink } from '../search/searchAndShrink';
import { openSystem } from '../input/openSystem';
import { ProgressLine } from '../output/progressLine';
import type { SystemVerdict } from '../output/verdicts';
import { AFTER, BEFORE, RELEASES } from '../../systems/go/releases';
import { Session } from '../search/session';
import { shardItems, SHARD_HELP, shardSeed, shardValue, type Shard } from '../shards/shard';
import { searchDigest, writeShard } from '../shards/shardFile';
import { seconds, seedValue, wholeNumber } from '../input/optionParsers';

interface HistoryOptions {
  readonly releases: readonly string[];
  readonly time: number;
  readonly commands: number;
  readonly heaps: readonly number[];
  readonly reads: boolean;
  readonly seed?: number;
  readonly json?: boolean;
  readonly out: string;
  readonly shard?: Shard;
}

export function historyVerb(): Command {
  return new Command('history')
    .description('run the suite on each minor release of Go, 1.9 to 1.27; each is fetched once (300 MB)')
    .option('--releases <a,b>', 'only these releases, such as go1.9.7,go1.20,local', releaseList, RELEASES)
    .option('--time <time>', 'time for each release, such as 5s or 1m', seconds, 5)
    .option('--commands <n>', 'commands of the longest trace', wholeNumber(1, 100_000), 400)
    .option('--heaps <a,b>', 'sizes in MiB of the heaps on which reads are timed', mebibytes, [100, 1024])
    .option('--no-reads', 'do not time reads')
    .option('--seed <n>', 'seed of every trace (default: drawn, and printed)', seedValue)
    .option('--shard <i/n>', SHARD_HELP, shardValue)
    .option('--json', 'print the result as JSON on standard output')
    .addOption(new Option('--out <dir>', 'folder for counterexamples').default('.spancheck'))
    .addHelpText(
      'after',
      `
Examples:
  spancheck history                                   every minor release, five seconds each
  spancheck history --releases go1.9.7,local --time 1m

Known bugs of a release are named with their number.

Exit status: 0 all held, 1 a failure was found, 2 the input is unusable, no release
is available or nothing was checked on one, 130 Ctrl-C, 143 SIGTERM.`,
    )
    .action(history);
}

async function history(options: HistoryOptions): Promise<void> {
  const session = new Session();
  const { shard } = options;
  // Shards share the releases; each release is searched once, with the seed that all have.
  if (shard !== undefined) shardSeed(options.seed, shard);
  const seed = options.seed ?? randomInt(0, 2 ** 31);
  const isShown = options.json !== true;
  const reads =
    options.reads && (shard === undefined || shard.index === 1)
      ? await withProgress('reads', 10, isShown, (progress) =>
          readCosts([BEFORE, AFTER], options.heaps, (text) => progress.say(text)),
        )
      : [];
  const rows: ReleaseRow[] = [];
  for (const release of shardItems(options.releases, shard)) {
    if (session.isInterrupted) break;
    rows.push(
      await withProgress(release, options.time, isShown, (progress) =>
        rowOf(session, progress, release, seed, options),
      ),
    );
  }
  const result: History = { seed, reads, rows };
  process.stdout.write(
    isShown ? historyText(result) : `${JSON.stringify({ spancheck: 'history', version: 1, ...result }, null, 2)}\n`,
  );
  if (shard !== undefined) {
    const { releases, time, commands } = options;
    const search = searchDigest({ verb: 'history', seed, releases, time, commands });
    const run = { seed, verdicts: rows.map((row) => verdictOf(row, seed)), canary: undefined };
    await writeShard(options.out, { verb: 'history', shard, search, seed, run });
  }
  await session.end(exitCodeOf(rows, session));
}

/** Returns the verdict on a release under the name of the release. */
function verdictOf({ release, verdict, note }: ReleaseRow, seed: number): SystemVerdict {
  if (verdict !== undefined) return { ...verdict, system: release };
  const nothing = { checks: [], checksNotRun: [], figuresNotCompared: [], limits: [], ops: [], states: [] };
  const none = { ...nothing, traces: 0, steps: 0, seconds: 0 };
  return { ...none, system: release, outcome: 'skipped', note, seed, repeat: '' };
}

function exitCodeOf(rows: readonly ReleaseRow[], session: Session): number {
  const outcomes = rows.flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict.outcome]));
  if (outcomes.includes('failed')) return EXIT_FOUND;
  if (session.interruptCode !== undefined) return session.interruptCode;
  return outcomes.length === 0 || outcomes.includes('nothing checked') ? EXIT_UNUSABLE : EXIT_HELD;
}

async function rowOf(
  session: Session,
  progress: ProgressLine,
  release: string,
  seed: number,
  options: HistoryOptions,
): Promise<ReleaseRow> {
  try {
    const choice = { system: 'go', plants: [], toolchain: release };
    const opened = await session.untilGivenUp(openSystem(choice, (text) => progress.say(text)));
    if (opened === undefined) return { release, note: 'interrupted' };
    const { system, note } = opened;
    try {
      const verdict = await searchAndShrink(session, progress, {
        system,
        note,
        checks: CHECKS,
        seed,
        traces: MANY,
        maxCommands: options.commands,
        seconds: options.time,
        folder: options.out,
        repeatWords: ['--system', 'go', '--toolchain', release],
        runtimeWords: [`--toolchain ${release}`],
      });
      return { release, verdict };
    } finally {
      await session.untilGivenUp(system.close?.() ?? Promise.resolve());
    }
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { release, note: error.message };
  }
}

/** Traces of a search that time ends. */
const MANY = 1_000_000_000;

async function withProgress<T>(
  label: string,
  totalSeconds: number,
  isShown: boolean,
  work: (progress: ProgressLine) => Promise<T>,
): Promise<T> {
  const progress = new ProgressLine(label, totalSeconds, isShown);
  try {
    return await work(progress);
  } finally {
    progress.close();
  }
}

function releaseList(word: string): readonly string[] {
  return word.split(',').map((release) => {
    if (/^(local|go1\.\d+(\.\d+)?)$/.test(release)) return release;
    throw new InvalidArgumentError(`${JSON.stringify(release)} is not a release; it is local or one like go1.9.7.`);
  });
}

function mebibytes(word: string): readonly number[] {
  return word.split(',').map(wholeNumber(1, 1 << 20));
}
