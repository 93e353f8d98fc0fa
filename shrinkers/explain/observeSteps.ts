/** Follows a trace and notes after each step what the counters are, what was done to spans, and what spans hold. */
import type { Heap } from '../../model/mheap';
import { SPAN_IN_USE, elemsize } from '../../model/mspan';
import type { Observation, System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
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
  /** What the step did, in a few words each. */
  readonly actions: readonly string[];
  /** Spans that the step touched, as they are afterwards. */
  readonly touched: readonly number[];
  readonly spans: ReadonlyMap<number, SpanFacts>;
}

/** The steps that the system came to the end of; at a death one fewer than there are commands. */
export async function observeSteps(system: System, trace: Trace): Promise<readonly ObservedStep[]> {
  const steps: ObservedStep[] = [];
  await system.run(trace, (step, _, observation) => {
    if (step >= 0) steps.push(noted(observation));
    return true;
  });
  return steps;
}

function noted(observation: Observation): ObservedStep {
  const { heap, events } = observation;
  return {
    counters: countersOf(observation),
    actions: events === undefined ? [] : describeEvents(events),
    touched:
      events === undefined
        ? []
        : [...new Set(Array.from({ length: events.length / 3 }, (_, i) => events.data[3 * i + 1]))],
    spans: heap === undefined ? new Map() : spansOf(heap),
  };
}

function spansOf(heap: Heap): ReadonlyMap<number, SpanFacts> {
  const { spans } = heap;
  const facts = new Map<number, SpanFacts>();
  for (let span = 1; span < spans.length; span++) {
    if (spans.state[span] !== SPAN_IN_USE) continue;
    const { sizeclass, nelems, allocCount, npages } = spans;
    facts.set(span, {
      span,
      class: sizeclass[span],
      nelems: nelems[span],
      allocCount: allocCount[span],
      elemSizeBytes: elemsize(spans, span),
      npages: npages[span],
    });
  }
  return facts;
}
