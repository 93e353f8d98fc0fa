/**
 * `npm run bench:faults`: steps until each fault is killed, beside the same model, checks and budget with plain
 * `fc.commands`. Steps are the same on every machine; nothing here is timed. With `--write` the README's block is made anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import * as fc from 'fast-check';
import { replaceBlock } from '../scripts/readme';
import { readCatalogue } from '../faults/catalogue';
import type { FaultFile } from '../faults/faultFile';
import { MAX_COMMANDS, findFailure } from '../faults/kill/findFailure';
import { plantModel } from '../faults/plantModel';
import { wholeNumber } from '../cli/input/optionParsers';
import { packageRoot } from '../packageRoot';
import { CHECKS } from '../properties/checks/checks';
import { JudgedSystem, fastCheckCommands } from '../properties/fastCheckCommands';
import { SyncJudge } from '../properties/judge';
import type { SteppedSystem } from '../properties/system';
import { modelSystem } from '../systems/model';
import { formatNumber } from '../properties/formatNumber';
import { at } from '../properties/at';

interface Tally {
  readonly killed: number;
  /** Median over all seeds; a survivor counts as the budget. */
  readonly stepsMedian: number;
}

interface Row {
  readonly fault: string;
  readonly spancheck: Tally;
  readonly fastCheckCommands: Tally;
}

interface Options {
  readonly seeds: number;
  readonly steps: number;
  readonly only?: string;
  readonly json?: boolean;
  readonly write?: boolean;
}

function main(values: Options): void {
  const seeds = Array.from({ length: values.seeds }, (_, i) => i + 1);
  const budgetSteps = values.steps;
  const only = values.only?.split(',');
  const rows = readCatalogue()
    .filter(({ name }) => only === undefined || only.includes(name))
    .map((fault) => row(fault, seeds, budgetSteps));
  if (values.write === true) writeReadme(rows, seeds.length, budgetSteps);
  const text =
    values.json === true
      ? JSON.stringify({ seeds: seeds.length, budgetSteps, faults: rows }, null, 2)
      : screen(rows, seeds.length, budgetSteps);
  process.stdout.write(`${text}\n`);
}

/** The README's block. */
function writeReadme(rows: readonly Row[], seeds: number, budgetSteps: number): void {
  const lines = rows.map(({ fault, spancheck, fastCheckCommands: peer }) => {
    const ratio = (peer.stepsMedian / Math.max(1, spancheck.stepsMedian)).toFixed(1);
    return `| \`${fault}\` | ${formatNumber(spancheck.stepsMedian)} | ${spancheck.killed}/${seeds} | ${formatNumber(peer.stepsMedian)} | ${peer.killed}/${seeds} | ${ratio} |`;
  });
  const block = [
    `Steps until it is killed, median of ${seeds} seeds, a survivor counting as all of the ${formatNumber(budgetSteps)} steps:`,
    '',
    '| fault | spancheck | killed | fc.commands | killed | ratio |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
  const path = join(packageRoot(), 'README.md');
  writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), 'steps to kill', block));
}

function row(fault: FaultFile, seeds: readonly number[], budgetSteps: number): Row {
  const system = modelSystem(plantModel(fault));
  return {
    fault: fault.name,
    spancheck: tally(
      seeds.map((seed) => {
        const { steps, found } = findFailure(system, CHECKS, seed, budgetSteps);
        return found === undefined ? undefined : steps;
      }),
      budgetSteps,
    ),
    fastCheckCommands: tally(
      seeds.map((seed) => stepsByCommands(system, seed, budgetSteps)),
      budgetSteps,
    ),
  };
}

/** Returns the steps until `fc.commands` finds the fault, or undefined if it does not. */
function stepsByCommands(system: SteppedSystem, seed: number, budgetSteps: number): number | undefined {
  const judged = new JudgedSystem(system, new SyncJudge(system, { checks: CHECKS }));
  let steps = 0;
  let isCaught = false;
  const property = fc.property(
    fastCheckCommands({ ops: system.ops, maxProcs: 4, maxCommands: MAX_COMMANDS }),
    (commands) => {
      try {
        fc.modelRun(() => judged.start(2), commands);
        judged.end();
      } catch {
        // A check that does not hold throws, and so does a model that a fault has ruined.
        isCaught = true;
      }
      steps += judged.steps;
      return !isCaught && steps < budgetSteps;
    },
  );
  fc.check(property, { seed, numRuns: budgetSteps, endOnFailure: true });
  return isCaught ? steps : undefined;
}

function tally(steps: readonly (number | undefined)[], budgetSteps: number): Tally {
  const sorted = steps.map((count) => count ?? budgetSteps).toSorted((left, right) => left - right);
  return {
    killed: steps.filter((count) => count !== undefined).length,
    stepsMedian: at(sorted, (sorted.length - 1) >> 1),
  };
}

function screen(rows: readonly Row[], seeds: number, budgetSteps: number): string {
  const table = new Table({
    head: ['fault', 'spancheck', 'killed', 'fc.commands', 'killed', 'ratio'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const { fault, spancheck, fastCheckCommands: peer } of rows) {
    const ratio = (peer.stepsMedian / Math.max(1, spancheck.stepsMedian)).toFixed(1);
    table.push([
      fault,
      formatNumber(spancheck.stepsMedian),
      `${spancheck.killed}/${seeds}`,
      formatNumber(peer.stepsMedian),
      `${peer.killed}/${seeds}`,
      ratio,
    ]);
  }
  const sum = (of: (row: Row) => number) => rows.reduce((total, each) => total + of(each), 0);
  const ratios = rows
    .map((each) => each.fastCheckCommands.stepsMedian / Math.max(1, each.spancheck.stepsMedian))
    .toSorted((left, right) => left - right);
  return [
    table.toString(),
    `searches of ${formatNumber(budgetSteps)} steps that found the fault: spancheck ${sum((each) => each.spancheck.killed)}, fc.commands ${sum((each) => each.fastCheckCommands.killed)} of ${rows.length * seeds}`,
    `steps of fc.commands per step of spancheck: median ${(ratios[(ratios.length - 1) >> 1] ?? 0).toFixed(1)}; all medians summed ${(sum((each) => each.fastCheckCommands.stepsMedian) / sum((each) => each.spancheck.stepsMedian)).toFixed(1)}`,
  ].join('\n');
}

const program = new Command('bench:faults')
  .option('--seeds <n>', 'seeds for each fault', wholeNumber(1, 1000), 5)
  .option('--steps <n>', 'steps after which a fault has survived', wholeNumber(1, 1e9), 100_000)
  .option('--only <a,b>', 'only these faults')
  .option('--json', 'print the rows as JSON')
  .option('--write', "make the README's block anew of these rows")
  .action(main);

if (require.main === module) program.parse();
