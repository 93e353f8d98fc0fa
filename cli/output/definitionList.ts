/** Names and what they mean, for a screen of 80 columns. */

/** Screens are at least this wide. */
export const SCREEN_COLUMNS = 80;

/** A name wider than this stands on a line of its own. */
const MAX_NAME_COLUMNS = 24;
const GAP = '  ';

/** Returns a line for each name with its text beside it, the text wrapped in a column of its own. */
export function definitionList(rows: readonly (readonly [name: string, text: string])[]): string {
  const fitting = rows.map(([name]) => name.length).filter((length) => length <= MAX_NAME_COLUMNS);
  const indent = Math.max(0, ...fitting) + GAP.length;
  return rows
    .flatMap(([name, text]) => {
      const lines = wrap(text, SCREEN_COLUMNS - indent);
      if (name.length + GAP.length > indent) return [name, ...lines.map((line) => ' '.repeat(indent) + line)];
      return lines.map((line, i) => (i === 0 ? name : '').padEnd(indent) + line);
    })
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Breaks a text at its spaces; a word that is too long for a line is broken, too. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => chunks(long, columns))) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function chunks(word: string, columns: number): readonly string[] {
  const count = Math.max(1, Math.ceil(word.length / columns));
  return Array.from({ length: count }, (_, i) => word.slice(i * columns, (i + 1) * columns));
}
