/** The history of one release, the one that is here. */
import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { historyText } from '../output/historyReport';
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

test('a known bug of a release is named, also where the release holds', () => {
  const nothing = { checks: [], checksNotRun: [], figuresNotCompared: [], limits: [], ops: [], states: [] };
  const verdict = {
    ...nothing,
    system: 'go',
    note: 'go1.9',
    outcome: 'held',
    seed: 1,
    traces: 1,
    steps: 1,
    seconds: 1,
  } as const;
  const text = historyText({ seed: 1, reads: [], rows: [{ release: 'go1.9', verdict: { ...verdict, repeat: '' } }] });
  expect(text).toMatch(/held\n {2}known bug golang\/go#22023: .*, fixed in go1\.9\.2; /);
});
