import { expect, test } from 'vitest';
import { class_to_nelems } from '../../model/sizeclasses';
import type { Trace } from '../../properties/trace/trace';
import { traceOf, candidateTexts, uncacheSpan, smallAlloc } from '../../testing/passes';
import { changeClass } from './changeClass';

test('a full span of one class becomes a full span of another', () => {
  const trace = traceOf(1, smallAlloc(2, 512, 1), uncacheSpan(0, 2));
  expect(candidateTexts(changeClass, trace)).toContain(
    '1 P: P0 smallAlloc class 50 (8,192 B) → o1; P0 uncacheSpan class 50',
  );
});

test('two classes change places', () => {
  expect(candidateTexts(changeClass, traceOf(1, smallAlloc(3, 2, 1), smallAlloc(2, 3, 2)))).toContain(
    '1 P: P0 smallAlloc class 2 (16 B) × 2 → o1; P0 smallAlloc class 3 (32 B) × 3 → o2',
  );
});

test('another class never asks for more spans', () => {
  const spansOf = ({ commands }: Trace): number =>
    commands.reduce(
      (sum, command) => sum + ('count' in command ? Math.ceil(command.count / class_to_nelems[command.class]) : 0),
      0,
    );
  for (const count of [3, 1024, 1025, 67_000]) {
    const trace = traceOf(1, smallAlloc(1, count, 1));
    for (const candidate of changeClass(trace)) expect(spansOf(candidate)).toBeLessThanOrEqual(spansOf(trace));
  }
});
