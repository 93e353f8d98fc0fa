/** The traces as a fast-check arbitrary that shrinks with the passes of this folder. */
import type { DrawOptions } from '../properties/draw/drawOptions';
import { TraceArbitrary } from '../properties/draw/traceArbitrary';
import type { Op } from '../properties/trace/command';
import { shrinkCandidates } from './shrinkCandidates';

/** Options of {@link traces}; `drawOptions(system, maxCommands)` fills them in from a system. */
export interface TracesOptions extends Omit<DrawOptions, 'ops'> {
  /** Commands to draw from, and to shrink to. At least one of them must allocate. */
  readonly ops: Iterable<Op>;
}

/**
 * Returns an arbitrary of traces for `fc.assert` and the other runners of fast-check. It draws and shrinks within `ops` and
 * `maxProcs`. Throws a `TypeError` if no trace can be drawn from `ops`.
 *
 * @example
 * ```ts
 * const system = modelSystem();
 * const judge = judgeOf(system, { checks: CHECKS });
 * fc.assert(fc.property(traces(drawOptions(system, 100)), (trace) => judge.run(trace).failure === undefined));
 * ```
 */
export function traces(options: TracesOptions): TraceArbitrary {
  const ops: ReadonlySet<Op> = new Set(options.ops);
  const { maxProcs } = options;
  return new TraceArbitrary({ ...options, ops }, (trace) => shrinkCandidates(trace, { ops, maxProcs }));
}
