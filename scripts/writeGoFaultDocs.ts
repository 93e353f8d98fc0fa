/**
 * `npm run docs:go-faults`: makes the kill tables of the real runtimes, and writes docs/go-faults.md and the README's
 * block. Given paths of files that `spancheck faults --system go --json` printed, it writes those tables instead.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceBlock } from './readme';
import { packageRoot } from '../packageRoot';
import { findGo } from '../systems/go/goSystem';
import { runOwnTests } from '../systems/go/ownTests';
import { goFaultsFor } from '../faults/goCatalogue';
import { killOnGo, type GoKill } from '../faults/kill/goKill';
import { goFaultsDoc, goSummaryText, type GoKillReport } from '../faults/kill/goKillTable';

/** The first release with the counters, and the newest that has faults of its own. */
const TOOLCHAINS = ['go1.9.7', 'go1.26.8'];
const SEED = 1;
const SECONDS = 30;

async function makeReport(name: string): Promise<GoKillReport> {
  const say = (text: string) => process.stderr.write(`${name} ${text}\n`);
  const toolchain = await findGo({ toolchain: name, onProgress: say });
  const ownTests = await runOwnTests(toolchain, {});
  const kills: GoKill[] = [];
  for (const fault of goFaultsFor(toolchain)) {
    say(fault.name);
    kills.push(await killOnGo(fault, { toolchain, seed: SEED, seconds: SECONDS, ownTests }));
  }
  return { toolchain: toolchain.version, seed: SEED, seconds: SECONDS, kills };
}

async function writeDocs(paths: readonly string[]): Promise<void> {
  const reports: GoKillReport[] = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')) as GoKillReport);
  if (reports.length === 0) for (const name of TOOLCHAINS) reports.push(await makeReport(name));
  writeFileSync(join(packageRoot(), 'docs', 'go-faults.md'), goFaultsDoc(reports));
  const readme = join(packageRoot(), 'README.md');
  const summary = [
    ...reports.map((report) => `- ${goSummaryText(report)}`),
    '',
    "Each fault, its smallest trace and which of Go's own tests see it: [docs/go-faults.md](docs/go-faults.md).",
  ].join('\n');
  writeFileSync(readme, replaceBlock(readFileSync(readme, 'utf8'), 'go kill table', summary));
}

if (require.main === module) void writeDocs(process.argv.slice(2));
