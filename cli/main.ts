#!/usr/bin/env node
/** The `spancheck` command: verbs, and how each call ends. */
import { Command, CommanderError } from 'commander';
import { BadInputError, oneLine } from '../properties/input/badInput';
import { EnvironmentError } from '../properties/input/environmentError';
import { UntrustedFileError } from './input/trust';
import { endSoon, guardStreams } from './output/streams';
import { EXIT_FOUND, EXIT_UNUSABLE } from './output/exitCodes';
import { applyConfig } from './input/config';
import { completionVerb } from './verbs/completion';
import { printable } from './output/printable';
import { explainVerb } from './verbs/explain';
import { exportVerb } from './verbs/export';
import { faultsVerb } from './verbs/faults';
import { historyVerb } from './verbs/history';
import { interleaveVerb } from './verbs/interleave';
import { listVerb } from './verbs/list';
import { mergeVerb } from './verbs/merge';
import { replayVerb } from './verbs/replay';
import { runVerb } from './verbs/run';
import { shrinkVerb } from './verbs/shrink';
import { beSupervised, isSupervised, reportDeath, reportEnd } from './output/supervised';
import { SupervisedEnd, superviseStrangersCode } from './superviseStrangersCode';
import { shellWord } from './output/shellWord';
import { version } from './output/version';
import { viewVerb } from './verbs/view';

guardStreams();

const program = new Command('spancheck')
  .description(
    "Checks after every step that an allocator's incremental counters equal a full rescan, and shrinks what fails.",
  )
  .version(version())
  .addHelpText('after', '\nStart with: spancheck run')
  .showSuggestionAfterError();
const verbs = [
  runVerb(),
  replayVerb(),
  shrinkVerb(),
  explainVerb(),
  viewVerb(),
  exportVerb(),
  faultsVerb(),
  historyVerb(),
  interleaveVerb(),
  mergeVerb(),
  listVerb(),
  completionVerb(),
];
for (const verb of verbs) program.addCommand(endsHere(verb));
if (isSupervised()) beSupervised();
program.hook('preAction', async (_, verb) => {
  await applyConfig(verb);
  if (!isSupervised()) await superviseStrangersCode(verb);
});
endsHere(program)
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  })
  .finally(() => {
    endSoon();
    if (isSupervised() && process.exitCode !== undefined) reportEnd(Number(process.exitCode));
  });

/** Makes commander throw instead of ending the process, and print a wrong word in one line. */
function endsHere(command: Command): Command {
  return command.exitOverride().configureOutput({
    outputError: (text, write) =>
      write(
        `spancheck: ${oneLine(
          text
            .trim()
            .replace(/^error: /, '')
            .replace(/\n+\(/g, ' ('),
        )}\n`,
      ),
  });
}

function exitCodeOf(error: unknown): number {
  if (error instanceof SupervisedEnd) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_UNUSABLE;
  if (error instanceof BadInputError || error instanceof EnvironmentError) {
    process.stderr.write(`spancheck: ${oneLine(error.message)}\n`);
    return EXIT_UNUSABLE;
  }
  if (error instanceof UntrustedFileError) {
    process.stderr.write(untrustedText(error));
    return EXIT_UNUSABLE;
  }
  if (isSupervised()) {
    reportDeath(error);
    return EXIT_FOUND;
  }
  // Neither the input nor the environment is at fault, so the stack of the bug is worth more than one line.
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(printable(`spancheck: this is a bug in spancheck: ${stack}\n`));
  return EXIT_UNUSABLE;
}

function untrustedText({ message, lines, way }: UntrustedFileError): string {
  const words = process.argv.slice(2).map((word) => shellWord(printable(word)));
  return [
    `spancheck: ${message}. It would run:`,
    '',
    ...lines,
    '',
    'If you know where it comes from and what it does, type:',
    `  npx spancheck ${[...words, way].join(' ')}`,
    '',
  ].join('\n');
}
