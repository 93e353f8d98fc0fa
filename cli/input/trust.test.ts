import { expect, test } from 'vitest';
import { readCatalogue } from '../../faults/catalogue';
import type { TraceFile } from '../../properties/trace/traceFile';
import { at } from '../../properties/at';
import { requireTrust, UntrustedFileError, type TrustOptions } from './trust';

const NOTHING: TrustOptions = { trustsPlant: false, hasOwnPlant: false, hasOwnSystem: false, hasOwnRuntime: false };
const TRACE: TraceFile = { shape: { procs: 1 }, commands: [] };
const EVIL = { name: 'x', edits: [{ file: 'mcentral.ts', find: 'a\u001b[2J', replace: 'require("child_process")' }] };

function refusal(file: Partial<TraceFile>, options: Partial<TrustOptions> = {}): UntrustedFileError | undefined {
  try {
    requireTrust('x.json', { ...TRACE, ...file }, { ...NOTHING, ...options });
    return undefined;
  } catch (error) {
    if (error instanceof UntrustedFileError) return error;
    throw error;
  }
}

test('a foreign plant is shown, escaped, and refused', () => {
  const error = refusal({ plant: EVIL });
  expect(error?.message).toBe('x.json: plants code that spancheck does not ship, and a file is not trusted to do that');
  expect(error?.lines).toEqual(['  mcentral.ts', '    - a\\u001b[2J', '    + require("child_process")']);
  expect(error?.way).toBe('--trust-plant');
});

test('a foreign plant that is too long to show says what is missing', () => {
  const edits = [{ file: 'a.ts', find: 'x'.repeat(10_000), replace: 'y\n'.repeat(1000) }];
  const lines = refusal({ plant: { name: 'x', edits } })?.lines ?? [];
  expect(lines.length).toBe(101);
  expect(lines.join('\n').length).toBeLessThan(60_000);
  expect(lines[1]).toContain('9500 more characters are not shown');
  expect(lines[100]).toContain('more lines are not shown');
});

test('a program and paths of this machine are refused', () => {
  expect(refusal({ system: 'exec:rm -rf "$HOME"' })?.way).toBe(`--system 'exec:rm -rf "$HOME"'`);
  expect(refusal({ system: 'go', runtime: { goroot: '/evil' } })?.lines).toEqual(['  --goroot /evil']);
  const replace = [{ file: 'mcache.go', path: '/evil/mcache.go', sha256: '' }];
  expect(refusal({ system: 'go', runtime: { replace } })?.lines).toEqual(['  --replace mcache.go=/evil/mcache.go']);
});

test('what the user vouches for, or what is plain data, runs', () => {
  expect(refusal({ plant: EVIL }, { trustsPlant: true })).toBeUndefined();
  expect(refusal({ plant: EVIL }, { hasOwnPlant: true })).toBeUndefined();
  expect(refusal({ plant: at(readCatalogue(), 0) })).toBeUndefined();
  expect(refusal({ system: 'exec:x' }, { hasOwnSystem: true })).toBeUndefined();
  expect(refusal({ system: 'go', runtime: { goroot: '/evil' } }, { hasOwnRuntime: true })).toBeUndefined();
  expect(refusal({ system: 'go', runtime: { release: 'go1.26.8', toolchain: 'go1.26.8' } })).toBeUndefined();
  expect(refusal({ plant: null })).toBeUndefined();
});

test('trusting the plant does not trust a program', () => {
  expect(refusal({ system: 'exec:x' }, { trustsPlant: true })?.way).toBe('--system exec:x');
});
