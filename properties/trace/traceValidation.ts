/**
 * Follows the names and Ps of a trace: the objects and stacks that are born and freed, and the number of Ps. A command that
 * contradicts them is a mistake in the trace, whatever the system.
 */
import { assertNever } from '../assertNever';
import type { Command } from './command';

/** The reason a command cannot come now. */
export interface Obstacle {
  /** The key of the command that is wrong. */
  readonly key: string;
  readonly problem: string;
}

export class TraceValidation {
  private readonly kinds = new Map<number, 'object' | 'freed object' | 'stack' | 'freed stack'>();

  constructor(private procs: number) {}

  /** Follows one more command; returns the reason if it cannot come now. */
  follow(command: Command): Obstacle | undefined {
    if ('p' in command && command.p >= this.procs) {
      return { key: 'p', problem: `${command.p} is not a P at this step (0 to ${this.procs - 1})` };
    }
    switch (command.op) {
      case 'smallAlloc':
      case 'tinyAlloc':
      case 'largeAlloc':
        return this.allocate(command.name, 'object');
      case 'allocStack':
        return this.allocate(command.name, 'stack');
      case 'free':
      case 'freegc':
        return this.free('object', command.object);
      case 'freeStack':
        return this.free('stack', command.stack);
      case 'sweepSpan':
        return this.refer('object', command.object);
      case 'setProcs':
        this.procs = command.procs;
        return undefined;
      case 'cacheSpan':
      case 'uncacheSpan':
      case 'gcStart':
      case 'readMemStats':
        return undefined;
      default:
        return assertNever(command);
    }
  }

  private allocate(name: number, kind: 'object' | 'stack'): Obstacle | undefined {
    if (this.kinds.has(name)) return { key: 'name', problem: `${name} is born by an earlier command already` };
    this.kinds.set(name, kind);
    return undefined;
  }

  private free(kind: 'object' | 'stack', name: number): Obstacle | undefined {
    const obstacle = this.refer(kind, name);
    if (obstacle !== undefined) return obstacle;
    if (this.kinds.get(name) !== kind) return { key: kind, problem: `${name} is freed by an earlier command already` };
    this.kinds.set(name, `freed ${kind}`);
    return undefined;
  }

  private refer(kind: 'object' | 'stack', name: number): Obstacle | undefined {
    const found = this.kinds.get(name);
    if (found === undefined) return { key: kind, problem: `${name} is not born by an earlier command` };
    if (found === kind || found === `freed ${kind}`) return undefined;
    return {
      key: kind,
      problem: kind === 'object' ? `${name} is a stack, not an object` : `${name} is an object, not a stack`,
    };
  }
}
