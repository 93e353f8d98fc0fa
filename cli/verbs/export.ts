/** `spancheck export`: writes a trace as a test, or as Markdown. */
import { Argument, Command, Option } from 'commander';
import { BadInputError } from '../../properties/input/badInput';
import { explain } from '../../shrinkers/explain/explain';
import { EXPORTS } from '../../shrinkers/export/exports';
import { writeFileAtomically } from '../input/files';
import { openTrace, TRUST_HELP, withOpenTraceOptions, type OpenTraceOptions } from '../input/openTrace';
import { EXIT_HELD } from '../output/exitCodes';
import { escapeSource } from '../output/printable';
import { closeSystem } from '../search/untilOver';

interface Options extends OpenTraceOptions {
  readonly to: string;
  readonly import: string;
  readonly out?: string;
}

export function exportVerb(): Command {
  const kinds = Object.entries(EXPORTS).map(([kind, { text }]) => `  ${kind.padEnd(11)} ${text}`);
  const verb = new Command('export')
    .description('write a trace as a test that stands alone, or as Markdown')
    .addArgument(new Argument('<file>', 'trace file'))
    .addOption(new Option('--to <kind>', 'what to write').choices(Object.keys(EXPORTS)).makeOptionMandatory())
    .option('--import <module>', 'module from which a test imports spancheck', 'spancheck')
    .option('--out <file>', 'file to write (default: standard output)');
  return withOpenTraceOptions(verb)
    .addHelpText(
      'after',
      `
Kinds:
${kinds.join('\n')}

Examples:
  spancheck export trace.json --to vitest --out bug.test.ts
  spancheck export trace.json --to markdown
  spancheck export trace.json --to go --out "$(go env GOROOT)/src/runtime/bug_test.go"

${TRUST_HELP}

Exit status: 0 the export is written, 2 the input or the environment is unusable.`,
    )
    .action(async (path: string, options: Options) => {
      process.exitCode = await exportFile(path, options);
    });
}

async function exportFile(path: string, options: Options): Promise<number> {
  const kind = EXPORTS[options.to];
  if (kind === undefined) throw new BadInputError(`--to ${options.to}: not a kind of export`);
  const opened = await openTrace(path, options);
  const { file, system, plant, note } = opened;
  try {
    const text = await kind.write({
      file: { ...file, plant: plant === undefined ? null : { ...plant }, system: system.name },
      from: options.import,
      release: note,
      readsEachStep: system.observationFlushes,
      explanation: () => explain(file, opened),
    });
    const source = escapeSource(text);
    if (options.out === undefined) process.stdout.write(source);
    else await writeFileAtomically(options.out, source);
    return EXIT_HELD;
  } finally {
    await closeSystem(system);
  }
}
