#!/usr/bin/env node
/** The `spancheck` command: verbs, and how each call ends. */
import { Command, CommanderError } from 'commander';
import { BadInputError, oneLine } from '../properties/input/badInput';
import { EnvironmentError } from '../properties/input/environmentError';
import { EXIT_UNUSABLE } from './output/exitCodes';
import { explainVerb } from './verbs/explain';
import { exportVerb } from './verbs/export';
import { faultsVerb } from './verbs/faults';
import { historyVerb } from './verbs/history';
import { interleaveVerb } from './verbs/interleave';
import { listVerb } from './verbs/list';
import { replayVerb } from './verbs/replay';
import { runVerb } from './verbs/run';
import { shrinkVerb } from './verbs/shrink';
import { version } from './output/version';

// Who reads no further, as `head` does, is no error: what is under way goes on, and keeps what it finds.
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
  interleaveVerb(),
  listVerb(),
];
for (const verb of verbs) program.addCommand(endsHere(verb));
endsHere(program)
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
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
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_UNUSABLE;
  if (error instanceof BadInputError || error instanceof EnvironmentError) {
    process.stderr.write(`spancheck: ${oneLine(error.message)}\n`);
    return EXIT_UNUSABLE;
  }
  // Neither the input nor the environment: a bug in spancheck itself, and then the stack is what is wanted.
  process.stderr.write(
    `spancheck: this is a bug in spancheck: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT_UNUSABLE;
}
