/**
 * The quantity that a drift equals. A drift is rarely just a number: it is the free slots of a span, say, or its size, and
 * knowing which tells what was forgotten or counted twice.
 *
 * Small numbers equal many things by chance. So an equation is printed only if it holds in the failing trace and in every
 * variation of it that fails as the same bug (variations.ts). A drift of 1 or 2 must also change with the variations, or
 * else "one page" would explain every drift of 1. Where no variation fails, larger drifts are explained from the trace alone.
 */
import { PAGE_SIZE_BYTES } from '../../model/sizeclasses';
import type { Drift } from '../../properties/drift';
import { formatNumber } from '../../properties/formatNumber';
import type { Command } from '../../properties/trace/command';
import type { ObservedStep, SpanFacts } from './observeSteps';

/** A step, as the equations need it. */
export interface StepContext {
  readonly command: Command | undefined;
  readonly before: ObservedStep | undefined;
  readonly after: ObservedStep | undefined;
}

/** A variation of the trace that fails as the same bug: its drifts, and its step that corrupts. */
export interface VariedFailure extends StepContext {
  readonly drifts: readonly Drift[];
}

/** Drifts up to this size equal something or other in nearly every trace. */
const COINCIDENTAL_DIFFERENCE = 2;

/**
 * Returns `−3 = nelems − allocCount of span 1, class 5, at uncacheSpan` for the first drift that equals a quantity, or
 * undefined if none does.
 */
export function explainDrift(
  drifts: readonly Drift[],
  step: StepContext,
  varied: readonly VariedFailure[],
): string | undefined {
  for (const drift of drifts) {
    for (const { form, text } of equationsOf(drift, step)) if (isConfirmed(form, drift, varied)) return text;
  }
  return undefined;
}

/** Returns the number with its sign: `+8,128`, `−3`. */
export function signed(difference: number): string {
  return difference < 0 ? `−${formatNumber(-difference)}` : `+${formatNumber(difference)}`;
}

/** Reports whether the same form of equation holds in every variation, and is no coincidence. */
function isConfirmed(form: string, { counter, expected, actual }: Drift, varied: readonly VariedFailure[]): boolean {
  const size = Math.abs(actual - expected);
  let hasChanged = false;
  for (const variation of varied) {
    const match = variation.drifts.find(
      (drift) => drift.counter === counter && equationsOf(drift, variation).some((equation) => equation.form === form),
    );
    if (match === undefined) return false;
    hasChanged ||= Math.abs(match.actual - match.expected) !== size;
  }
  return hasChanged || size > COINCIDENTAL_DIFFERENCE;
}

interface Equation {
  /** The equation without figures: the same in every trace in which the drift equals the same quantity. */
  readonly form: string;
  readonly text: string;
}

/** The likeliest first. */
function equationsOf({ counter, expected, actual }: Drift, step: StepContext): readonly Equation[] {
  const { command } = step;
  const difference = actual - expected;
  if (command === undefined || !Number.isFinite(difference) || difference === 0) return [];
  const size = Math.abs(difference);
  const known = [...quantities(counter, command, step)];
  return [1, 2].flatMap((factor) => {
    return known
      .filter(({ value }) => value > 0 && value * factor === size)
      .map(({ form, where }) => {
        const whole = factor === 1 ? form : `${factor} · ${isSum(form) ? `(${form})` : form}`;
        return { form: whole, text: `${signed(difference)} = ${whole}${where}, at ${command.op}` };
      });
  });
}

function isSum(form: string): boolean {
  return form.includes(' − ') && !/[()]/.test(form);
}

interface Quantity {
  readonly value: number;
  readonly form: string;
  /** Which span or counter, in this trace. */
  readonly where: string;
}

/** The likeliest first: a counter of the drift's own kind, then what the spans that the step touched hold. */
function* quantities(counter: string, command: Command, { before, after }: StepContext): Generator<Quantity> {
  const counters = [...(before?.counters ?? [])].filter(([name]) => !isPublishedRow(name));
  for (const [name, value] of counters) if (name.includes(counter)) yield ofCounter(name, value);
  for (const span of after?.touched ?? []) {
    const now = after?.spans.get(span);
    const earlier = before?.spans.get(span);
    if (now !== undefined) yield* ofSpan(now, '');
    if (earlier !== undefined) yield* ofSpan(earlier, ' before');
  }
  yield* ofCommand(command);
  for (const [name, value] of counters) yield ofCounter(name, value);
}

/** A system that shows only published figures has a row for every class, and one of them always equals the drift. */
function isPublishedRow(name: string): boolean {
  return name.startsWith('BySize.');
}

/** A counter of another class is the same quantity in another trace. */
function ofCounter(name: string, value: number): Quantity {
  const [, base = name, row = ''] = /^(.*?)(\[\d+\].*)?$/.exec(name) ?? [];
  return { value: Math.abs(value), form: base, where: `${row} before` };
}

function* ofSpan(
  { span, class: sizeclass, nelems, allocCount, elemSizeBytes, npages }: SpanFacts,
  when: string,
): Generator<Quantity> {
  const where = ` of span ${span}${sizeclass === 0 ? '' : `, class ${sizeclass}`}${when}`;
  const free = nelems - allocCount;
  const bytes = npages * PAGE_SIZE_BYTES;
  const values: readonly (readonly [string, number])[] = [
    ['nelems − allocCount', free],
    ['(nelems − allocCount) · elemsize', free * elemSizeBytes],
    ['allocCount', allocCount],
    ['allocCount · elemsize', allocCount * elemSizeBytes],
    ['nelems', nelems],
    ['nelems · elemsize', nelems * elemSizeBytes],
    ['npages', npages],
    ['npages · page size', bytes],
    ['tail waste (npages · page size − nelems · elemsize)', bytes - nelems * elemSizeBytes],
    ['npages − 1', npages - 1],
    ['(nelems − 1) · elemsize', (nelems - 1) * elemSizeBytes],
    ['nelems − 2 · allocCount', nelems - 2 * allocCount],
    ['elemsize', elemSizeBytes],
  ];
  for (const [form, value] of values) yield { value, form, where };
}

function* ofCommand(command: Command): Generator<Quantity> {
  const values: (readonly [string, number])[] = [];
  if ('count' in command) values.push(['count', command.count]);
  if ('size' in command) {
    const rounded = Math.ceil(command.size / PAGE_SIZE_BYTES) * PAGE_SIZE_BYTES;
    values.push(['size', command.size]);
    values.push(['size, rounded up to pages', rounded]);
    values.push(['what rounding up to pages adds to size', rounded - command.size]);
  }
  if ('pages' in command) {
    values.push(['pages', command.pages]);
    values.push(['pages · page size', command.pages * PAGE_SIZE_BYTES]);
  }
  for (const [form, value] of values) yield { value, form, where: '' };
}
