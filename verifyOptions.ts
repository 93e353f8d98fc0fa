/** The options of `verify`, and their validation: an option that does not do what its name says would be a false green. */
import { CHECKS, isVisible, type Check } from './properties/checks/checks';
import { MAX_COMMANDS } from './properties/trace/command';
import { didYouMean } from './properties/input/didYouMean';
import { Ledger } from './properties/ledger/ledger';
import type { SuiteProgress } from './properties/suite';
import type { System } from './properties/system';
import type { Trace } from './properties/trace/trace';

/** Options of {@link verify}. */
export interface VerifyOptions {
  /** Decides every trace: the same seed draws the same traces. A 32-bit integer; 1 by default. */
  readonly seed?: number;
  /** Traces to draw; 500 by default. */
  readonly traces?: number;
  /** Commands of the longest trace; 200 by default. */
  readonly maxCommands?: number;
  /**
   * Milliseconds after which no further trace begins; 2,000 by default, `Infinity` for no limit. At least `minSteps` steps
   * are judged even if that takes longer. Shrinking a failure may take as long again, so with the default `verify` ends
   * within the 5 s that vitest gives a test.
   */
  readonly timeMs?: number;
  /** Steps that are judged even after `timeMs`, if there are traces left; 1,000 by default. */
  readonly minSteps?: number;
  /** Names of the checks to evaluate; by default all that can run on the system. */
  readonly checks?: readonly string[];
  /** Traces to run before those that are drawn, such as earlier counterexamples. */
  readonly examples?: readonly Trace[];
  /** Called after each trace. */
  readonly onProgress?: (progress: SuiteProgress) => void;
}

/** The options with every default filled in. */
export interface ResolvedOptions extends Omit<Required<VerifyOptions>, 'checks'> {
  readonly checks: readonly Check[];
}

/** Returns the options with their defaults; throws a `TypeError` that names the option that is wrong and the way out. */
export function resolveOptions(system: System, options: VerifyOptions): ResolvedOptions {
  assertKnown(options);
  const { seed = 1, traces = 500, maxCommands = 200, timeMs = 2000, minSteps = 1000 } = options;
  const { examples = [], onProgress = () => undefined } = options;
  assertInteger('seed', seed, -(2 ** 31), 2 ** 31 - 1);
  assertInteger('traces', traces, 1, Number.MAX_SAFE_INTEGER);
  assertInteger('maxCommands', maxCommands, 1, MAX_COMMANDS);
  assertInteger('minSteps', minSteps, 1, Number.MAX_SAFE_INTEGER);
  if (typeof timeMs !== 'number' || !(timeMs > 0))
    throw new TypeError(`verify: timeMs: ${String(timeMs)} is not a time above 0 in milliseconds`);
  if (typeof onProgress !== 'function') throw new TypeError('verify: onProgress is not a function');
  if (!Array.isArray(examples)) throw new TypeError('verify: examples is not an array of traces');
  for (const [i, example] of examples.entries()) assertPerformable(`examples[${i}]`, example, system);
  return {
    seed,
    traces,
    maxCommands,
    timeMs,
    minSteps,
    examples,
    onProgress,
    checks: resolveChecks(system, options.checks),
  };
}

/** Throws a `TypeError` if the value is no system: most often it is an allocator that was not wrapped in one. */
export function assertSystem(system: unknown): asserts system is System {
  if (typeof system === 'object' && system !== null && 'run' in system && 'ops' in system && 'shows' in system) return;
  throw new TypeError(
    'verify: the first argument is not a system; use modelSystem(), inProcessSystem(allocator), ' +
      'await goSystem() or await execSystem(command)',
  );
}

/** Every option with its counterpart in fast-check, if that has another name. */
const OPTIONS: { readonly [option in keyof Required<VerifyOptions>]: readonly string[] } = {
  seed: [],
  traces: ['numRuns'],
  maxCommands: ['maxLength'],
  timeMs: ['interruptAfterTimeLimit', 'timeout'],
  minSteps: [],
  checks: [],
  examples: [],
  onProgress: ['reporter', 'asyncReporter'],
};

function assertKnown(options: object): void {
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(OPTIONS, key)) continue;
    const [meant] = Object.entries(OPTIONS).find(([, aliases]) => aliases.includes(key)) ?? [];
    const hint = meant === undefined ? didYouMean(key, Object.keys(OPTIONS)) : `; use ${meant}`;
    throw new TypeError(`verify: ${key} is not an option${hint} (options: ${Object.keys(OPTIONS).join(', ')})`);
  }
}

function assertInteger(name: string, value: unknown, min: number, max: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) return;
  throw new TypeError(`verify: ${name}: ${String(value)} is not a whole number from ${min} to ${max}`);
}

function resolveChecks(system: System, names: readonly string[] | undefined): readonly Check[] {
  const visible = CHECKS.filter((check) => isVisible(check, system));
  const list = visible.map(({ name }) => name).join(', ');
  // Checks that cannot run are included: the result lists them with what they lack.
  if (names === undefined) return CHECKS;
  if (!Array.isArray(names) || names.length === 0)
    throw new TypeError(`verify: checks: names no check; leave it out for all, or name some of ${list}`);
  for (const name of names as readonly string[]) {
    const check = CHECKS.find((known) => known.name === name);
    if (check === undefined) {
      const all = CHECKS.map((known) => known.name);
      throw new TypeError(`verify: checks: ${name} is not a check${didYouMean(name, all)}; they are ${all.join(', ')}`);
    }
    if (!isVisible(check, system))
      throw new TypeError(
        `verify: checks: ${name} cannot run on ${system.name}, which does not show ${missing(check, system)}; ` +
          `these can: ${list}`,
      );
  }
  return visible.filter(({ name }) => names.includes(name));
}

/** Returns what a check needs and the system does not show. */
function missing({ needs }: Check, { shows }: System): string {
  return needs.filter((need) => !shows.has(need)).join(', ');
}

function assertPerformable(place: string, trace: Trace, { name, ops, maxProcs }: System): void {
  const fail = (where: string, problem: string): never => {
    throw new TypeError(`verify: ${place}${where}: ${problem}`);
  };
  const { shape, commands } = trace;
  if (commands.length === 0) fail('.commands', 'is empty');
  if (shape.procs > maxProcs) fail('.shape.procs', `${shape.procs} are more Ps than ${name} has (${maxProcs})`);
  const ledger = new Ledger();
  ledger.reset(shape.procs, shape.readsEachStep);
  for (const [i, command] of commands.entries()) {
    if (!ops.has(command.op)) fail(`.commands[${i}]`, `${name} cannot perform ${command.op}`);
    if (command.op === 'setProcs' && command.procs > maxProcs)
      fail(`.commands[${i}].procs`, `${command.procs} are more Ps than ${name} has (${maxProcs})`);
    const obstacle = ledger.obstacle(command);
    if (obstacle !== undefined) fail(`.commands[${i}]`, `${command.op} does not apply: ${obstacle}`);
    ledger.apply(command);
  }
}
