/** `spancheck faults --system go`: the suite and Go's own tests on bugs planted into a real runtime. */
import Table from 'cli-table3';
import { goFaultsFor } from '../../faults/goCatalogue';
import type { FaultFile } from '../../faults/faultFile';
import { killOnGo, type GoKill } from '../../faults/kill/goKill';
import {
  GO_KILL_HEAD,
  goKillCells,
  goKillSummary,
  goSummaryText,
  type GoKillReport,
} from '../../faults/kill/goKillTable';
import { EnvironmentError } from '../../properties/input/environmentError';
import { findGo, type Toolchain } from '../../systems/go/goSystem';
import { OWN_TESTS, runOwnTests, type OwnTests } from '../../systems/go/ownTests';
import { EXIT_FOUND, EXIT_HELD, EXIT_UNUSABLE } from '../output/exitCodes';
import { ProgressLine } from '../output/progressLine';
import { Session } from '../search/session';

export interface GoFaultsOptions {
  readonly toolchain?: string | undefined;
  readonly goroot?: string | undefined;
  readonly seed: number;
  /** A fault that lives this many seconds has survived. */
  readonly time: number;
  /** Leaves out Go's own tests. */
  readonly quick?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** Returns the chosen ones of all faults. */
  readonly choose: (faults: readonly FaultFile[]) => readonly FaultFile[];
}

export async function goFaults(options: GoFaultsOptions): Promise<number> {
  const session = new Session();
  const progress = new ProgressLine('faults', 1, options.json !== true);
  try {
    const found = await session.untilGivenUp(killTable(options, session, progress));
    progress.close();
    const { interruptCode } = session;
    if (found === undefined || interruptCode !== undefined) {
      process.stderr.write('spancheck: interrupted: a kill table is all or nothing\n');
      const exitCode = interruptCode ?? EXIT_UNUSABLE;
      await session.end(exitCode);
      return exitCode;
    }
    const { faults, report } = found;
    const { kills } = report;
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify({ spancheck: 'go-faults', version: 1, summary: goKillSummary(kills), ...report }, null, 2)}\n`
        : screen(report),
    );
    const broken = kills.filter(({ error }) => error !== undefined);
    for (const { fault, error } of broken) process.stderr.write(`spancheck: ${fault}: ${error}\n`);
    if (broken.length > 0) return EXIT_UNUSABLE;
    return kills.length === faults.length && kills.every(({ isKilled }) => isKilled) ? EXIT_HELD : EXIT_FOUND;
  } finally {
    progress.close();
    session.close();
  }
}

async function killTable(
  options: GoFaultsOptions,
  session: Session,
  progress: ProgressLine,
): Promise<{ readonly faults: readonly FaultFile[]; readonly report: GoKillReport }> {
  const toolchain = await findGo({ ...options, onProgress: (text) => progress.say(text) });
  const faults = options.choose(goFaultsFor(toolchain));
  const ownTests = options.quick === true ? undefined : await cleanOwnTests(toolchain, progress);
  const kills = await killAll({ toolchain, faults, ownTests, session, progress }, options);
  return { faults, report: { toolchain: toolchain.version, seed: options.seed, seconds: options.time, kills } };
}

async function cleanOwnTests(toolchain: Toolchain, progress: ProgressLine): Promise<OwnTests> {
  progress.say(`Go's own tests on ${toolchain.version} as it is`);
  const clean = await runOwnTests(toolchain, {});
  if (clean.passed === 0)
    throw new EnvironmentError(
      `go: none of ${toolchain.version}'s own tests passes as it is (${clean.death ?? clean.failed.join(', ')}); use --quick to leave them out`,
    );
  return clean;
}

interface Kills {
  readonly toolchain: Toolchain;
  readonly faults: readonly FaultFile[];
  readonly ownTests: OwnTests | undefined;
  readonly session: Session;
  readonly progress: ProgressLine;
}

async function killAll(
  { toolchain, faults, ownTests, session, progress }: Kills,
  { seed, time }: GoFaultsOptions,
): Promise<readonly GoKill[]> {
  const kills: GoKill[] = [];
  for (const [i, fault] of faults.entries()) {
    if (session.isInterrupted) break;
    const say = (text: string) => progress.say(`${i + 1}/${faults.length} ${fault.name}: ${text}`, i / faults.length);
    const options = { toolchain, seed, seconds: time, ownTests, isOver: () => session.isInterrupted, onProgress: say };
    kills.push(await killOnGo(fault, options));
  }
  return kills;
}

function screen(report: GoKillReport): string {
  const isOwnShown = report.kills.some(({ ownKills }) => ownKills !== undefined);
  const columns = isOwnShown ? GO_KILL_HEAD.length : GO_KILL_HEAD.length - 1;
  const right = new Set(['steps', 'seconds', 'shrunk']);
  const table = new Table({
    head: GO_KILL_HEAD.slice(0, columns),
    style: { head: [], border: [], compact: true },
    colAligns: GO_KILL_HEAD.slice(0, columns).map((title) => (right.has(title) ? 'right' : 'left')),
  });
  for (const kill of report.kills)
    table.push(
      goKillCells(kill)
        .slice(0, columns)
        .map((cell) => (cell.length > CELL ? `${cell.slice(0, CELL - 1)}…` : cell)),
    );
  const lines = [table.toString(), goSummaryText(report)];
  if (isOwnShown) lines.push(`Go's own tests: go test runtime -short -run '${OWN_TESTS}'`);
  for (const { fault, isKilled, error } of report.kills)
    if (!isKilled && error === undefined) lines.push(`survived: ${fault}`);
  return `${lines.join('\n')}\n`;
}

const CELL = 60;
