/**
 * The words of a command line, split as a shell would and without one: nothing is expanded, no variable,
 * no `~`, no `*`. Single quotes keep all; double quotes keep all but `\"` and `\\`; a backslash outside
 * of quotes keeps the next character.
 */
import { BadInputError, quoted } from '../../properties/input/badInput';

export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  let quoteAt = 0;
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      quoteAt = i;
      word ??= '';
    } else if (character === quote) {
      quote = '';
    } else if (character === '\\' && (quote === '' || (quote === '"' && /["\\]/.test(line.charAt(i + 1))))) {
      i++;
      if (i === line.length)
        throw new BadInputError(`exec: ${quoted(line, 80)} ends in a backslash that quotes nothing`);
      word = (word ?? '') + line[i];
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '')
    throw new BadInputError(`exec: ${quoted(line, 80)}: the quote at character ${quoteAt + 1} is not closed`);
  if (word !== undefined) words.push(word);
  if (words.length === 0 || words[0] === '')
    throw new BadInputError('exec: no program is named; write exec:CMD, as in exec:"python3 slab.py"');
  return words;
}
