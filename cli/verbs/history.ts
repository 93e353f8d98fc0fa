/** `spancheck history`: the same search on release after release of Go, from the first that had the counters. */
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
import { AFTER, BEFORE, RELEASES } from '../../systems/go/releases';
import { Session } from '../search/session';
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
}

export function historyVerb(): Command {
  return new Command('history')
    .description('run the suite on one release of Go after the other, 1.9 to 1.27; each is fetched once (300 MB)')
    .option('--releases <a,b>', 'only these, such as go1.9.7,go1.20,local', releaseList, RELEASES)
    .option('--time <time>', 'time for each release, such as 5s or 1m', seconds, 5)
    .option('--commands <n>', 'commands of the longest trace', wholeNumber(1, 100_000), 400)
    .option(
      '--heaps <a,b>',
      'MiB of the heaps whose read is timed before and after the counters',
      mebibytes,
      [100, 1024],
    )
    .option('--no-reads', 'do not time reads')
    .option('--seed <n>', 'decides every trace; drawn by chance and printed if not given', seedValue)
    .option('--json', 'print the result as JSON on standard output')
    .addOption(new Option('--out <dir>', 'folder for counterexamples').default('.spancheck'))
    .addHelpText(
      'after',
      `
Examples:
  spancheck history                                   every minor release, five seconds each
  spancheck history --releases go1.9.7,local --time 1m

Exit status: 0 all held, 1 a failure was found, 2 bad input, or no release is to be had.`,
    )
    .action(async (options: HistoryOptions) => {
      process.exitCode = await history(options);
    });
}

async function history(options: HistoryOptions): Promise<number> {
  const session = new Session();
  const seed = options.seed ?? randomInt(0, 2 ** 31);
  const isShown = options.json !== true;
  const reads = options.reads
    ? await withProgress('reads', 10, isShown, (progress) =>
        readCosts([BEFORE, AFTER], options.heaps, (text) => progress.say(text)),
      )
    : [];
  const rows: ReleaseRow[] = [];
  for (const release of options.releases) {
    if (session.isInterrupted) break;
    rows.push(
      await withProgress(release, options.time, isShown, (progress) =>
        rowOf(session, progress, release, seed, options),
      ),
    );
  }
  session.close();
  const result: History = { seed, reads, rows };
  process.stdout.write(
    isShown ? historyText(result) : `${JSON.stringify({ spancheck: 'history', version: 1, ...result }, null, 2)}\n`,
  );
  if (rows.some(({ verdict }) => verdict?.outcome === 'failed')) return EXIT_FOUND;
  return rows.some(({ verdict }) => verdict !== undefined) ? EXIT_HELD : EXIT_UNUSABLE;
}

async function rowOf(
  session: Session,
  progress: ProgressLine,
  release: string,
  seed: number,
  options: HistoryOptions,
): Promise<ReleaseRow> {
  try {
    const { system, note } = await openSystem({ system: 'go', plants: [], toolchain: release }, (text) =>
      progress.say(text),
    );
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
      await system.close?.();
    }
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { release, note: error.message };
  }
}

/** Time ends a search, not the number of traces. */
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
