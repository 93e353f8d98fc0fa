/** `spancheck explain`: the story of a failing trace, for a terminal or as Markdown. */
import { basename } from 'node:path';
import { Command } from 'commander';
import type { Failure } from '../../properties/failure';
import { certify, type Certificate } from '../../shrinkers/certify/certificate';
import { explain } from '../../shrinkers/explain/explain';
import { markdownText } from '../../shrinkers/explain/markdown';
import { terminalText } from '../../shrinkers/explain/terminal';
import { trialOn } from '../../shrinkers/trial';
import { TRUST_HELP, withOpenTraceOptions, type OpenedTrace, type OpenTraceOptions } from '../input/openTrace';
import { seconds } from '../input/optionParsers';
import { EXIT_FOUND, EXIT_HELD, EXIT_INTERRUPTED, EXIT_STATUS_HELP, EXIT_UNUSABLE } from '../output/exitCodes';
import { printable, printableStrings } from '../output/printable';
import { failureLines } from '../output/report';
import { writeView } from '../output/writeView';
import { Session } from '../search/session';
import { untilOver, yieldingSystem } from '../search/untilOver';
import { withOpenedTrace } from '../search/withOpenedTrace';

interface Options extends OpenTraceOptions {
  readonly markdown?: boolean;
  readonly html?: string;
  readonly certify: boolean;
  readonly time: number;
}

const DEFAULT_SECONDS = 30;

/** The search for shorter traces takes no more than this part of the time. */
const CERTIFY_SHARE = 1 / 3;

/** A longer trace is to be shrunk first. */
const MAX_CERTIFIED_COMMANDS = 8;

export function explainVerb(): Command {
  const verb = new Command('explain')
    .description('explain a failing trace: what each command did, which step corrupts, what the drift equals')
    .argument('<file>', 'trace file')
    .option('--markdown', 'print Markdown, to paste into an issue')
    .option('--html <file>', 'write the page of spancheck view, too')
    .option('--no-certify', 'do not search for shorter traces')
    .option('--time <time>', 'stop after this time, with what is known', seconds, DEFAULT_SECONDS);
  return withOpenTraceOptions(verb)
    .addHelpText(
      'after',
      `
Examples:
  spancheck explain .spancheck/model-rescan-42-1f3a9c.json
  spancheck explain trace.json --markdown > issue.md

Every command of the trace is explained, so shrink a long trace first. A third of
the time goes to the search for shorter traces.

${TRUST_HELP}

${EXIT_STATUS_HELP}`,
    )
    .action(async (path: string, options: Options) => {
      process.exitCode = await explainFile(path, options);
    });
}

async function explainFile(path: string, options: Options): Promise<number> {
  const session = new Session();
  try {
    const isOver = session.deadline(options.time);
    const exitCode = await withOpenedTrace(session, path, options, isOver, (opened) =>
      explainOpened(session, path, opened, options, isOver),
    );
    return exitCode ?? ended(session, path, undefined);
  } finally {
    session.close();
  }
}

async function explainOpened(
  session: Session,
  path: string,
  opened: OpenedTrace,
  options: Options,
  isOver: () => boolean,
): Promise<number> {
  const patient = { ...opened, system: yieldingSystem(opened.system, session, isOver) };
  const first = await untilOver(Promise.resolve(trialOn(patient.system, opened.checks).run(opened.file)), isOver);
  if (first === undefined) return ended(session, path, undefined);
  const failure = first.value;
  const isCertifyOver = options.certify ? session.deadline(options.time * CERTIFY_SHARE) : undefined;
  const certifying = certificateOf(opened, failure, isCertifyOver);
  const certificate = (await untilOver(certifying, () => isOver() || isCertifyOver?.() === true, GRACE_MS))?.value;
  const explaining = explain(opened.file, { ...patient, certificate });
  const explained = await untilOver(explaining, isOver);
  if (explained === undefined) return ended(session, path, failure && { opened, failure });
  if (explained.value === undefined) {
    process.stdout.write(`${printable(path)}: the trace holds; there is nothing to explain\n`);
    return EXIT_HELD;
  }
  if (options.html !== undefined) {
    const written = await untilOver(writeView(options.html, basename(path), patient, isOver), isOver);
    process.stderr.write(`${printable(options.html)}${written === undefined ? ': not written, the time is up' : ''}\n`);
  }
  const explanation = printableStrings(explained.value);
  process.stdout.write(
    options.markdown === true ? markdownText(explanation) : terminalText(explanation, screenOptions()),
  );
  return session.isInterrupted ? EXIT_INTERRUPTED : EXIT_FOUND;
}

const GRACE_MS = 300;

/** Prints what is known of a trace whose explanation was cut short, and returns the exit code. */
function ended(
  session: Session,
  path: string,
  known: { readonly opened: OpenedTrace; readonly failure: Failure } | undefined,
): number {
  const why = session.isInterrupted ? 'interrupted' : 'the time is up';
  if (known === undefined) {
    process.stdout.write(`${printable(path)}: ${why} before the trace came to its end; there is no verdict\n`);
    return session.isInterrupted ? EXIT_INTERRUPTED : EXIT_UNUSABLE;
  }
  const { system, file } = known.opened;
  const lines = failureLines(printable(system.name), printableStrings(known.failure), file, '');
  process.stdout.write(`${[...lines, '', `${why} before the explanation was complete`].join('\n')}\n`);
  return session.isInterrupted ? EXIT_INTERRUPTED : EXIT_FOUND;
}

/** Returns the options of an explanation on standard output. */
export function screenOptions(): { readonly isColoured: boolean; readonly width: number } {
  const { isTTY, columns } = process.stdout;
  const isPlain = process.env['TERM'] === 'dumb' || (process.env['NO_COLOR'] ?? '') !== '';
  return { isColoured: isTTY && !isPlain, width: isTTY ? Math.min(100, columns) : 100 };
}

/** @param isOver ends the search for shorter traces; without it there is none. */
async function certificateOf(
  { file, system, checks }: OpenedTrace,
  failure: Failure | undefined,
  isOver: (() => boolean) | undefined,
): Promise<Certificate | undefined> {
  if (isOver === undefined || failure === undefined || failure.step >= MAX_CERTIFIED_COMMANDS) return undefined;
  const trace = { shape: file.shape, commands: file.commands.slice(0, failure.step + 1) };
  return certify({ trace, failure }, { system, checks, trial: trialOn(system, checks), isOver });
}
