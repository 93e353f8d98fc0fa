/** Shared by the tests of the passes: the candidates of a pass as text. */
import { OPS, type Command, type Op } from '../properties/trace/command';
import { commandText, shapeText } from '../properties/trace/commandText';
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from '../shrinkers/applicable';
import type { Pass } from '../shrinkers/pass';

export const ALL_OPS: ReadonlySet<Op> = new Set(Object.keys(OPS) as Op[]);

/** Returns a trace on `procs` Ps. */
export function traceOf(procs: number, ...commands: readonly Command[]): Trace {
  return { shape: { procs }, commands };
}

/** Formats a trace in one line: `1 P: P0 gcStart; readMemStats`. */
export function traceText({ shape, commands }: Trace): string {
  return `${shapeText(shape)}: ${commands.map(commandText).join('; ')}`;
}

/** Returns the applicable candidates of a pass as text, none of them taken. */
export function candidateTexts(pass: Pass, trace: Trace, ops: ReadonlySet<Op> = ALL_OPS): readonly string[] {
  return [...pass(trace, ops)].filter(isApplicable).map(traceText);
}

/** Runs a pass once over a trace and takes each applicable candidate that `fails`; returns the last one as text. */
export function runPass(pass: Pass, trace: Trace, fails: (candidate: Trace) => boolean): string {
  const candidates = pass(trace, ALL_OPS);
  let current = trace;
  for (let next = candidates.next(); next.done !== true;) {
    const isTaken = isApplicable(next.value) && fails(next.value);
    if (isTaken) current = next.value;
    next = candidates.next(isTaken ? current : undefined);
  }
  return traceText(current);
}

/** Commands of the tests, with the arguments that they differ in. */
export const gcStart = (p = 0): Command => ({ op: 'gcStart', p });
export const readMemStats: Command = { op: 'readMemStats' };
export const cacheSpan = (p: number, sizeclass: number): Command => ({ op: 'cacheSpan', p, class: sizeclass });
export const uncacheSpan = (p: number, sizeclass: number): Command => ({ op: 'uncacheSpan', p, class: sizeclass });
export const smallAlloc = (sizeclass: number, count: number, name: number): Command => ({
  op: 'smallAlloc',
  p: 0,
  class: sizeclass,
  count,
  name,
});
export const tinyAlloc = (size: number, name: number): Command => ({ op: 'tinyAlloc', p: 0, size, name });
export const largeAlloc = (size: number, name: number): Command => ({ op: 'largeAlloc', p: 0, size, name });
export const free = (object: number): Command => ({ op: 'free', object });
export const allocStack = (pages: number, name: number): Command => ({ op: 'allocStack', pages, name });
