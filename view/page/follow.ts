/** Following a span, or the objects of a name, through the steps that touch it. */
import type { Playback } from './playback';

export interface Follow {
  readonly kind: 'span' | 'object';
  readonly id: number;
}

export interface Followed {
  readonly steps: readonly number[];
  /** The spans to outline. */
  readonly spans: ReadonlySet<number>;
}

export const NOTHING: Followed = { steps: [], spans: new Set() };

/** Returns the steps that touch what is followed. An object is touched by its own commands and by what befalls its span. */
export function follow(playback: Playback, what: Follow | undefined): Followed {
  if (what === undefined) return NOTHING;
  if (what.kind === 'span') return { steps: playback.stepsOfSpan(what.id), spans: new Set([what.id]) };
  const { born, object } = playback.run.commands;
  const birth = born.indexOf(what.id);
  const spans = playback.spansOfObject(what.id);
  const steps = new Set<number>();
  for (const [step, name] of object.entries()) if (name === what.id) steps.add(step);
  if (birth >= 0) steps.add(birth);
  for (const span of spans) for (const step of playback.stepsOfSpan(span)) if (step >= birth) steps.add(step);
  return { steps: [...steps].toSorted((left, right) => left - right), spans };
}
