/** Waiting for work that may hang: no longer than its time, and not after Ctrl-C. */
import type { AsyncSystem, Death, Observe, SteppedSystem, System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import type { Session } from './session';

const LOOK_MS = 20;

/**
 * Resolves with the result of the work, or with undefined if it takes `graceMs` longer than `isOver` allows. Work that
 * is left behind goes on unheard: a system that hangs cannot be asked to stop.
 */
export async function untilOver<T>(
  work: Promise<T>,
  isOver: () => boolean,
  graceMs = 0,
): Promise<{ readonly value: T } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let overMs: number | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setInterval(() => {
      if (!isOver()) return;
      overMs ??= performance.now();
      if (performance.now() - overMs >= graceMs) resolve(undefined);
    }, LOOK_MS);
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), over]);
  } catch (error) {
    if (error instanceof OverError) return undefined;
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Closes a system, but does not wait for long; one that hangs may hang there, too. */
export async function closeSystem(system: System, session?: Session): Promise<void> {
  const startMs = performance.now();
  const isOver = (): boolean =>
    performance.now() - startMs >= (session?.isInterrupted === true ? INTERRUPTED_CLOSE_MS : CLOSE_MS);
  await untilOver(Promise.resolve(system.close?.()), isOver);
}

const CLOSE_MS = 2000;
/** Ctrl-C ends all within two seconds. */
const INTERRUPTED_CLOSE_MS = 1000;

/**
 * Returns the system with turns for signals and timers between its traces, and between the steps of one that runs in
 * this thread. Once `isOver`, a trace ends at its next step, and no other begins.
 */
export function yieldingSystem(
  system: System,
  session: Session,
  isOver: () => boolean,
  onStep?: () => void,
): AsyncSystem {
  const run = async (trace: Trace, observe: Observe): Promise<Death | undefined> => {
    await session.breathe();
    if (isOver()) throw new OverError();
    const counted: Observe = (step, command, observation) => {
      if (step >= 0) onStep?.();
      return observe(step, command, observation);
    };
    const observeUntilOver: Observe = (step, command, observation) => {
      if (isOver()) throw new OverError();
      return counted(step, command, observation);
    };
    return isStepped(system)
      ? runStepped(system, session, trace, observeUntilOver)
      : runWhole(system, trace, counted, isOver);
  };
  // A proxy, since a system may have state and getters of its own that a copy would lose.
  return new Proxy(system, {
    get(target, key) {
      if (key === 'isAsync') return true;
      if (key === 'run') return run;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as AsyncSystem;
}

/** The time is up, or somebody pressed Ctrl-C, in the middle of a trace. */
class OverError extends Error {
  override readonly name = 'OverError';
}

function isStepped(system: System): system is SteppedSystem {
  return !system.isAsync && 'start' in system && 'step' in system;
}

async function runStepped(
  system: SteppedSystem,
  session: Session,
  { shape, commands }: Trace,
  observe: Observe,
): Promise<Death | undefined> {
  for (let step = -1; step < commands.length; step++) {
    const command = commands[step];
    try {
      if (command === undefined) system.start(shape);
      else if (!observe(step, command, system.step(command))) return undefined;
    } catch (error) {
      if (error instanceof OverError) throw error;
      // The system knows best how it died, so it runs to the same step once more.
      const death = system.run({ shape, commands: commands.slice(0, step + 1) }, () => true);
      if (death === undefined) throw error;
      return death;
    }
    await session.breathe();
  }
  return undefined;
}

async function runWhole(
  system: System,
  trace: Trace,
  observe: Observe,
  isOver: () => boolean,
): Promise<Death | undefined> {
  let isCut = false;
  const death = await system.run(trace, (step, command, observation) => {
    isCut ||= isOver();
    return !isCut && observe(step, command, observation);
  });
  if (isCut) throw new OverError();
  return death;
}
