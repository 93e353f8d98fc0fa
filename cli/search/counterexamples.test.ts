import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkFailure } from '../../properties/failure';
import { parseTraceFile } from '../../properties/trace/traceFile';
import { counterexamplePath, counterexampleText, keepCounterexample } from './counterexamples';

const FOLDER = mkdtempSync(join(tmpdir(), 'spancheck-counterexamples-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const failure = checkFailure(
  0,
  'gcStart',
  [{ check: 'rescan', drifts: [{ counter: 'NumGC', expected: 1, actual: 0 }] }],
  undefined,
);
const trace = { shape: { procs: 1 }, commands: [{ op: 'gcStart', p: 0 }] } as const;

function provenance(name: string) {
  return { system: 'model', seed: 7, checks: ['rescan'], plant: { name, origin: '', text: '', edits: [] } };
}

test('a plain name is part of the file name as it is', () => {
  expect(counterexamplePath('out', provenance('refund-forgotten+b'), failure)).toMatch(
    /^out\/model-refund-forgotten\+b-rescan-7-[0-9a-f]{6}\.json$/,
  );
});

test.each([
  '../../../../evil/x',
  '/etc/passwd',
  '..',
  '\u001b[31mred',
  'a\u0000b',
  'x'.repeat(240),
  '漢'.repeat(100),
  '',
])('the name %j cannot leave the folder, and the file name stays short', (name) => {
  const path = counterexamplePath(FOLDER, provenance(name), failure);
  expect(dirname(path)).toBe(FOLDER);
  expect(basename(path)).toMatch(/^[\w.+-]{1,200}$/);
  writeFileSync(path, '');
});

test('names that are cut stay apart', () => {
  const [a, b] = ['a', 'b'].map((end) =>
    basename(counterexamplePath('', provenance('x'.repeat(240) + end), failure)).replace(/-[0-9a-f]{6}\.json$/, ''),
  );
  expect(a).not.toBe(b);
});

test('a counterexample names the Go runtime that it ran on', () => {
  const runtime = { release: 'go1.26.8', toolchain: 'go1.26.8' };
  const text = counterexampleText({ ...provenance('x'), system: 'go', runtime }, trace, failure);
  expect(parseTraceFile(text, 'x.json').runtime).toEqual(runtime);
});

test('a file that cannot be written is no error, but a reason', async () => {
  const path = join(FOLDER, 'kept.json');
  expect(await keepCounterexample(path, provenance('x'), trace, failure)).toBeUndefined();
  expect(parseTraceFile(readFileSync(path, 'utf8'), path).commands).toEqual(trace.commands);
  expect(await keepCounterexample('/proc/x/kept.json', provenance('x'), trace, failure)).toBe(
    '/proc/x/kept.json: cannot be written: no such file',
  );
});
