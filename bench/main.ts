#!/usr/bin/env node
/** `npm run bench`: measures, and prints one table, or the same figures as JSON. */
import { Command, InvalidArgumentError } from 'commander';
import { GO, GO_LARGE, benchGo } from './go';
import { measureModelReads } from '../systems/modelReads';
import { HEADLINE } from './headline';
import { benchInterleave } from './interleave';
import { benchSteps } from './steps';
import { table, type Figures } from './table';

const PARTS = ['steps', 'headline', 'go', 'interleave'] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly only: readonly Part[];
  readonly seconds: number;
  readonly large?: true;
  readonly json?: true;
}

const program = new Command('bench')
  .description("the suite's own speed, and what a read of the statistics costs against a rescan")
  .option('--only <parts>', `what to measure: ${PARTS.join(', ')}`, parts, PARTS)
  .option('--seconds <n>', 'time for each row of steps', secondsOf, 6)
  .option('--large', 'real heaps of 16 GiB too')
  .option('--json', 'figures as JSON on stdout')
  .action(async (options: Options) => {
    const figures = await measure(options);
    process.stdout.write(`${options.json === true ? JSON.stringify(figures, undefined, 2) : table(figures)}\n`);
  });

void program.parseAsync();

async function measure({ only, seconds, large }: Options): Promise<Figures> {
  return {
    ...(only.includes('steps') ? { steps: benchSteps(seconds) } : {}),
    ...(only.includes('headline') ? { headline: measureModelReads(HEADLINE) } : {}),
    ...(only.includes('interleave') ? { interleave: benchInterleave() } : {}),
    ...(only.includes('go') ? { go: await benchGo({ ...(large === true ? GO_LARGE : GO), onProgress }) } : {}),
  };
}

/** On a terminal only, where it can be wiped out again. */
function onProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}\r`);
}

function parts(text: string): readonly Part[] {
  const request = text.split(',');
  const chosen = PARTS.filter((part) => request.includes(part));
  if (chosen.length !== request.length) throw new InvalidArgumentError(`Choose from ${PARTS.join(', ')}.`);
  return chosen;
}

function secondsOf(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new InvalidArgumentError('A number of seconds, above 0 and up to 3600.');
  return value;
}
