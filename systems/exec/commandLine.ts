/**
 * Splits a command line into words as a shell does, but expands nothing: no variable, no `~`, no `*`. Single quotes keep
 * everything as it is; double quotes do so but for `\"` and `\\`; a backslash outside of quotes keeps the next
 * character.
 */
import { BadInputError, quoted } from '../../properties/input/badInput';

export function splitCommandLine(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  let quoteAt = 0;
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
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
        throw new BadInputError(`exec: ${quoted(line, 80)} ends in a backslash with nothing after it`);
      word = (word ?? '') + line.charAt(i);
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
