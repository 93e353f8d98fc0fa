/** The README agrees with the code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';
import { withBlocks } from './readme';

test('the generated parts of the README are up to date (npm run docs)', () => {
  const readme = readFileSync(join(packageRoot(), 'README.md'), 'utf8');
  expect(readme).toBe(withBlocks(readme));
});
