#!/usr/bin/env node
/** The `spancheck` command: verbs, and how each call ends. */
import { Command, CommanderError } from 'commander';
import { BadInputError, oneLine } from '../properties/input/badInput';
import { EnvironmentError } from '../properties/input/environmentError';
import { EXIT_FOUND, EXIT_UNUSABLE } from './output/exitCodes';
import { applyConfig } from './input/config';
import { completionVerb } from './verbs/completion';
import { explainVerb } from './verbs/explain';
import { exportVerb } from './verbs/export';
import { faultsVerb } from './verbs/faults';
import { historyVerb } from './verbs/history';
import { listVerb } from './verbs/list';
import { replayVerb } from './verbs/replay';
import { runVerb } from './verbs/run';
import { shrinkVerb } from './verbs/shrink';
import { beSupervised, isSupervised, reportDeath, reportEnd } from './search/supervised';
import { SupervisedEnd, superviseStrangersCode } from './superviseStrangersCode';
import { version } from './output/version';

// Ignore EPIPE: the reader, such as `head`, has gone away. The run goes on and keeps what it finds.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

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
  exportVerb(),
  faultsVerb(),
  historyVerb(),
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
    if (isSupervised() && process.exitCode !== undefined) reportEnd(Number(process.exitCode));
  });

/** Makes commander throw instead of ending the process, and print one line for a wrong word. */
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
  if (isSupervised()) {
    reportDeath(error);
    return EXIT_FOUND;
  }
  // Neither the input nor the environment is wrong, so spancheck is; a report of this bug needs the stack.
  process.stderr.write(
    `spancheck: this is a bug in spancheck: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT_UNUSABLE;
}
