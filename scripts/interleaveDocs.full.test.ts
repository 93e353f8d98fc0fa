import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';
import { interleavingsDoc } from './interleaveDocs';

test('docs/interleavings.md is up to date (npm run docs:interleavings)', () => {
  const text = interleavingsDoc();
  expect(readFileSync(join(packageRoot(), 'docs', 'interleavings.md'), 'utf8')).toBe(text);
  expect(text).not.toContain('survives');
});
