/** Values of options: what a word on the command line stands for, or one line on why it does not. */
import { InvalidArgumentError } from 'commander';
import { BadInputError } from '../../properties/input/badInput';
import { CHECKS, type Check } from '../../properties/checks/checks';
import { didYouMean } from '../../properties/input/didYouMean';

/** A whole number from `min` to `max`; digits may be grouped by underscores. */
export function wholeNumber(min: number, max: number): (word: string) => number {
  return (word) => {
    const value = Number(word.replaceAll('_', ''));
    if (/^[\d_]+$/.test(word) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** A number of traces, or one for each job: `37` or `37,41,40`. */
export function traceCounts(max: number): (word: string) => readonly number[] {
  const count = wholeNumber(1, max);
  return (word) => word.split(',').map(count);
}

/** A seed: 32 bits, signed, as fast-check has it. */
export function seedValue(word: string): number {
  const value = Number(word);
  if (/^-?\d+$/.test(word) && (value | 0) === value) return value;
  throw new InvalidArgumentError('It must be a whole number from -2147483648 to 2147483647.');
}

/** A time in seconds: `30s`, `5m`, `2h`, or seconds as they are. */
export function seconds(word: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(word);
  if (match === null) throw new InvalidArgumentError('It must be a time such as 30s, 5m or 1h.');
  const unit = { s: 1, m: 60, h: 3600 }[match[2] ?? 's'] ?? 1;
  return Number(match[1]) * unit;
}

/** An option that may be repeated. */
export function collect(word: string, words: readonly string[] = []): readonly string[] {
  return [...words, word];
}

/** Files and what stands in for them; nothing if no word says so. */
export function replacements(words: readonly string[] = []): ReadonlyMap<string, string> | undefined {
  if (words.length === 0) return undefined;
  return new Map(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at > 0 && at < word.length - 1) return [word.slice(0, at), word.slice(at + 1)];
      throw new BadInputError(`--replace ${word}: it must be a file and a path, such as mcache.go=./my/mcache.go`);
    }),
  );
}

/** Checks by name, comma-separated; in the order of `CHECKS`, whatever that of the names: it decides which of several failures is told first. */
export function checkList(word: string): readonly Check[] {
  const names = CHECKS.map(({ name }) => name);
  const chosen = word.split(',');
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(
      `${unknown} is not a check${didYouMean(unknown, names)}; see spancheck list checks.`,
    );
  return CHECKS.filter(({ name }) => chosen.includes(name));
}
