/** `spancheck explain`: the story of a failing trace, for a terminal or as Markdown. */
import { Command } from 'commander';
import { certify } from '../../shrinkers/certify/certificate';
import { explain, type Explanation } from '../../shrinkers/explain/explain';
import { markdownText } from '../../shrinkers/explain/markdown';
import { terminalText } from '../../shrinkers/explain/terminal';
import { EXIT_FOUND, EXIT_HELD } from '../output/exitCodes';
import { Session } from '../search/session';
import { openTrace, withOpenTraceOptions, type OpenTraceOptions, type OpenedTrace } from '../input/openTrace';
import { seconds } from '../input/optionParsers';
import { trialOn } from '../../shrinkers/trial';

interface Options extends OpenTraceOptions {
  readonly markdown?: boolean;
  readonly certify: boolean;
  readonly time: number;
}

export function explainVerb(): Command {
  const verb = new Command('explain')
    .description('tell the story of a failing trace: what each command did, which step corrupts, what the drift equals')
    .argument('<file>', 'trace file')
    .option('--markdown', 'as Markdown, to paste into an issue')
    .option('--no-certify', 'do not search for shorter traces')
    .option('--time <time>', 'stop after this long, with the story so far', seconds, 10);
  return withOpenTraceOptions(verb)
    .addHelpText(
      'after',
      `
Examples:
  spancheck explain .spancheck/model-rescan-42-1f3a9c.json
  spancheck explain trace.json --markdown > issue.md

A long trace is told in full; shrink it first.
Exit status: 0 the trace holds, 1 it fails, 2 bad input or environment.`,
    )
    .action(async (path: string, options: Options) => {
      process.exitCode = await explainFile(path, options);
    });
}

async function explainFile(path: string, options: Options): Promise<number> {
  const traced = await openTrace(path, options);
  const session = new Session();
  try {
    const isOver = session.deadline(options.time);
    const told = await explained(traced, { isOver, isCertified: options.certify });
    if (told === undefined) {
      process.stdout.write(`${path}: the trace holds; there is nothing to explain\n`);
      return EXIT_HELD;
    }
    process.stdout.write(
      options.markdown === true ? markdownText(told) : terminalText(told, { isColoured: process.stdout.isTTY }),
    );
    return EXIT_FOUND;
  } finally {
    session.close();
    await traced.system.close?.();
  }
}

export interface ExplainedOptions {
  readonly isOver?: () => boolean;
  /** Whether to search for shorter traces with the time that is left. */
  readonly isCertified: boolean;
}

/** Explains the trace of a file; returns undefined if it holds. */
export async function explained(
  traced: OpenedTrace,
  { isOver, isCertified }: ExplainedOptions,
): Promise<Explanation | undefined> {
  const { file, system, checks } = traced;
  const told = await explain(file, { ...traced, isOver });
  // A longer trace should be shrunk first.
  if (told === undefined || !isCertified || told.trace.commands.length > MAX_CERTIFIED_COMMANDS) return told;
  const trial = trialOn(system, checks);
  return { ...told, certificate: await certify(told, { system, checks, trial, ...(isOver && { isOver }) }) };
}

const MAX_CERTIFIED_COMMANDS = 8;
