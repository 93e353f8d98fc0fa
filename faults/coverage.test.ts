/**
 * Every statement of the model that moves a counter or a list has a fault: where none of the catalogue's edits touches one,
 * it is named here, or stands in `UNTOUCHED` with the reason.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';
import { readCatalogue, readEquivalents } from './catalogue';
import untouched from './untouched.json';

const MODEL = join(packageRoot(), 'model');

/** `+=`, `-=`, `++`, `--`, and the calls that move a span on a list or a stack. */
const MOVES = /\+=|-=|\+\+|--|\b(?:insert|insertBack|remove|push|pop)\(/;

/** Heads of loops count rounds; comments, imports and declarations move nothing. */
const NO_MOVE = /^(?:for \(|\*|\/\/|\/\*|import |export function |function )/;

interface Statement {
  readonly file: string;
  readonly text: string;
  readonly line: number;
  /** The offset of its first character in the file. */
  readonly start: number;
  readonly end: number;
}

test('every statement of the model that moves a counter or a list is touched by a fault, or stands in untouched.json', () => {
  const missed = untouchedStatements().filter(
    ({ file, text }) => !untouched.some((excused) => excused.file === file && excused.text === text),
  );
  expect(missed.map(({ file, line, text }) => `${file}:${line}: ${text}`)).toEqual([]);
});

test('what stands in untouched.json is a statement that no fault touches, with a reason', () => {
  const found = untouchedStatements().map(({ file, text }) => `${file}: ${text}`);
  for (const { file, text, because } of untouched) {
    expect(found).toContain(`${file}: ${text}`);
    expect(because).not.toBe('');
  }
});

/** Statements of the model that no edit of a fault overlaps. */
function untouchedStatements(): readonly Statement[] {
  const edits = [...readCatalogue(), ...readEquivalents()].flatMap((fault) => fault.edits);
  return files().flatMap((file) => {
    const text = read(file);
    const touched = edits
      .filter((edit) => edit.file === file)
      .map(({ find }) => ({ from: text.indexOf(find), to: text.indexOf(find) + find.length }));
    return statements(text, file).filter(({ start, end }) => !touched.some(({ from, to }) => from < end && to > start));
  });
}

function files(): readonly string[] {
  return readdirSync(MODEL).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('valid'),
  );
}

function statements(source: string, file: string): readonly Statement[] {
  let at = 0;
  return source.split('\n').flatMap((line, i) => {
    const text = line.trim();
    const start = at + line.indexOf(text);
    at += line.length + 1;
    return MOVES.test(text) && !NO_MOVE.test(text)
      ? [{ file, text, line: i + 1, start, end: start + text.length }]
      : [];
  });
}

function read(file: string): string {
  return readFileSync(join(MODEL, file), 'utf8');
}
