import { expect, test } from 'vitest';
import type { Trace } from '../../properties/trace/trace';
import {
  traceOf,
  candidateTexts,
  runPass,
  gcStart,
  readMemStats,
  uncacheSpan,
  smallAlloc,
  free,
} from '../../testing/passes';
import { deleteChunks } from './deleteChunks';

const TRACE = traceOf(1, gcStart(), readMemStats, smallAlloc(1, 1, 1), uncacheSpan(0, 1));

test('halves go first, then single commands, from the end', () => {
  expect(candidateTexts(deleteChunks, TRACE)).toEqual([
    '1 P: P0 gcStart; readMemStats',
    '1 P: P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1',
    '1 P: P0 gcStart; readMemStats; P0 smallAlloc class 1 (8 B) → o1',
    '1 P: P0 gcStart; readMemStats',
    '1 P: P0 gcStart; P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1',
    '1 P: readMemStats; P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1',
  ]);
});

test('what the failure needs stays', () => {
  const needsRead = ({ commands }: Trace): boolean => commands.includes(readMemStats);
  expect(runPass(deleteChunks, TRACE, needsRead)).toBe('1 P: readMemStats');
});

test('commands that refer to a deleted birth go with it', () => {
  expect(candidateTexts(deleteChunks, traceOf(1, smallAlloc(1, 1, 1), free(1), gcStart()))).toContain(
    '1 P: P0 gcStart',
  );
});
