/** `spancheck shrink`: finds the smallest trace that fails as the one in a file does. */
import { dirname } from 'node:path';
import { Command } from 'commander';
import { pluralize } from '../../properties/formatNumber';
import { explain, flakyText } from '../../shrinkers/explain/explain';
import { terminalText } from '../../shrinkers/explain/terminal';
import { trialOn } from '../../shrinkers/trial';
import { TRUST_HELP, withOpenTraceOptions, type OpenedTrace, type OpenTraceOptions } from '../input/openTrace';
import { seconds } from '../input/optionParsers';
import { EXIT_FOUND, EXIT_HELD, EXIT_INTERRUPTED, EXIT_STATUS_HELP, EXIT_UNUSABLE } from '../output/exitCodes';
import { printable, printableJson, printableStrings } from '../output/printable';
import { ProgressLine } from '../output/progressLine';
import { otherLines, unwrittenLines } from '../output/report';
import { names } from '../output/verdicts';
import type { Provenance } from '../search/counterexamples';
import { keepAndShrink, type KeptShrink } from '../search/keepAndShrink';
import { Session } from '../search/session';
import { untilOver, yieldingSystem } from '../search/untilOver';
import { withOpenedTrace } from '../search/withOpenedTrace';
import { screenOptions } from './explain';

interface Options extends OpenTraceOptions {
  readonly out?: string;
  readonly time: number;
  readonly json?: boolean;
}

const DEFAULT_SECONDS = 60;

export function shrinkVerb(): Command {
  const verb = new Command('shrink')
    .description('shrink the failing trace of a file, whoever wrote it, and certify that nothing shorter fails')
    .argument('<file>', 'trace file')
    .option('--out <file>', 'file of the smallest trace (default: FILE.shrunk.json)')
    .option('--time <time>', 'stop after this time, with the best so far', seconds, DEFAULT_SECONDS);
  return withOpenTraceOptions(verb)
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  spancheck shrink trace.json
  spancheck shrink trace.json --plant fault.json --out small.json

The smallest trace so far is on disk at any time; Ctrl-C keeps it.

${TRUST_HELP}

${EXIT_STATUS_HELP}`,
    )
    .action(async (path: string, options: Options) => {
      process.exitCode = await shrinkFile(path, options);
    });
}

async function shrinkFile(path: string, options: Options): Promise<number> {
  const session = new Session();
  const progress = new ProgressLine('shrink', options.time, options.json !== true);
  try {
    const isOver = session.deadline(options.time);
    const exitCode = await withOpenedTrace(session, path, options, isOver, (opened) =>
      shrinkOpened(session, progress, path, opened, options),
    );
    return exitCode ?? undecided(session, path, options);
  } finally {
    progress.close();
    session.close();
  }
}

async function shrinkOpened(
  session: Session,
  progress: ProgressLine,
  path: string,
  opened: OpenedTrace,
  options: Options,
): Promise<number> {
  const { checks, file } = opened;
  const isOver = session.deadline(options.time);
  const patient = yieldingSystem(opened.system, session, isOver);
  const startMs = performance.now();
  const first = await untilOver(Promise.resolve(trialOn(patient, checks).run(file)), isOver);
  if (first === undefined) return undecided(session, path, options);
  if (first.value === undefined) return held(path, options);
  // Shrinking a fast system gives signals a turn often enough by itself; a slow one needs a turn in every try.
  const system = performance.now() - startMs > SLOW_MS ? patient : opened.system;
  const out = options.out ?? path.replace(/(\.json)?$/, '.shrunk.json');
  const kept = await keepAndShrink(
    { trace: file, failure: first.value },
    {
      session,
      progress,
      system,
      checks,
      provenance: provenanceOf(opened),
      folder: dirname(out),
      file: out,
      seconds: options.time,
      isCertified: true,
    },
  );
  progress.close();
  if (options.json === true) printJson(opened, kept);
  else await printText(session, opened, kept);
  return session.isInterrupted ? EXIT_INTERRUPTED : EXIT_FOUND;
}

/** A trace that takes longer to run than this makes its system a slow one. */
const SLOW_MS = 100;

function provenanceOf({ system, file, checks, plant, runtime }: OpenedTrace): Provenance {
  return { system: system.name, seed: file.seed, checks: names(checks), plant, runtime };
}

function held(path: string, options: Options): number {
  printOutcome(options, 'held', `${path}: the trace holds; there is nothing to shrink`);
  return EXIT_HELD;
}

function undecided(session: Session, path: string, options: Options): number {
  const why = session.isInterrupted ? 'interrupted' : 'the time is up';
  const text = `${path}: ${why} before the trace came to its end; there is no verdict`;
  printOutcome(options, session.isInterrupted ? 'interrupted' : 'timeout', text);
  return session.isInterrupted ? EXIT_INTERRUPTED : EXIT_UNUSABLE;
}

function printOutcome({ json }: Options, outcome: string, text: string): void {
  process.stdout.write(
    json === true ? `${printableJson({ spancheck: 'shrink', version: 1, outcome })}\n` : `${printable(text)}\n`,
  );
}

function printJson({ file }: OpenedTrace, { found, shrunk }: KeptShrink): void {
  const { others: _, ...result } = shrunk;
  const { commands } = file;
  const outcome = { outcome: 'failed', out: found.file, unwritten: found.unwritten, commandsBefore: commands.length };
  const all = { spancheck: 'shrink', version: 1, ...outcome, ...result, others: found.others };
  process.stdout.write(`${printableJson(all)}\n`);
}

async function printText(session: Session, opened: OpenedTrace, { found, shrunk }: KeptShrink): Promise<void> {
  const { rate } = shrunk;
  const { commandsBefore, trace, tries, isShrunk, file, others, unwritten } = printableStrings(found);
  const shortened = `${pluralize(commandsBefore, 'command')}, now ${trace.commands.length}`;
  const lines = [
    rate !== undefined
      ? flakyText(rate)
      : `${shortened}; ${pluralize(tries, 'trace')} tried${isShrunk ? '' : ', not to the end'}; ${file}`,
    ...(unwritten === undefined ? [] : unwrittenLines(unwritten)),
    ...others.flatMap((other) => otherLines(other)),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (rate !== undefined || session.isInterrupted) return;
  const isOver = session.deadline(EXPLAIN_SECONDS);
  const patient = { ...opened, system: yieldingSystem(opened.system, session, isOver) };
  const explaining = explain(trace, { ...patient, certificate: shrunk.certificate });
  const explanation = (await untilOver(explaining, isOver))?.value;
  if (explanation !== undefined)
    process.stdout.write(`\n${terminalText(printableStrings(explanation), screenOptions())}`);
}

/** The story after the result takes no longer than this. */
const EXPLAIN_SECONDS = 10;
