/** Textual edits of the source of a system: what a fault is made of. `find` must match its file exactly once. */
import { BadInputError } from '../properties/input/badInput';

export interface Edit {
  /** Path below the root of the system's source: `mcentral.ts` in `model/`, `mcentral.go` in `src/runtime`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The text with the edits of one file made. */
export function applyEdits(text: string, edits: readonly Edit[], place: string): string {
  return edits.reduce((edited, edit, i) => applyEdit(edited, edit, `${place}: edits[${i}]`), text);
}

/** @param place where the edit stands, for the message if it does not fit. */
export function applyEdit(text: string, { file, find, replace }: Edit, place: string): string {
  const at = text.indexOf(find);
  if (find === '' || at < 0) throw new BadInputError(`${place}.find: not found in ${file}${nearest(text, find)}`);
  if (text.indexOf(find, at + 1) >= 0) {
    throw new BadInputError(
      `${place}.find: found ${text.split(find).length - 1} times in ${file}; add the lines around it until it is one place`,
    );
  }
  return text.slice(0, at) + replace + text.slice(at + find.length);
}

/** The lines of the text that share most with what was looked for. */
function nearest(text: string, find: string): string {
  const wanted = words(find.split('\n').find((line) => line.trim() !== '') ?? '');
  const lines = text
    .split('\n')
    .map((line, i) => ({
      line: line.trim(),
      number: i + 1,
      shared: [...words(line)].filter((word) => wanted.has(word)).length,
    }))
    .filter(({ shared }) => shared > 0)
    .toSorted((left, right) => right.shared - left.shared || left.number - right.number)
    .slice(0, NEAREST_LINES);
  if (lines.length === 0) return '';
  const shown = lines.map(({ number, line }) => `${number}: ${line}`).join(' | ');
  return `; the nearest line${lines.length === 1 ? ' is' : 's are'} ${shown}`;
}

const NEAREST_LINES = 3;

function words(line: string): Set<string> {
  return new Set(line.match(/\w+/g) ?? []);
}
