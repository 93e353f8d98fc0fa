/** `spancheck shrink`: the smallest trace that fails as the one in a file does, and what is known about smaller ones. */
import { Command } from 'commander';
import { dirname } from 'node:path';
import { shrinkOthers } from '../../shrinkers/otherBugs';
import { shrinkAndCertify, type CertifiedShrink } from '../../shrinkers/certify/shrinkAndCertify';
import type { ShrinkProgress } from '../../shrinkers/shrink';
import { flakyText, explain } from '../../shrinkers/explain/explain';
import { terminalText } from '../../shrinkers/explain/terminal';
import { counterexamplePath, keepCounterexample, type Provenance } from '../search/counterexamples';
import { EXIT_FOUND, EXIT_HELD } from '../output/exitCodes';
import { ProgressLine } from '../output/progressLine';
import { otherLines } from '../output/report';
import { Session } from '../search/session';
import { openTrace, withOpenTraceOptions, type OpenTraceOptions, type OpenedTrace } from '../input/openTrace';
import { seconds } from '../input/optionParsers';
import { names, type Other } from '../output/verdicts';
import { trialOn } from '../../shrinkers/trial';
import { pluralize } from '../../properties/formatNumber';

interface Options extends OpenTraceOptions {
  readonly out?: string;
  readonly time: number;
  readonly json?: boolean;
}

export function shrinkVerb(): Command {
  const verb = new Command('shrink')
    .description('shrink the failing trace of a file, whoever wrote it, and certify that nothing shorter fails')
    .argument('<file>', 'trace file')
    .option('--out <file>', 'where the smallest trace goes; FILE.shrunk.json')
    .option('--time <time>', 'stop with the best so far after this long', seconds, 60);
  return withOpenTraceOptions(verb)
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  spancheck shrink trace.json
  spancheck shrink trace.json --plant fault.json --out small.json

The smallest trace so far is on disk at any time; Ctrl-C keeps it.
Exit status: 0 the trace holds, 1 it fails, 2 bad input or environment.`,
    )
    .action(async (path: string, options: Options) => {
      process.exitCode = await shrinkFile(path, options);
    });
}

async function shrinkFile(path: string, options: Options): Promise<number> {
  const traced = await openTrace(path, options);
  const session = new Session();
  const progress = new ProgressLine('shrink', options.time, options.json !== true);
  try {
    const trial = trialOn(traced.system, traced.checks);
    const failure = await trial.run(traced.file);
    if (failure === undefined) return held(path, options);
    const out = options.out ?? path.replace(/(\.json)?$/, '.shrunk.json');
    const keep = (trace: CertifiedShrink['trace'], same: CertifiedShrink['failure']) =>
      keepCounterexample(out, provenanceOf(traced), trace, same);
    await keep(traced.file, failure);
    const isOver = session.deadline(options.time);
    const onProgress = ({ commands, pass, tries }: ShrinkProgress) => progress.shrinking(commands, pass, tries);
    const proven = await shrinkAndCertify(traced.file, failure, {
      ...traced,
      ops: traced.system.ops,
      trial,
      isOver,
      onProgress,
      onSmaller: keep,
    });
    await keep(proven.trace, proven.failure);
    const others = await shrinkOthers(proven, trial, { isOver, onProgress, ops: traced.system.ops });
    const files = [];
    for (const other of others) {
      const file = counterexamplePath(dirname(out), provenanceOf(traced), other.failure);
      await keepCounterexample(file, provenanceOf(traced), other.trace, other.failure);
      files.push({ trace: other.trace, failure: other.failure, file });
    }
    progress.close();
    await print(traced, proven, files, out, options);
    return EXIT_FOUND;
  } finally {
    progress.close();
    session.close();
    await traced.system.close?.();
  }
}

function provenanceOf({ system, file, checks, plant }: OpenedTrace): Provenance {
  return { system: system.name, seed: file.seed, checks: names(checks), plant };
}

function held(path: string, { json }: Options): number {
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ spancheck: 'shrink', version: 1, outcome: 'held' }, null, 2)}\n`
      : `${path}: the trace holds; there is nothing to shrink\n`,
  );
  return EXIT_HELD;
}

async function print(
  traced: OpenedTrace,
  proven: CertifiedShrink,
  others: readonly Other[],
  out: string,
  { json }: Options,
): Promise<void> {
  const { trace, failure, tries, isComplete, certificate, rate } = proven;
  const before = traced.file.commands.length;
  if (json === true) {
    const result = {
      outcome: 'failed',
      out,
      commandsBefore: before,
      trace,
      failure,
      tries,
      isComplete,
      rate,
      certificate,
      others,
    };
    process.stdout.write(`${JSON.stringify({ spancheck: 'shrink', version: 1, ...result }, null, 2)}\n`);
    return;
  }
  const lines = [];
  if (rate !== undefined) lines.push(flakyText(rate));
  else
    lines.push(
      `${pluralize(before, 'command')}, now ${trace.commands.length}; ${pluralize(tries, 'trace')} tried${isComplete ? '' : ', not to the end'}; ${out}`,
    );
  for (const other of others) lines.push(...otherLines(other));
  const told = rate === undefined ? await explain(trace, { ...traced, certificate }) : undefined;
  const story = told === undefined ? '' : `\n${terminalText(told, { isColoured: process.stdout.isTTY })}`;
  process.stdout.write(`${lines.join('\n')}\n${story}`);
}
