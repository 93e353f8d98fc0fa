/** The history of one release, the one that is here. */
import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { historyVerb } from './history';
import { hasGo } from '../../testing/goToolchain';

test.runIf(hasGo)('a release that is here holds, and one that is nowhere is named and skipped', async () => {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const before = process.exitCode;
  const words = ['--releases', 'local,go1.26.99', '--time', '1s', '--no-reads', '--seed', '7', '--out', tmpdir()];
  await historyVerb().parseAsync(words, { from: 'user' });
  write.mockRestore();
  expect(process.exitCode).toBe(0);
  process.exitCode = before;
  const text = printed.join('');
  expect(text).toContain('seed 7');
  expect(text).toMatch(/^local +[\d,_ ]+.*held/m);
  expect(text).toMatch(/^go1\.26\.99 .*skipped.* go1\.26\.99 cannot be had/m);
});
