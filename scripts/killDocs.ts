/** Writes the kill table as text: all of it for docs/faults.md, a summary for the README. */
import { commandText } from '../properties/trace/commandText';
import type { FaultFile } from '../faults/faultFile';
import { SIDE_BUDGET_STEPS, killSummary, type KillRow, type SideResult } from '../faults/kill/killTable';
import { formatNumber } from '../properties/formatNumber';

/** The options and rows of a kill table, as `spancheck faults --json` prints them. */
export interface KillReport {
  readonly seed: number;
  readonly budgetSteps: number;
  readonly faults: readonly KillRow[];
}

/** Returns docs/faults.md. It holds no times, so the same seed gives the same text. */
export function faultsDoc(report: KillReport, equivalents: readonly FaultFile[]): string {
  const rows = report.faults.map((row) => `| ${cells(row).join(' | ')} |`);
  const traces = report.faults.flatMap(({ fault, shrunkTrace, isCertified }) => {
    if (shrunkTrace === undefined) return [];
    const commands = shrunkTrace.commands.map(commandText).join('; ');
    return [`- \`${fault}\`${isCertified === true ? '' : ' (not certified)'}: ${commands}`];
  });
  return [
    '# The kill table',
    '',
    'Written by `npm run docs:faults`, which plants each fault of `faults/catalogue/` into the model and runs the suite as `npm start` does.',
    '',
    ...summaryLines(report),
    '',
    '- **seen by**: the witnesses at the first failing step with any seed (`seenBy` in its file): R counters against the',
    '  rescan, L the ledger, S structure and unflushed identities, T a throw of the allocator.',
    '- **steps** and **worst**: commands applied and checked until a check failed, median and worst of the seeds.',
    '- **shortest**: commands of its shrunk trace; *certified* if all shorter traces over the alphabet were tried.',
    '- **R alone**: the result with only the check of counters against the rescan; a throw of the model counts as seen.',
    '- **reads each step**: the result of a suite that reads, and so flushes, after every command and looks at nothing else.',
    `- The last two columns are one run each, with the first seed and at most ${formatNumber(SIDE_BUDGET_STEPS)} steps.`,
    '- **origin**: where a bug of this kind happened, or `our own`.',
    '',
    '| fault | what goes wrong | origin | killed | first check | seen by | steps | worst | shortest | R alone | reads each step |',
    '| --- | --- | --- | ---: | --- | --- | ---: | ---: | --- | --- | --- |',
    ...rows,
    '',
    '## The shortest trace of each',
    '',
    ...traces,
    '',
    '## Equivalent',
    '',
    'No trace tells these from the clean model. They survive a long run.',
    '',
    ...equivalents.map(({ name, text, because }) => `- \`${name}\`: ${text}. ${capital(because ?? '')}.`),
    '',
  ].join('\n');
}

/** Returns the README's block. */
export function faultsSummary(report: KillReport): string {
  const slowest = report.faults.toSorted((left, right) => right.stepsMedian - left.stepsMedian).slice(0, 5);
  return [
    ...summaryLines(report),
    '',
    '| first to see it | faults | R alone misses |',
    '| --- | ---: | ---: |',
    ...byCheck(report.faults),
    '',
    `The slowest to find: ${slowest.map(({ fault, stepsMedian }) => `\`${fault}\` (${formatNumber(stepsMedian)} steps)`).join(', ')}. All of them, with their shortest traces: [docs/faults.md](docs/faults.md).`,
  ].join('\n');
}

function summaryLines({ faults, seed, budgetSteps }: KillReport): readonly string[] {
  const { faults: count, killedAlways, stepsMedian, unseenByRescan, hiddenFromReads } = killSummary(faults);
  const [row] = faults;
  const seeds = row === undefined ? 0 : row.seeds;
  return [
    `${killedAlways} of ${count} faults are killed with each of ${seeds} seeds (${seed} to ${seed + seeds - 1}) within ${formatNumber(budgetSteps)} steps; half of them within ${formatNumber(stepsMedian)}.`,
    `Counters against the rescan alone would miss ${unseenByRescan} of them; a suite that only looks after a read would miss ${hiddenFromReads}.`,
  ];
}

function byCheck(rows: readonly KillRow[]): readonly string[] {
  const checks = new Map<string, KillRow[]>();
  for (const row of rows) checks.set(row.check ?? 'nobody', [...(checks.get(row.check ?? 'nobody') ?? []), row]);
  return [...checks]
    .toSorted(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1))
    .map(
      ([check, seen]) =>
        `| ${check} | ${seen.length} | ${seen.filter(({ rescanAlone }) => rescanAlone?.isKilled === false).length} |`,
    );
}

function cells(row: KillRow): readonly string[] {
  const {
    fault,
    text,
    origin,
    killed,
    seeds,
    check,
    seenBy,
    stepsMedian,
    stepsWorst,
    shrunk,
    isCertified,
    rescanAlone,
    readsEachStep,
  } = row;
  const length = shrunk === undefined ? '–' : `${shrunk}${isCertified === true ? ' certified' : ''}`;
  return [
    `\`${fault}\``,
    escaped(text),
    escaped(origin),
    `${killed}/${seeds}`,
    check ?? '–',
    seenBy.join(' ') || '–',
    formatNumber(stepsMedian),
    formatNumber(stepsWorst),
    length,
    side(rescanAlone),
    side(readsEachStep),
  ];
}

function side(result: SideResult | undefined): string {
  if (result === undefined) return '–';
  return result.isKilled ? (result.check ?? '') : '**survives**';
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
