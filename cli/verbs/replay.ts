/** `spancheck replay`: a trace from a file, step by step, with every check and an audit after each. */
import { Command } from 'commander';
import { CHECKS, isVisible, type Check } from '../../properties/checks/checks';
import { BadInputError } from '../../properties/input/badInput';
import { judgeOf } from '../../properties/judge';
import { EXIT_FOUND, EXIT_HELD } from '../output/exitCodes';
import { readFault } from '../input/faultFiles';
import { openSystem } from '../input/openSystem';
import { printReplay } from '../output/report';
import { checkList, collect, replacements } from '../input/optionParsers';
import { names } from '../output/verdicts';
import { readTraceFile } from '../input/readTraceFile';

interface ReplayOptions {
  readonly system?: string;
  readonly checks?: readonly Check[];
  readonly plant?: string | false;
  readonly toolchain?: string;
  readonly goroot?: string;
  readonly replace?: readonly string[];
  readonly json?: boolean;
}

export function replayVerb(): Command {
  return new Command('replay')
    .description('run the trace of a file and check every step; on the system and with the fault that the file names')
    .argument('<file>', 'trace file, as run and shrink write it')
    .option('--system <system>', 'run it on another system than the file names')
    .option('--checks <a,b>', 'evaluate only these checks', checkList)
    .option('--plant <fault.json>', 'plant this fault instead of the one in the file')
    .option('--no-plant', 'run it without the fault that the file names')
    .option('--toolchain <version>', 'Go release to run it on')
    .option('--goroot <dir>', 'a work tree of Go to run it on')
    .option('--replace <file=path>', "run it with this file in place of the runtime's own", collect)
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText(
      'after',
      `
Examples:
  spancheck replay .spancheck/model-rescan-42-1f3a9c.json
  spancheck replay trace.json --system go           does the real runtime do it too?
  spancheck replay trace.json --no-plant            does the clean model hold?

Exit status: 0 the trace holds, 1 it fails, 2 bad input or environment.`,
    )
    .action(async (path: string, options: ReplayOptions) => {
      process.exitCode = await replay(path, options);
    });
}

async function replay(path: string, options: ReplayOptions): Promise<number> {
  const file = await readTraceFile(path);
  const plants =
    typeof options.plant === 'string'
      ? [await readFault(options.plant)]
      : options.plant === false || !file.plant
        ? []
        : [{ origin: '', text: '', ...file.plant }];
  const { toolchain, goroot } = options;
  const { system, note } = await openSystem({
    system: options.system ?? file.system ?? 'model',
    plants,
    toolchain,
    goroot,
    replace: replacements(options.replace),
  });
  try {
    const missing = file.commands.findIndex(({ op }) => !system.ops.has(op));
    if (missing >= 0)
      throw new BadInputError(
        `${path}: commands[${missing}]: ${system.name} cannot perform ${file.commands[missing]?.op}`,
      );
    const checks = (options.checks ?? CHECKS).filter((check) => isVisible(check, system));
    const verdict = await judgeOf(system, { checks, isThorough: true }).run(file);
    printReplay(
      {
        file: path,
        system: system.name,
        note,
        checks: names(checks),
        steps: verdict.steps,
        trace: file,
        failure: verdict.failure,
      },
      options.json ?? false,
    );
    return verdict.failure === undefined ? EXIT_HELD : EXIT_FOUND;
  } finally {
    await system.close?.();
  }
}
