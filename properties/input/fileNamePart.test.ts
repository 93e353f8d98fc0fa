import { join, normalize } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileNamePart } from './fileNamePart';

test.each(['canary', 'uncache-span-adds', 'a+b', 'v1.2_x', 'x'.repeat(64)])('%s stays as it is', (name) => {
  expect(fileNamePart(name)).toBe(name);
});

test.each([
  ['../../../../evil/x', /^-\.\.-\.\.-\.\.-evil-x-[0-9a-f]{8}$/],
  ['.hidden', /^hidden-[0-9a-f]{8}$/],
  ['a\u001b[31mb', /^a-31mb-[0-9a-f]{8}$/],
  ['', /^-[0-9a-f]{8}$/],
  ['n'.repeat(240), /^n{55}-[0-9a-f]{8}$/],
])('%j becomes a safe name with a hash', (name, expected) => {
  expect(fileNamePart(name)).toMatch(expected);
});

test('any name stays in its folder, short, and apart from every other name', () => {
  const name = fc.string({ unit: 'binary', maxLength: 100 });
  fc.assert(
    fc.property(name, name, (one, other) => {
      const part = fileNamePart(one);
      expect(part).toMatch(/^[A-Za-z0-9_+-][A-Za-z0-9._+-]{0,63}$/);
      expect(normalize(join('folder', part))).toBe(join('folder', part));
      expect(part === fileNamePart(other)).toBe(one === other);
    }),
    { numRuns: 2000 },
  );
});
