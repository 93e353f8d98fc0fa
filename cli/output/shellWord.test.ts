import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from './shellWord';

test.each(['plain', 'a/b-c_d.json', 'two words', "it's", '$(rm x)', '`x`', '', '~', '*', 'a;b', '"', '\\', '#'])(
  'a shell reads %j back',
  (word) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word);
  },
);

test('a plain word stays as it is', () => {
  expect(shellWord('.spancheck/model-rescan-7-1f3a9c.json')).toBe('.spancheck/model-rescan-7-1f3a9c.json');
});
