/** `spancheck merge`: the results of all shards as one screen, one JSON, one JUnit report and one step summary. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { BadInputError } from '../../properties/input/badInput';
import { reason } from '../input/files';
import { writeForCi } from '../output/continuousIntegration';
import { EXIT_FOUND, EXIT_HELD, EXIT_UNUSABLE } from '../output/exitCodes';
import { printable, printableJson, printableStrings } from '../output/printable';
import { runText, type RunResult } from '../output/report';
import type { SystemVerdict } from '../output/verdicts';
import { mergeShards, type Merged } from '../shards/mergeShards';
import { readShard } from '../shards/shardFile';

interface MergeOptions {
  readonly json?: boolean;
  readonly junit?: string;
}

export function mergeVerb(): Command {
  return new Command('merge')
    .description('join the results of all shards (--shard i/n) into one')
    .argument('<dir...>', 'folders with results, searched to any depth')
    .option('--json', 'print the result as JSON on standard output')
    .option('--junit <file>', 'write one JUnit report')
    .addHelpText(
      'after',
      `
Examples:
  spancheck run --seed 7 --shard 1/2 --out a     on one machine
  spancheck run --seed 7 --shard 2/2 --out b     on another
  spancheck merge a b --junit report.xml

Recipes for GitHub Actions, Kubernetes and SLURM: docs/many-machines.md

Exit status: 0 every shard is there and held, 1 a failure was found, 2 a shard is
missing or checked nothing, or the input is unusable.`,
    )
    .action(merge);
}

async function merge(folders: readonly string[], { json: isJson = false, junit }: MergeOptions): Promise<void> {
  const paths = (await Promise.all(folders.map(shardPaths))).flat().toSorted();
  const merged = mergeShards(await Promise.all(paths.map(readShard)));
  const run = merged.run ?? tableAsRun(merged);
  process.stdout.write(isJson ? jsonText(merged) : screen(merged, run));
  for (const index of merged.missing)
    process.stderr.write(`spancheck: shard ${index}/${merged.count} is missing: it left no result; run it again\n`);
  process.exitCode = exitCodeOf(merged, run);
  await writeForCi(run, junit);
}

/** Returns the paths of the results in a folder. Artifacts of CI come in folders of their own. */
async function shardPaths(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new BadInputError(`${folder}: ${reason(error)}`);
  });
  return entries
    .filter((entry) => /(^|[/\\])shard-[a-z]+-\d+-of-\d+\.json$/.test(entry))
    .map((entry) => join(folder, entry));
}

function exitCodeOf({ missing, rows }: Merged, { verdicts, canary }: RunResult): number {
  const outcomes = new Set(verdicts.map(({ outcome }) => outcome));
  if (outcomes.has('failed') || canary?.isCaught === false || rows.some(({ isGood }) => !isGood)) return EXIT_FOUND;
  const isGreen = missing.length === 0 && outcomes.has('held') && !outcomes.has('interrupted');
  return isGreen && !outcomes.has('nothing checked') ? EXIT_HELD : EXIT_UNUSABLE;
}

function jsonText({ run, rows, ...head }: Merged): string {
  const result = { spancheck: 'merge', version: 1, ...head, ...run, ...(run === undefined ? { rows } : {}) };
  return `${printableJson(result)}\n`;
}

function screen({ rows, verb, missing, count, run: shardRun }: Merged, run: RunResult): string {
  if (shardRun !== undefined) return runText(printableStrings(run));
  const bad = rows.filter(({ isGood }) => !isGood).length;
  return [
    ...rows.map(({ isGood, name, text }) => printable(`${isGood ? 'ok    ' : 'FAILED'}  ${name}  ${text}`)),
    ...missing.map((index) => `MISSING  shard ${index}/${count}`),
    `${verb}: ${rows.length - bad} of ${rows.length} rows are as they should be, from ${count - missing.length} of ${count} shards`,
    '',
  ].join('\n');
}

/** Returns a table as verdicts, one a row, for the JUnit report and the step summary. */
function tableAsRun({ verb, seed, rows, missing, count }: Merged): RunResult {
  const row = (system: string, outcome: SystemVerdict['outcome'], note: string): SystemVerdict => ({
    system,
    outcome,
    note,
    seed,
    traces: 0,
    steps: 0,
    seconds: 0,
    checks: outcome === 'nothing checked' ? [] : [verb],
    checksNotRun: [],
    figuresNotCompared: [],
    limits: [],
    ops: [],
    states: [],
    repeat: '',
  });
  return {
    seed,
    verdicts: [
      ...rows.map(({ name, isGood, text }) => row(name, isGood ? 'held' : 'nothing checked', text)),
      ...missing.map((index) => row(`shard ${index}/${count}`, 'nothing checked', 'missing: it left no result')),
    ],
    canary: undefined,
  };
}
