/** `spancheck faults`: tests the suite with bugs that it must find. */
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readCatalogue, readEquivalents } from '../../faults/catalogue';
import type { FaultFile } from '../../faults/faultFile';
import { BUDGET_STEPS } from '../../faults/kill/findFailure';
import { killAll } from '../../faults/kill/killPool';
import { killRows, killSummary, killTasks, type KillRow, type SideResult } from '../../faults/kill/killTable';
import { BadInputError } from '../../properties/input/badInput';
import type { Check } from '../../properties/checks/checks';
import { didYouMean } from '../../properties/input/didYouMean';
import { EXIT_FOUND, EXIT_HELD, EXIT_INTERRUPTED } from '../output/exitCodes';
import { goFaults } from './goFaults';
import { checkList, seconds, seedValue, wholeNumber } from '../input/optionParsers';
import { shardItems, SHARD_HELP, shardText, shardValue, type Shard } from '../shards/shard';
import { searchDigest, writeShard, type TableRow } from '../shards/shardFile';
import { formatNumber } from '../../properties/formatNumber';

/** The default number of seeds for each fault. */
const DEFAULT_SEEDS = 30;

interface FaultsOptions {
  readonly only?: readonly string[];
  readonly checks?: readonly Check[];
  readonly seed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly quick?: boolean;
  readonly equivalent?: boolean;
  readonly system: 'model' | 'go';
  readonly toolchain?: string;
  readonly goroot?: string;
  readonly time: number;
  readonly json?: boolean;
  readonly shard?: Shard;
  readonly out: string;
}

export function faultsVerb(): Command {
  return new Command('faults')
    .description('plant each fault of the catalogue, run the suite on it, and print the kill table')
    .option('--only <a,b>', 'only these faults (spancheck list faults)', words)
    .option('--checks <a,b>', 'evaluate only these checks (spancheck list checks)', checkList)
    .option('--seed <n>', 'the first seed', seedValue, 1)
    .option('--seeds <n>', 'run each fault with this many seeds', wholeNumber(1, 10_000), DEFAULT_SEEDS)
    .option(
      '--steps <n>',
      'a fault that lives this many steps has survived',
      wholeNumber(1, 1_000_000_000),
      BUDGET_STEPS,
    )
    .option('--quick', 'one seed and no shrinking; for CI')
    .option('--equivalent', 'run the edits that no trace can show; exit 1 if any is killed')
    .addOption(
      new Option('--system <system>', 'system to plant into; go has its own faults')
        .choices(['model', 'go'])
        .default('model'),
    )
    .option('--toolchain <version>', 'Go release to plant into, such as go1.9.7, or local')
    .option('--goroot <dir>', 'Go source tree to plant into; it is never written to')
    .option('--time <time>', 'a fault in Go that lives this long has survived', seconds, 30)
    .option('--shard <i/n>', SHARD_HELP, shardValue)
    .addOption(new Option('--out <dir>', 'folder for the result of a shard').default('.spancheck'))
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  spancheck faults                                     every fault, 30 seeds: takes a while
  spancheck faults --quick                             every fault, one seed
  spancheck faults --only uncache-span-adds            one fault, with its shortest trace
  spancheck faults --equivalent --seeds 3              the edits that must survive
  spancheck faults --checks rescan --seeds 3           what counters against rescan alone miss
  spancheck faults --system go --toolchain go1.9.7     a real runtime, and Go's own tests beside it
  spancheck faults --system go --quick                 the same without Go's own tests

Exit status: 0 every fault was killed with every seed and seen by its witnesses (with
--equivalent: none was killed), 1 otherwise, 2 the input or the environment is
unusable, 130 interrupted by Ctrl-C.`,
    )
    .action(async (options: FaultsOptions) => {
      process.exitCode = await faults(options);
    });
}

async function faults(options: FaultsOptions): Promise<number> {
  const { shard } = options;
  if (options.system === 'go' && shard !== undefined)
    throw new BadInputError(
      `--shard ${shardText(shard)}: goes with --system model; for Go, share the faults by --only`,
    );
  if (options.system === 'go') return goFaults({ ...options, choose: (all) => chooseFaults(all, options.only) });
  if ((options.toolchain ?? options.goroot) !== undefined)
    throw new BadInputError('--toolchain and --goroot go with --system go');
  const { seed, steps: budgetSteps } = options;
  // A survivor leaves nothing to shrink.
  const isQuick = options.quick === true || options.equivalent === true;
  const all = chooseFaults(options.equivalent === true ? readEquivalents() : readCatalogue(), options.only);
  const chosen = shardItems(all, shard);
  const checks = options.checks?.map(({ name }) => name);
  const tasks = killTasks(chosen, {
    seed,
    seeds: options.quick === true ? 1 : options.seeds,
    checks,
    budgetSteps,
    isQuick,
  });
  const bar = progressBar(tasks.length);
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const results = await killAll(tasks, ({ fault }, done) => bar?.update(done, { fault }), controller.signal);
    const rows = killRows(chosen, results);
    bar?.stop();
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify({ seed, budgetSteps, summary: killSummary(rows), faults: rows }, null, 2)}\n`
        : screen(rows, checks === undefined),
    );
    // With some checks off, `seenBy` of a fault need not hold.
    const isGood = (row: KillRow): boolean =>
      (checks !== undefined || row.missedBy.length === 0) &&
      row.killed === (options.equivalent === true ? 0 : row.seeds);
    if (shard !== undefined) {
      const { seeds, only, equivalent } = options;
      const search = searchDigest({ verb: 'faults', seed, seeds, only, equivalent, isQuick, checks, budgetSteps });
      const table = rows.map((row) => tableRow(row, isGood(row)));
      await writeShard(options.out, { verb: 'faults', shard, search, seed, rows: table });
    }
    return rows.every(isGood) ? EXIT_HELD : EXIT_FOUND;
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    process.stderr.write('spancheck: interrupted: a kill table is all or nothing\n');
    return EXIT_INTERRUPTED;
  } finally {
    bar?.stop();
    process.removeListener('SIGINT', onInterrupt);
  }
}

