import { expect, test } from 'vitest';
import { at } from '../properties/at';
import { readCatalogue } from './catalogue';
import { readGoFaults } from './goCatalogue';
import { isShipped } from './shipped';

const [fault] = readCatalogue();

test('a fault of the catalogue is shipped, whatever name it goes by', () => {
  expect(isShipped({ edits: fault.edits.map((edit) => ({ ...edit })) })).toBe(true);
});

test('one byte more makes it a stranger', () => {
  const [edit] = fault.edits;
  expect(isShipped({ edits: [{ ...edit, replace: `${edit.replace} ` }] })).toBe(false);
  expect(isShipped({ edits: [...fault.edits, edit] })).toBe(false);
});

test('every fault of the package is shipped, those of Go too', () => {
  const faults = [...readCatalogue(), ...readGoFaults('1.9'), ...readGoFaults('1.26')];
  expect(faults.filter(({ edits }) => !isShipped({ edits }))).toEqual([]);
});

test('two shipped faults planted as one are shipped, by their names and in their order', () => {
  const [first, second] = [at(readCatalogue(), 0), at(readCatalogue(), 1)];
  const edits = [...first.edits, ...second.edits];
  expect(isShipped({ name: `${first.name}+${second.name}`, edits })).toBe(true);
  expect(isShipped({ name: `${second.name}+${first.name}`, edits })).toBe(false);
  expect(isShipped({ name: `${first.name}+other`, edits })).toBe(false);
  expect(isShipped({ name: first.name, edits })).toBe(false);
});
