/**
 * `npm run faults:witnesses`: searches for every fault with 30 seeds and notes in its file which witnesses saw it at once
 * with each of them (`seenBy`). Run it after changing the checks or the generator, and review the difference.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../packageRoot';
import { readCatalogue } from '../faults/catalogue';
import type { Witness } from '../faults/faultFile';
import { BUDGET_STEPS } from '../faults/kill/findFailure';
import { killAll } from '../faults/kill/killPool';
import { killRows, killTasks } from '../faults/kill/killTable';

const SEEDS = 30;

/** Returns the text of a fault file with its witnesses noted, and every other line unchanged. */
export function withWitnesses(text: string, seenBy: readonly Witness[]): string {
  const without = text.replace(/^  "seenBy": .*\n/m, '');
  const line = `  "seenBy": [${seenBy.map((witness) => `"${witness}"`).join(', ')}],\n`;
  return seenBy.length === 0 ? without : without.replace(/^  "edits":/m, `${line}  "edits":`);
}

async function noteWitnesses(): Promise<void> {
  const faults = readCatalogue();
  const tasks = killTasks(faults, { seed: 1, seeds: SEEDS, budgetSteps: BUDGET_STEPS, isQuick: true });
  const results = await killAll(tasks, ({ fault }, done) => process.stderr.write(`${done}/${tasks.length} ${fault}\n`));
  for (const { fault, seenBy } of killRows(faults, results)) {
    const path = join(packageRoot(), 'faults', 'catalogue', `${fault}.json`);
    writeFileSync(path, withWitnesses(readFileSync(path, 'utf8'), seenBy));
  }
}

if (require.main === module) void noteWitnesses();
