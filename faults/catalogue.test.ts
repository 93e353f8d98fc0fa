import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';
import { CHECKS, type Check } from '../properties/checks/checks';
import { modelSystem } from '../systems/model';
import { readCatalogue, readEquivalents } from './catalogue';
import { applyEdits } from '../systems/edits';
import type { Fault } from './fault';
import { FAULT_KINDS, WITNESSES, type FaultFile } from './faultFile';
import { findFailure } from './kill/findFailure';
import { plantModel } from './plantModel';
import { witnessOf, witnessesOf } from './kill/witness';

const CATALOGUE = readCatalogue();
const EQUIVALENTS = readEquivalents();

test.each([...CATALOGUE, ...EQUIVALENTS])('$name: each find stands in the model exactly once', (fault) => {
  expect(misplacedEdits(fault)).toEqual([]);
});

test('a find that the model no longer has is named, with the nearest lines', () => {
  const [misplaced] = misplacedEdits({
    name: 'moved',
    edits: [{ file: 'mcentral.ts', find: 'h.nmalloc[klass] -= n;', replace: '' }],
  });
  expect(misplaced).toMatch(
    /^moved: edits\[0\]\.find: not found in mcentral\.ts; the nearest lines are \d+: .* \| \d+: h\.nmalloc\[sizeclass\] -= n; \| /,
  );
});

test('a find that stands in several places is named, with their number', () => {
  const [misplaced] = misplacedEdits({
    name: 'vague',
    edits: [{ file: 'mcentral.ts', find: 'sizeclass', replace: '' }],
  });
  expect(misplaced).toMatch(/^vague: edits\[0\]\.find: found \d+ times in mcentral\.ts/);
});

test('the catalogue has every kind of fault, each under a name and a file of its own', () => {
  expect(CATALOGUE.length).toBeGreaterThanOrEqual(90);
  expect(new Set(CATALOGUE.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
  expect(new Set([...CATALOGUE, ...EQUIVALENTS].map(({ name }) => name)).size).toBe(
    CATALOGUE.length + EQUIVALENTS.length,
  );
  expect([...CATALOGUE, ...EQUIVALENTS].filter((fault) => Object.keys(fault).some((key) => !KEYS.has(key)))).toEqual(
    [],
  );
});

test('no two faults make the same model', () => {
  const texts = [...CATALOGUE, ...EQUIVALENTS].map(({ edits }) => JSON.stringify(edits));
  expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([]);
});

// For long: `spancheck faults --equivalent`.
test('every equivalent fault says why no trace can show it, and survives', () => {
  expect(EQUIVALENTS.filter(({ because = '' }) => because === '')).toEqual([]);
  expect(EQUIVALENTS.filter((fault) => failureOf(fault, CHECKS, 1_500) !== undefined).map(({ name }) => name)).toEqual(
    [],
  );
});

test('faults are killed, and seen by the witnesses that they name', () => {
  // One in twelve here; all of them in `spancheck faults --quick`.
  const searched = CATALOGUE.filter((_, i) => i % 12 === 0).map((fault) => ({
    fault,
    found: failureOf(fault, CHECKS, 400_000),
  }));
  expect(searched.filter(({ found }) => found === undefined).map(({ fault }) => fault.name)).toEqual([]);
  const missed = searched.flatMap(({ fault: { name, seenBy = [] }, found }) => {
    const saw = found === undefined ? [] : witnessesOf(found.failure);
    return seenBy.filter((witness) => !saw.includes(witness)).map((witness) => `${name} by ${witness}`);
  });
  expect(missed).toEqual([]);
});

test('every check is a witness', () => {
  for (const { name } of CHECKS) expect(WITNESSES).toContain(witnessOf(name));
});

test.each([
  ['free-span-never-given-back', 'spans'],
  ['gc-no-cachestats', 'flushed'],
  ['gc-not-counted', 'cycle'],
  ['gc-sweepgen-stays', 'cycle'],
  ['tiny-block-of-p0', 'placement'],
  ['tiny-new-block-if-as-full', 'placement'],
  ['tiny-align-2', 'tiny'],
])('%s is seen by %s with no other check on', (name, check) => {
  const fault = CATALOGUE.find((candidate) => candidate.name === name);
  const checks = CHECKS.filter((candidate) => candidate.name === check);
  expect(fault && failureOf(fault, checks, 200_000)?.failure.check).toBe(check);
});

const KEYS = new Set(['name', 'origin', 'kind', 'text', 'because', 'seenBy', 'hidesFromReads', 'edits']);

function failureOf(fault: FaultFile, checks: readonly Check[], steps: number) {
  return findFailure(modelSystem(plantModel(fault)), checks, 1, steps).found;
}

/** Returns the defects of a fault's edits, one line for each. */
function misplacedEdits({ name, edits }: Pick<Fault, 'name' | 'edits'>): readonly string[] {
  const texts = new Map<string, string>();
  return edits.flatMap((edit, i) => {
    const text = texts.get(edit.file) ?? readFileSync(join(packageRoot(), 'model', edit.file), 'utf8');
    try {
      texts.set(edit.file, applyEdits(text, [edit], name));
      return [];
    } catch (error) {
      return [(error instanceof Error ? error.message : String(error)).replace('edits[0]', `edits[${i}]`)];
    }
  });
}