function tableRow({ fault, killed, seeds, check, stepsMedian, missedBy }: KillRow, isGood: boolean): TableRow {
  const how = killed === 0 ? '' : `, first by ${check ?? NOTHING}, median ${formatNumber(stepsMedian)} steps`;
  const missed = missedBy.length === 0 ? '' : `; missed by ${missedBy.join(', ')}`;
  return { name: fault, isGood, text: `killed ${killed}/${seeds}${how}${missed}` };
}

function chooseFaults(all: readonly FaultFile[], names: readonly string[] | undefined): readonly FaultFile[] {
  if (names === undefined) return all;
  return names.map((name) => {
    const fault = all.find((candidate) => candidate.name === name);
    if (fault !== undefined) return fault;
    throw new BadInputError(
      `--only ${name}: not a fault${didYouMean(
        name,
        all.map((candidate) => candidate.name),
      )}; see spancheck list faults`,
    );
  });
}

function words(word: string): readonly string[] {
  const names = word.split(',').filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('It must be names, separated by commas.');
  return names;
}

/** Returns a progress bar on standard error, if that is a terminal that can redraw a line. */
function progressBar(total: number): SingleBar | undefined {
  if (!process.stderr.isTTY || process.env['TERM'] === 'dumb') return undefined;
  const bar = new SingleBar({
    format: '{bar} {value}/{total} · {duration_formatted} · {fault}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 24,
    linewrap: false,
  });
  bar.start(total, 0, { fault: '' });
  return bar;
}

const HEAD = [
  'fault',
  'origin',
  'killed',
  'first check',
  'steps',
  'worst',
  'seconds',
  'shrunk',
  'certified',
  'R alone',
  'reads each step',
];
const ALIGNS = HEAD.map((title) =>
  ['killed', 'steps', 'worst', 'seconds', 'shrunk'].includes(title) ? 'right' : 'left',
);

/** The content of a cell without a figure. */
const NOTHING = '–';

function screen(rows: readonly KillRow[], areAllChecksOn: boolean): string {
  // Leave out columns without any figure: a quick run shrinks nothing.
  const all = rows.map(cells);
  const shown = HEAD.map((_, i) => all.some((row) => row[i] !== NOTHING));
  const table = new Table({
    head: HEAD.filter((_, i) => shown[i]),
    style: { head: [], border: [], compact: true },
    colAligns: ALIGNS.filter((_, i) => shown[i]),
  });
  for (const row of all) table.push(row.filter((_, i) => shown[i]));
  const { faults: count, killedAlways, stepsMedian, unseenByRescan, hiddenFromReads } = killSummary(rows);
  const survivors = rows
    .filter(({ survived }) => survived.length > 0)
    .map(({ fault, survived }) => `survived: ${fault} with seed ${survived.join(', ')}`);
  const unseen = areAllChecksOn ? rows.filter(({ missedBy }) => missedBy.length > 0) : [];
  const missed = unseen.map(
    ({ fault, missedBy }) => `missed: ${fault} by ${missedBy.join(', ')}, which it names in seenBy`,
  );
  const isWhole = rows.some(({ rescanAlone }) => rescanAlone !== undefined);
  const sides = isWhole
    ? [
        `${unseenByRescan} are unseen by counters against rescan alone; ${hiddenFromReads} hide from a suite that reads after every step`,
      ]
    : [];
  return [
    table.toString(),
    `${killedAlways} of ${count} faults killed with every seed; median ${formatNumber(stepsMedian)} steps`,
    ...sides,
    ...survivors,
    ...missed,
    '',
  ].join('\n');
}

function cells(row: KillRow): string[] {
  return [
    row.fault,
    row.origin,
    `${row.killed}/${row.seeds}`,
    row.check ?? NOTHING,
    row.killed === 0 ? NOTHING : formatNumber(row.stepsMedian),
    row.killed === 0 ? NOTHING : formatNumber(row.stepsWorst),
    row.seconds.median.toFixed(3),
    row.shrunk === undefined ? NOTHING : String(row.shrunk),
    row.isCertified === undefined ? NOTHING : row.isCertified ? 'yes' : 'no',
    side(row.rescanAlone),
    side(row.readsEachStep),
  ];
}

function side(result: SideResult | undefined): string {
  if (result === undefined) return NOTHING;
  return result.isKilled ? (result.check ?? '') : 'survives';
}
