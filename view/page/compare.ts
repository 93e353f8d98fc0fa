/** Two runs side by side: which step of one stands beside which of the other, and where they first differ. */
import type { Playback } from './playback';
import { SPAN_FIELDS, type ViewRun } from '../viewData';

/** Returns for each step of `run` the last step of `other` that is no later: commands match by their text, in order. */
export function alignedSteps(run: ViewRun, other: ViewRun): Int32Array {
  const steps = new Int32Array(run.commands.text.length);
  if (other.commands.text.length === run.commands.text.length) return steps.map((_, i) => Math.min(i, other.steps - 1));
  let next = 0;
  for (const [i, text] of run.commands.text.entries()) {
    if (other.commands.text[next] === text) next++;
    steps[i] = Math.min(next, other.steps) - 1;
  }
  return steps;
}

/** Returns the first step after which spans or figures of the two are not the same, or -1. Both are left where they were. */
export function firstDifference(left: Playback, right: Playback, aligned: Int32Array): number {
  const [leftStep, rightStep] = [left.step, right.step];
  let found = -1;
  for (let step = 0; step < left.steps && found < 0; step++) {
    left.seek(step);
    right.seek(aligned[step] ?? -1);
    if (!areSame(left, right)) found = step;
  }
  left.seek(leftStep);
  right.seek(rightStep);
  return found;
}

function areSame(left: Playback, right: Playback): boolean {
  for (let span = 1; span <= Math.max(left.maxSpan, right.maxSpan); span++)
    for (const field of SPAN_FIELDS) if (left.span(span, field) !== right.span(span, field)) return false;
  for (const [row, { name, class: sizeclass, p }] of left.run.rows.entries()) {
    const other = right.run.rows.findIndex(
      (shown) => shown.name === name && shown.class === sizeclass && shown.p === p,
    );
    if ((left.figure(row, 0) ?? 0) !== (right.figure(other, 0) ?? 0)) return false;
  }
  return true;
}
