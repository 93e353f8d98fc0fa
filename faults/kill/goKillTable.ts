/** The kill table of a real runtime as text, for a terminal and for docs/go-faults.md. */
import { commandText, shapeText } from '../../properties/trace/commandText';
import { OWN_TESTS } from '../../systems/go/ownTests';
import type { GoKill } from './goKill';

/** The settings and rows of a table, as `spancheck faults --system go --json` prints them. */
export interface GoKillReport {
  readonly toolchain: string;
  readonly seed: number;
  /** A fault that no trace shows within this many seconds survives. */
  readonly seconds: number;
  readonly kills: readonly GoKill[];
}

export interface GoKillSummary {
  readonly faults: number;
  readonly killed: number;
  readonly secondsWorst: number;
  readonly shrunkWorst: number;
  readonly certified: number;
  /** The number of faults that Go's own tests ran on. `ownKilled` counts those that made them fail. */
  readonly ownTested: number;
  readonly ownKilled: number;
}

export function goKillSummary(kills: readonly GoKill[]): GoKillSummary {
  const tested = kills.filter(({ ownKills }) => ownKills !== undefined);
  return {
    faults: kills.length,
    killed: kills.filter(({ isKilled }) => isKilled).length,
    secondsWorst: Math.max(0, ...kills.map(({ seconds }) => seconds)),
    shrunkWorst: Math.max(0, ...kills.map(({ shrunk }) => shrunk?.commands.length ?? 0)),
    certified: kills.filter(({ isCertified }) => isCertified).length,
    ownTested: tested.length,
    ownKilled: tested.filter(({ ownKills = [] }) => ownKills.length > 0).length,
  };
}

export function goSummaryText({ toolchain, seconds, kills }: GoKillReport): string {
  const { faults, killed, secondsWorst, shrunkWorst, certified, ownTested, ownKilled } = goKillSummary(kills);
  const own = ownTested === 0 ? '' : ` Go's own tests fail with ${ownKilled} of ${ownTested}.`;
  return `${toolchain}: ${killed} of ${faults} faults killed within ${seconds} s each (the slowest in ${secondsWorst.toFixed(1)} s), shrunk to ${shrunkWorst} commands at the most, ${certified} certified.${own}`;
}

export const GO_KILL_HEAD = [
  'fault',
  'killed',
  'first check',
  'steps',
  'seconds',
  'shrunk',
  'certified',
  "Go's own tests",
] as const;

/** The cells of a row; only the seconds differ from run to run. */
export function goKillCells(kill: GoKill): readonly string[] {
  const { fault, isKilled, error, check = NOTHING, steps, seconds, shrunk, isCertified, ownKills } = kill;
  return [
    fault,
    error !== undefined ? 'does not build' : isKilled ? 'yes' : 'no',
    check,
    String(steps),
    seconds.toFixed(1),
    shrunk === undefined ? NOTHING : String(shrunk.commands.length),
    isCertified === undefined ? NOTHING : isCertified ? 'all smaller neighbours' : 'no',
    ownKills === undefined ? NOTHING : ownKills.length === 0 ? 'pass' : ownKills.join(', '),
  ];
}

/** The text of a cell with no figure. */
const NOTHING = '–';

/** Returns docs/go-faults.md. */
export function goFaultsDoc(reports: readonly GoKillReport[]): string {
  return [
    '# The kill table of the real runtimes',
    '',
    'Written by `npm run docs:go-faults`, which plants each fault of `faults/go/` into its runtime release and runs the suite with one seed.',
    '',
    '- **steps**, **seconds**: steps and time until a check failed, without the time to build the runtime.',
    '- **first check**: the check that failed; `start` means that counters are off by a constant from the start.',
    '- **shrunk**: commands of its smallest trace. *Certified*: no subsequence of it and no lowering of one argument fails the same way.',
    "- **Go's own tests**: those that fail with the fault and not without it, of",
    `  \`go test runtime -short -run '${OWN_TESTS}'\`, with the same edits in the same toolchain. Tests that build another program`,
    '  are left out, since they would build it without the fault.',
    ...reports.flatMap(releaseLines),
    '',
  ].join('\n');
}

function releaseLines(report: GoKillReport): readonly string[] {
  const head = ['fault', 'what goes wrong', 'origin', ...GO_KILL_HEAD.slice(1)];
  const row = (kill: GoKill): string => {
    const [fault, ...cells] = goKillCells(kill);
    return `| ${[`\`${fault}\``, kill.text, kill.origin, ...cells].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  };
  const traces = report.kills.flatMap(({ fault, shrunk, message = '' }) =>
    shrunk === undefined
      ? []
      : [
          `- \`${fault}\` (${shapeText(shrunk.shape)}): ${shrunk.commands.map(commandText).join('; ')}. ${message.split('; ')[0]}`,
        ],
  );
  return [
    '',
    `## ${report.toolchain}`,
    '',
    goSummaryText(report),
    '',
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...report.kills.map(row),
    '',
    'The smallest traces, and what each shows:',
    '',
    ...traces,
  ];
}
