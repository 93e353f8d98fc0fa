/** `spancheck shrink`: the smallest trace that fails as the one in a file does, and what is known about smaller ones. */
import { Command } from 'commander';
import { dirname } from 'node:path';
import type { CertifiedShrink } from '../../shrinkers/certify/shrinkAndCertify';
import { flakyText, explain } from '../../shrinkers/explain/explain';
import { terminalText } from '../../shrinkers/explain/terminal';
import type { Provenance } from '../search/counterexamples';
import { keepAndShrink } from '../search/keepAndShrink';
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
    const { found, shrunk } = await keepAndShrink(
      { trace: traced.file, failure },
      {
        session,
        progress,
        system: traced.system,
        checks: traced.checks,
        provenance: provenanceOf(traced),
        folder: dirname(out),
        file: out,
        seconds: options.time,
        isCertified: true,
      },
    );
    progress.close();
    await print(traced, shrunk, found.others, out, options);
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
  shrunk: CertifiedShrink,
  others: readonly Other[],
  out: string,
  { json }: Options,
): Promise<void> {
  const { trace, failure, tries, isComplete, certificate, rate } = shrunk;
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
