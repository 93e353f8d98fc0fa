import { expect, test } from 'vitest';
import { KNOWN_BUGS, knownBugsOf } from './releases';

test.each(KNOWN_BUGS)('golang/go#$issue is known of its releases, and no longer of $fixedIn', (bug) => {
  for (const release of bug.releases) expect(knownBugsOf(release)).toEqual([bug]);
  expect(knownBugsOf(bug.fixedIn)).toEqual([]);
});
