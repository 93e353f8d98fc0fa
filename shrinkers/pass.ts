/** What a shrinking pass is; the contract that it keeps is in order.ts. */
import type { Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';

/**
 * Proposes smaller traces, one after the other. What a `yield` answers is the trace to go on with if the candidate
 * was taken (it may be cut behind the step that fails), else nothing.
 */
export type Pass = (trace: Trace, ops: ReadonlySet<Op>) => Candidates;

export type Candidates = Generator<Trace, void, Trace | undefined>;
