/** `spancheck view`: the page on which a trace can be walked through. */
import { basename } from 'node:path';
import { Command } from 'commander';
import { TRUST_HELP, withOpenTraceOptions, type OpenTraceOptions, type OpenedTrace } from '../input/openTrace';
import { seconds } from '../input/optionParsers';
import { EXIT_FOUND, EXIT_HELD, EXIT_INTERRUPTED, EXIT_STATUS_HELP, EXIT_UNUSABLE } from '../output/exitCodes';
import { openInBrowser } from '../output/openInBrowser';
import { printable } from '../output/printable';
import { writeView } from '../output/writeView';
import { Session } from '../search/session';
import { untilOver, yieldingSystem } from '../search/untilOver';
import { withOpenedTrace } from '../search/withOpenedTrace';

interface Options extends OpenTraceOptions {
  readonly out?: string;
  readonly open: boolean;
  readonly time: number;
}

const DEFAULT_SECONDS = 60;

export function viewVerb(): Command {
  const verb = new Command('view')
    .description('write a page on which a trace can be walked through, and open it')
    .argument('<file>', 'trace file')
    .option('--out <file.html>', 'write the page here instead of beside the trace')
    .option('--no-open', 'do not open the page')
    .option('--time <time>', 'stop after this time', seconds, DEFAULT_SECONDS);
  return withOpenTraceOptions(verb)
    .addHelpText(
      'after',
      `
Examples:
  spancheck view .spancheck/model-rescan-42-1f3a9c.json
  spancheck view trace.json --out story.html --no-open

The page is one file that loads nothing from a network. It shows the commands, the
heap and every figure at each step; a short failing trace also without each command
and beside its nearest passing twin.

${TRUST_HELP}

${EXIT_STATUS_HELP}`,
    )
    .action(async (path: string, options: Options) => {
      process.exitCode = await view(path, options);
    });
}

async function view(path: string, options: Options): Promise<number> {
  const session = new Session();
  try {
    const isOver = session.deadline(options.time);
    const exitCode = await withOpenedTrace(session, path, options, isOver, (opened) =>
      viewOpened(session, path, { opened, options, isOver }),
    );
    return exitCode ?? ended(session, path);
  } finally {
    session.close();
  }
}

async function viewOpened(
  session: Session,
  path: string,
  {
    opened,
    options,
    isOver,
  }: { readonly opened: OpenedTrace; readonly options: Options; readonly isOver: () => boolean },
): Promise<number> {
  const out = options.out ?? path.replace(/(\.json)?$/, '.html');
  const viewed = { ...opened, system: yieldingSystem(opened.system, session, isOver) };
  const written = await untilOver(writeView(out, basename(path), viewed, isOver), isOver);
  if (written === undefined) return ended(session, path);
  process.stdout.write(`${printable(out)}\n`);
  if (options.open && process.stdout.isTTY && !(await openInBrowser(out)))
    process.stdout.write('Nothing here opens a page; open the file in a browser.\n');
  return written.value.failure === undefined ? EXIT_HELD : EXIT_FOUND;
}

function ended(session: Session, path: string): number {
  const why = session.isInterrupted ? 'interrupted' : 'the time is up; give it more with --time';
  process.stdout.write(`${printable(path)}: ${why}; no page was written\n`);
  return session.isInterrupted ? EXIT_INTERRUPTED : EXIT_UNUSABLE;
}
