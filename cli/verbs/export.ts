/** `spancheck export`: a trace as a test, or as Markdown. */
import { Argument, Command, Option } from 'commander';
import { EXPORTS } from '../../shrinkers/export/exports';
import { explained } from './explain';
import { EXIT_HELD } from '../output/exitCodes';
import { writeFileAtomically } from '../input/files';
import { openTrace, withOpenTraceOptions, type OpenTraceOptions } from '../input/openTrace';

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
    .option('--import <module>', 'where a test imports spancheck from', 'spancheck')
    .option('--out <file>', 'file to write; standard output');
  return withOpenTraceOptions(verb)
    .addHelpText(
      'after',
      `\nKinds:\n${kinds.join('\n')}\n\nExamples:\n  spancheck export trace.json --to vitest --out bug.test.ts\n  spancheck export trace.json --to markdown\n  spancheck export trace.json --to go --out "$(go env GOROOT)/src/runtime/memstats_bug_test.go"`,
    )
    .action(async (path: string, options: Options) => {
      process.exitCode = await exportFile(path, options);
    });
}

async function exportFile(path: string, options: Options): Promise<number> {
  const traced = await openTrace(path, options);
  try {
    const file =
      traced.plant === undefined ? { ...traced.file, plant: null } : { ...traced.file, plant: { ...traced.plant } };
    const explanation = () => explained(traced, { isCertified: false });
    const text = await EXPORTS[options.to].write({
      file: { ...file, system: traced.system.name },
      from: options.import,
      release: traced.note,
      readsEachStep: traced.system.observationFlushes,
      explanation,
    });
    if (options.out === undefined) process.stdout.write(text);
    else await writeFileAtomically(options.out, text);
    return EXIT_HELD;
  } finally {
    await traced.system.close?.();
  }
}
