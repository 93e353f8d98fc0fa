import { expect, test } from 'vitest';
import { CommandFolder } from '../../testing/spancheckCommand';

const folder = new CommandFolder();

test.each(['checks', 'commands', 'systems', 'faults'])('list %s fits 80 columns, and --json has all of it', (kind) => {
  const { status, stdout } = folder.run(['list', kind]);
  expect(status).toBe(0);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const rows = JSON.parse(folder.run(['list', kind, '--json']).stdout) as Record<string, string>[];
  expect(rows.length).toBeGreaterThan(2);
  const words = stdout.replace(/\s+/g, '');
  for (const row of rows) for (const text of Object.values(row)) expect(words).toContain(text.replace(/\s+/g, ''));
});
