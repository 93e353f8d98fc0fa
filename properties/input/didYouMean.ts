import { at } from '../at';

/**
 * Returns the word that a person who typed `word` probably meant, or undefined if none is near: at most two slips, in fewer
 * than half of the letters.
 */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestSlips = 3;
  for (const candidate of words) {
    const slips = distance(word.toLowerCase(), candidate.toLowerCase());
    if (slips < bestSlips && slips * 2 < Math.max(word.length, candidate.length)) {
      best = candidate;
      bestSlips = slips;
    }
  }
  return best;
}

/** Returns `; did you mean free?`, or an empty text if no word is near. */
export function didYouMean(word: string, words: Iterable<string>): string {
  const meant = nearest(word, words);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** Longer words are not compared: the distance takes quadratic time. */
const MAX_LENGTH = 64;

/** Returns the number of letters to add, drop, replace or swap with their neighbour. */
function distance(from: string, to: string): number {
  let twoBack: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let slips = Math.min(at(row, j - 1) + 1, at(last, j) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        slips = Math.min(slips, at(twoBack, j - 2) + 1);
      row.push(slips);
    }
    twoBack = last;
    last = row;
  }
  return at(last, to.length);
}
