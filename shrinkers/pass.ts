/** The type of a shrinking pass. Its contract, and how to write one, are in order.ts. */
import type { Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';

/**
 * Proposes smaller traces, one after the other.
 *
 * @param ops the commands that the system performs; a pass introduces no others.
 */
export type Pass = (trace: Trace, ops: ReadonlySet<Op>) => Candidates;

/**
 * The candidates of a pass. `yield` returns the trace to go on with if the candidate was taken (it may be cut after the
 * step that fails), else undefined.
 */
export type Candidates = Generator<Trace, void, Trace | undefined>;

/** Part of a pass: it yields candidates and returns the trace to go on with. */
export type PartOfPass = Generator<Trace, Trace, Trace | undefined>;
