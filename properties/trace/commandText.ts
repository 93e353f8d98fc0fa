/** Commands and shapes in words. */
import { class_to_size } from '../../model/sizeclasses';
import { assertNever } from '../assertNever';
import { at } from '../at';
import type { Command } from './command';
import type { Shape } from './trace';
import { formatNumber } from '../formatNumber';

/** Returns the shape in words: `2 Ps`, and whether the statistics are read at each step. */
export function shapeText({ procs, readsEachStep }: Shape): string {
  return `${procs} P${procs === 1 ? '' : 's'}${readsEachStep === true ? ', read at each step' : ''}`;
}

/** Returns the command in words, on one line: `P0 smallAlloc class 5 (64 B) → o1`. */
export function commandText(command: Command): string {
  switch (command.op) {
    case 'smallAlloc': {
      const times = command.count === 1 ? '' : ` × ${command.count}`;
      const pointers = command.pointers === true ? ' with pointers' : '';
      const size = formatNumber(at(class_to_size, command.class));
      return `P${command.p} smallAlloc class ${command.class} (${size} B)${times}${pointers} → o${command.name}`;
    }
    case 'tinyAlloc':
      return `P${command.p} tinyAlloc ${command.size} B → o${command.name}`;
    case 'largeAlloc':
      return `P${command.p} largeAlloc ${formatNumber(command.size)} B → o${command.name}`;
    case 'free':
      return `free o${command.object}`;
    case 'freegc':
      return `P${command.p} freegc o${command.object}`;
    case 'cacheSpan':
    case 'uncacheSpan':
      return `P${command.p} ${command.op} class ${command.class}`;
    case 'sweepSpan':
      return `P${command.p} sweepSpan of o${command.object}`;
    case 'gcStart':
      return `P${command.p} gcStart`;
    case 'readMemStats':
      return 'readMemStats';
    case 'setProcs':
      return `setProcs ${command.procs}`;
    case 'allocStack':
      return `allocStack ${command.pages} pages → s${command.name}`;
    case 'freeStack':
      return `freeStack s${command.stack}`;
    default:
      return assertNever(command);
  }
}
