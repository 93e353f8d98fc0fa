/**
 * `npm run docs:faults`: makes the kill table, and writes docs/faults.md and the README's block. Given the path of a file
 * that `spancheck faults --json` printed, it writes that table instead.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceBlock } from './readme';
import { packageRoot } from '../packageRoot';
import { readCatalogue, readEquivalents } from '../faults/catalogue';
import { BUDGET_STEPS } from '../faults/kill/findFailure';
import { faultsDoc, faultsSummary, type KillReport } from './killDocs';
import { killAll } from '../faults/kill/killPool';
import { killRows, killTasks } from '../faults/kill/killTable';

/** The seeds of the published table: 1 to 30. */
const FIRST_SEED = 1;
const SEEDS = 30;

async function makeReport(): Promise<KillReport> {
  const faults = readCatalogue();
  const tasks = killTasks(faults, { seed: FIRST_SEED, seeds: SEEDS, budgetSteps: BUDGET_STEPS, isQuick: false });
  const results = await killAll(tasks, ({ fault, way }, done) =>
    process.stderr.write(`${done}/${tasks.length} ${fault} ${way}\n`),
  );
  return { seed: FIRST_SEED, budgetSteps: BUDGET_STEPS, faults: killRows(faults, results) };
}

async function writeDocs(path: string | undefined): Promise<void> {
  const report = path === undefined ? await makeReport() : (JSON.parse(readFileSync(path, 'utf8')) as KillReport);
  writeFileSync(join(packageRoot(), 'docs', 'faults.md'), faultsDoc(report, readEquivalents()));
  const readme = join(packageRoot(), 'README.md');
  writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'kill table', faultsSummary(report)));
}

if (require.main === module) void writeDocs(process.argv[2]);
