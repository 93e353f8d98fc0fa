/**
 * The quantity of the trace that a drift equals. A drift is rarely just a number: it is the slots that were left of a
 * span, or its size, and to know which is to know what was forgotten or counted twice.
 */
import { PAGE_SIZE_BYTES } from '../../model/sizeclasses';
import type { Command } from '../../properties/trace/command';
import { type Drift } from '../../properties/drift';
import type { SpanFacts, ObservedStep } from './observeSteps';
import { formatNumber } from '../../properties/formatNumber';

/**
 * @param drift what drifted: a quantity of its own kind is likelier than another.
 * @param before the step before the one that corrupted, and that one.
 * @returns `−3 = nelems − allocCount of span 1, class 5, at uncacheSpan`, or nothing if no quantity fits.
 */
export function explainDrift(
  { counter, expected, actual }: Drift,
  command: Command,
  before: ObservedStep | undefined,
  step: ObservedStep | undefined,
): string | undefined {
  const difference = actual - expected;
  if (!Number.isFinite(difference) || difference === 0) return undefined;
  const size = Math.abs(difference);
  for (const factor of [1, 2]) {
    for (const { value, text } of quantities(counter, command, before, step)) {
      if (value > 0 && value * factor === size)
        return `${signed(difference)} = ${factor === 1 ? '' : `${factor} · `}${text}, at ${command.op}`;
    }
  }
  return undefined;
}

export function signed(difference: number): string {
  return difference < 0 ? `−${formatNumber(-difference)}` : `+${formatNumber(difference)}`;
}

interface Quantity {
  readonly value: number;
  readonly text: string;
}

/** The likeliest first. */
function* quantities(
  counter: string,
  command: Command,
  before: ObservedStep | undefined,
  step: ObservedStep | undefined,
): Generator<Quantity> {
  for (const [name, value] of before?.counters ?? []) {
    if (name.includes(counter) && !isPublishedRow(name)) yield { value: Math.abs(value), text: `${name} before` };
  }
  const touched = step?.touched ?? [];
  for (const span of touched) {
    const facts = [step?.spans.get(span), before?.spans.get(span)];
    for (const [i, fact] of facts.entries()) if (fact !== undefined) yield* ofSpan(fact, i === 1 ? ' before' : '');
  }
  yield* ofCommand(command);
  for (const [name, value] of before?.counters ?? []) {
    if (!isPublishedRow(name)) yield { value: Math.abs(value), text: `${name} before` };
  }
}

/** Where only published figures are known there is a row for each class, and one of them is always equal by chance. */
function isPublishedRow(name: string): boolean {
  return name.startsWith('BySize.');
}

function* ofSpan(
  { span, class: sizeclass, nelems, allocCount, elemSizeBytes, npages }: SpanFacts,
  when: string,
): Generator<Quantity> {
  const where = ` of span ${span}${sizeclass === 0 ? '' : `, class ${sizeclass}`}${when}`;
  const n = nelems - allocCount;
  const bytes = npages * PAGE_SIZE_BYTES;
  yield { value: n, text: `nelems − allocCount${where}` };
  yield { value: n * elemSizeBytes, text: `(nelems − allocCount) · elemsize${where}` };
  yield { value: allocCount, text: `allocCount${where}` };
  yield { value: allocCount * elemSizeBytes, text: `allocCount · elemsize${where}` };
  yield { value: nelems, text: `nelems${where}` };
  yield { value: nelems * elemSizeBytes, text: `nelems · elemsize${where}` };
  yield { value: npages, text: `npages${where}` };
  yield { value: bytes, text: `npages · page size${where}` };
  yield { value: bytes - nelems * elemSizeBytes, text: `tail waste (npages · page size − nelems · elemsize)${where}` };
  yield { value: npages - 1, text: `npages − 1${where}` };
  yield { value: (nelems - 1) * elemSizeBytes, text: `(nelems − 1) · elemsize${where}` };
  yield { value: nelems - 2 * allocCount, text: `nelems − 2 · allocCount${where}` };
  yield { value: elemSizeBytes, text: `elemsize${where}` };
}

function* ofCommand(command: Command): Generator<Quantity> {
  if ('count' in command) yield { value: command.count, text: `count` };
  if ('size' in command) {
    const rounded = Math.ceil(command.size / PAGE_SIZE_BYTES) * PAGE_SIZE_BYTES;
    yield { value: command.size, text: 'size' };
    yield { value: rounded, text: 'size, rounded up to pages' };
    yield { value: rounded - command.size, text: 'what rounding up to pages adds to size' };
  }
  if ('pages' in command) {
    yield { value: command.pages, text: 'pages' };
    yield { value: command.pages * PAGE_SIZE_BYTES, text: 'pages · page size' };
  }
}
