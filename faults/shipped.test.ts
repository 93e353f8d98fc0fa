import { expect, test } from 'vitest';
import { readCatalogue } from './catalogue';
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
