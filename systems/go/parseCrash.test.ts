import { expect, test } from 'vitest';
import { deathOf, shortageIn } from './parseCrash';
import { knownBugText, knownBugsOf } from './releases';

test('a throw is reported with the figures printed before it', () => {
  expect(deathOf(3, 'runtime: size=5\nfatal error: planted\n\ngoroutine 1', null)).toEqual({
    step: 3,
    kind: 'throw',
    message: 'fatal error: planted; runtime: size=5',
  });
  expect(deathOf(0, 'fatal error: fault\n[signal SIGSEGV: x]', null).kind).toBe('crash');
  expect(deathOf(0, '', 'SIGBUS').message).toBe('ended by SIGBUS');
});

test('what the machine does not allow is no fault of the runtime', () => {
  const words = 'runtime: out of memory: cannot allocate 5-byte block';
  expect(shortageIn(`${words}\nfatal error: out of memory`, true)).toBe(words);
  expect(shortageIn(words, false)).toBeUndefined();
  expect(shortageIn('runtime: failed to create new OS thread (have 2)', false)).toMatch(/OS thread/);
});

test('a known bug is named with the release that fixed it', () => {
  expect(knownBugsOf('go1.9.1').map(knownBugText)).toEqual([
    expect.stringMatching(/^known bug golang\/go#22023: .*, fixed in go1\.9\.2; /),
  ]);
  expect(['go1.9.2', 'go1.26.8', 'devel go1.27'].flatMap(knownBugsOf)).toEqual([]);
});
