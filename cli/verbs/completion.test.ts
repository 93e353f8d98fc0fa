import { spawnSync } from 'node:child_process';
import { Argument, Command } from 'commander';
import { expect, test } from 'vitest';
import { completionScript } from './completion';

function program(): Command {
  const list = new Command('list').addArgument(new Argument('<what>').choices(['checks', 'faults']));
  const run = new Command('run')
    .description("the suite: Go's too")
    .option('--system <s>', 'what to run')
    .option('--json');
  return new Command('spancheck').addCommand(run).addCommand(list);
}

/** Returns bash's completions for these words. */
function offered(...words: string[]): string {
  const script = `${completionScript('bash', program())}
COMP_WORDS=(spancheck ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _spancheck
echo "\${COMPREPLY[*]}"`;
  return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim();
}

test('bash completes verbs, options and choices', () => {
  expect(offered('')).toBe('run list');
  expect(offered('run', '--')).toBe('--system --json --help');
  expect(offered('list', 'f')).toBe('faults');
  expect(offered('run', 'x')).toBe('');
});

test.each(['zsh', 'fish'] as const)('%s gets every verb and option, quoted', (shell) => {
  const script = completionScript(shell, program());
  for (const word of ['run', 'list', 'system', 'json', "Go'\\''s"]) expect(script).toContain(word);
});
