/** Runs a trace and records after each step the counters, what the step did to spans, and what the spans hold. */
import { EVENT_STRIDE, type Events } from '../../model/events';
import type { Heap } from '../../model/mheap';
import { SPAN_IN_USE, elemsize } from '../../model/mspan';
import { at } from '../../properties/at';
import type { Observation, System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import type { Budget } from './budget';
import { countersOf } from './counters';
import { describeEvents } from './describeEvents';

/** A span as it is after a step. */
export interface SpanFacts {
  readonly span: number;
  readonly class: number;
  readonly nelems: number;
  readonly allocCount: number;
  readonly elemSizeBytes: number;
  readonly npages: number;
}

export interface ObservedStep {
  /** Every counter that is not 0, by name. */
  readonly counters: ReadonlyMap<string, number>;
  /** The step's effects, a few words each. */
  readonly events: readonly string[];
  /** The spans that the step touched. */
  readonly touched: readonly number[];
  /** Every span in use after the step. */
  readonly spans: ReadonlyMap<number, SpanFacts>;
}

/** Returns the steps that the system completed: where it dies there is one fewer than there are commands. */
export async function observeSteps(system: System, trace: Trace, budget: Budget): Promise<readonly ObservedStep[]> {
  const steps: ObservedStep[] = [];
  if (await budget.isSpent()) return steps;
  await system.run(trace, (step, _, observation) => {
    if (step >= 0) steps.push(observedStep(observation));
    return true;
  });
  return steps;
}

function observedStep(observation: Observation): ObservedStep {
  const { heap, events } = observation;
  return {
    counters: countersOf(observation),
    events: events === undefined ? [] : describeEvents(events),
    touched: events === undefined ? [] : spansTouched(events),
    spans: heap === undefined ? new Map() : spansOf(heap),
  };
}

function spansTouched({ data, length }: Events): readonly number[] {
  const spans = new Set<number>();
  for (let i = 0; i < length; i += EVENT_STRIDE) spans.add(at(data, i + 1));
  // Events of no span say 0.
  spans.delete(0);
  return [...spans];
}

function spansOf(heap: Heap): ReadonlyMap<number, SpanFacts> {
  const { spans } = heap;
  const facts = new Map<number, SpanFacts>();
  for (let span = 1; span < spans.length; span++) {
    if (spans.state[span] !== SPAN_IN_USE) continue;
    const { sizeclass, nelems, allocCount, npages } = spans;
    facts.set(span, {
      span,
      class: at(sizeclass, span),
      nelems: at(nelems, span),
      allocCount: at(allocCount, span),
      elemSizeBytes: elemsize(spans, span),
      npages: at(npages, span),
    });
  }
  return facts;
}
