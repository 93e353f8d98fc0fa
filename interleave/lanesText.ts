/** An execution in words, one column a participant, with a line where the turn passes to another. */
import type { ExecutionStep } from './explore';

const COLUMN = 4;

export function lanesText(participants: readonly string[], steps: readonly ExecutionStep[]): readonly string[] {
  const lines = participants.map((name, i) => `${' '.repeat(i * COLUMN)}│ ${name}`);
  let turn = -1;
  for (const [i, { participant, text }] of steps.entries()) {
    if (turn >= 0 && participant !== turn) lines.push('── switch ──');
    turn = participant;
    const statement = text.slice(text.indexOf(': ') + 2);
    lines.push(`${String(i + 1).padStart(3)}  ${' '.repeat(participant * COLUMN)}${statement}`);
  }
  return lines;
}
