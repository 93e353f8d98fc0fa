/**
 * Translates each command of a trace into Go statements. Three commands happen only inside the runtime and come about
 * indirectly: a collection finishes its sweep by itself, a read flushes the caches of all Ps, and an allocation refills.
 */
import type { Command } from '../../properties/trace/command';
import { commandText } from '../../properties/trace/commandText';
import { freshName } from '../alphabet';

export interface GoStatement {
  /** The command in words, and how it comes about if not by itself. */
  readonly text: string;
  /** The command to perform in its place; undefined if there is nothing left to do. */
  readonly command: Command | undefined;
}

/** Returns a statement for each command. */
export function goStatements(commands: readonly Command[]): readonly GoStatement[] {
  let name = freshName({ shape: { procs: 1 }, commands });
  return commands.map((command) => {
    const text = commandText(command);
    switch (command.op) {
      case 'sweepSpan':
        return { text: `${text}: runtime.GC has swept it`, command: undefined };
      case 'uncacheSpan':
        return { text: `${text}: a read makes all Ps give their spans back`, command: { op: 'readMemStats' } };
      case 'cacheSpan':
        return {
          text: `${text}: by an allocation`,
          command: { op: 'smallAlloc', p: command.p, class: command.class, count: 1, name: name++ },
        };
      default:
        return { text, command };
    }
  });
}
