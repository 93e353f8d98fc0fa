/** Parsers of option values. Each returns what a word on the command line stands for, or throws one line. */
import { InvalidArgumentError } from 'commander';
import { BadInputError } from '../../properties/input/badInput';
import { CHECKS, type Check } from '../../properties/checks/checks';
import { didYouMean } from '../../properties/input/didYouMean';

/** Parses a whole number from `min` to `max`; underscores may group its digits. */
export function wholeNumber(min: number, max: number): (word: string) => number {
  return (word) => {
    const value = Number(word.replaceAll('_', ''));
    if (/^[\d_]+$/.test(word) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Parses a number of traces, or one for each job: `37` or `37,41,40`. */
export function traceCounts(max: number): (word: string) => readonly number[] {
  const count = wholeNumber(1, max);
  return (word) => word.split(',').map(count);
}

/** Parses a seed: 32 bits, signed, as in fast-check. */
export function seedValue(word: string): number {
  const value = Number(word);
  if (/^-?\d+$/.test(word) && (value | 0) === value) return value;
  throw new InvalidArgumentError('It must be a whole number from -2147483648 to 2147483647.');
}

/** Parses a time and returns seconds: `30s`, `5m`, `2h`, or a plain number of seconds. */
export function seconds(word: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(word);
  if (match === null) throw new InvalidArgumentError('It must be a time such as 30s, 5m or 1h.');
  const unit = { s: 1, m: 60, h: 3600 }[match[2] ?? 's'] ?? 1;
  return Number(match[1]) * unit;
}

/** Adds a word to those of an option that may be repeated. After `--no-…`, which leaves `false`, it starts anew. */
export function collect(word: string, words: readonly string[] | false = []): readonly string[] {
  return [...(words === false ? [] : words), word];
}

/** Parses the words of `--replace`: the runtime's files, and the paths of those that stand in for them. */
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

/**
 * Parses comma-separated names of checks. Returns them in the order of `CHECKS`, which decides the one of several
 * failures that is reported first.
 */
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
