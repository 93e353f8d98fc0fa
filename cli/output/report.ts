/** The last screen of a run: what held over how much, what was reached, what was found and what to type next. */
import { styleText } from 'node:util';
import { formatDrift } from '../../properties/drift';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { commandText, shapeText } from '../../properties/trace/commandText';
import type { CanaryResult } from './canaryResult';
import type { Found, Other, SystemVerdict } from './verdicts';
import { pluralize, formatNumber } from '../../properties/formatNumber';

export interface RunResult {
  readonly seed: number;
  readonly verdicts: readonly SystemVerdict[];
  readonly canary: CanaryResult | undefined;
}

/** Commands of a trace that fit on the screen. */
const MAX_LINES = 12;

export function printRun(result: RunResult, isJson: boolean): void {
  process.stdout.write(
    isJson ? `${JSON.stringify({ spancheck: 'run', version: 1, ...result }, null, 2)}\n` : runText(result),
  );
}

export function runText({ seed, verdicts, canary }: RunResult): string {
  const lines = [`${bold('spancheck')}  seed ${seed}`, ''];
  for (const verdict of verdicts) lines.push(verdictLine(verdict));
  if (canary !== undefined) lines.push(canaryLine(canary));
  for (const verdict of verdicts) lines.push(...reachLines(verdict));
  for (const { found, system } of verdicts) if (found !== undefined) lines.push('', ...foundLines(system, found));
  lines.push(
    '',
    ...verdicts.filter(({ outcome }) => outcome !== 'skipped').map(({ repeat }) => dim(`repeat  ${repeat}`)),
  );
  return `${lines.join('\n')}\n`;
}

function verdictLine({ system, outcome, note, traces, steps, seconds, checks }: SystemVerdict): string {
  const name = (system.split(':')[0] ?? '').padEnd(7);
  if (outcome === 'skipped') return `${name} ${yellow('skipped')}  ${note ?? ''}`;
  const word = { held: green('held   '), failed: red('FAILED '), interrupted: yellow('stopped') }[outcome];
  const rate = formatNumber(Math.round(steps / Math.max(seconds, 0.001)));
  const checked = `${pluralize(steps, 'step')} in ${pluralize(traces, 'trace')}, ${pluralize(checks.length, 'check')} after each`;
  return `${name} ${word}  ${checked}  ${dim(`${rate} steps/s${note === undefined ? '' : `, ${note}`}`)}`;
}

function canaryLine({ isCaught, check, steps, commandsBefore, commands, seconds, fault }: CanaryResult): string {
  if (check === undefined) return `canary  ${red('MISSED ')}  a planted bug was not found: ${fault}`;
  const story = `a planted bug, found by ${check} after ${pluralize(steps, 'step')}, shrunk from ${commandsBefore} to ${pluralize(commands, 'command')}`;
  return `canary  ${isCaught ? green('caught ') : red('NOT SHRUNK')}  ${story}  ${dim(`${seconds.toFixed(1)} s`)}`;
}

/** How many of the states were reached, and each that was not by name. */
function reachLines({ system, states, ops, outcome }: SystemVerdict): readonly string[] {
  // A run that a failure cut short says nothing by what it did not reach.
  if (outcome !== 'held' || system !== 'model') return [];
  const missed = states.filter(({ steps }) => steps === 0);
  const reached = states.filter(({ steps }) => steps > 0);
  const rarest = reached.reduce(
    (least, state) => (state.steps < least.steps ? state : least),
    reached[0] ?? { name: 'none', steps: 0 },
  );
  const lines = [
    '',
    `reached ${reached.length} of ${states.length} states that bugs hide in; the rarest: ${rarest.name}, ${pluralize(rarest.steps, 'step')}`,
  ];
  for (const { name } of missed) lines.push(`  ${yellow('never')}  ${name}`);
  for (const { op, applied } of ops) if (applied === 0) lines.push(`  ${yellow('never')}  the command ${op}`);
  return lines;
}

function foundLines(system: string, found: Found): readonly string[] {
  const { failure, trace, file, commandsBefore, tries, isShrunk, certificate, others, runtimeWords = [] } = found;
  const shrunk = `; shrunk from ${commandsBefore} to ${pluralize(trace.commands.length, 'command')}, ${formatNumber(tries)} tried${isShrunk ? '' : ', not to the end'}`;
  const words = [file, ...runtimeWords].join(' ');
  return [
    ...failureLines(system, failure, trace, shrunk),
    ...(certificate === undefined ? [] : [`  ${certificate}`]),
    '',
    ...others.flatMap(otherLines),
    ...(others.length === 0 ? [] : ['']),
    `  next    npx spancheck explain ${words}`,
    `          npx spancheck replay ${words}`,
  ];
}

/** What else fails, and where its trace lies. */
export function otherLines({ trace, failure, file }: Other): readonly string[] {
  const { length } = trace.commands;
  return [
    `  also    ${failure.check}: ${failure.message}`,
    dim(`          in ${pluralize(length, 'command')}: ${file}`),
  ];
}

/** What drifted, where, and the commands that led there. */
function failureLines(system: string, failure: Failure, { shape, commands }: Trace, shrunk: string): readonly string[] {
  const from = Math.max(0, commands.length - MAX_LINES);
  const also = failure.also.length === 0 ? '' : `; also seen by ${failure.also.join(', ')}`;
  const line = (i: number) =>
    `  ${String(i + 1).padStart(3)}  ${commandText(commands[i])}${i === failure.step ? red('   ← here') : ''}`;
  return [
    `${red(system)}: ${bold(`${failure.check}: ${failure.message}`)}`,
    `  at command ${failure.step + 1}, ${failure.op}${shrunk}${also}`,
    ...failure.drifts
      .map(formatDrift)
      .filter((text) => text !== failure.message)
      .slice(0, 3)
      .map((text) => `    ${text}`),
    '',
    `  with ${shapeText(shape)}:`,
    ...(from > 0 ? [`    …  ${from} commands before`] : []),
    ...commands.slice(from).map((_, i) => line(from + i)),
  ];
}

export interface ReplayResult {
  readonly file: string;
  readonly system: string;
  readonly note: string | undefined;
  readonly checks: readonly string[];
  readonly steps: number;
  readonly trace: Trace;
  readonly failure: Failure | undefined;
}

export function printReplay(result: ReplayResult, isJson: boolean): void {
  const { trace: _, ...rest } = result;
  process.stdout.write(
    isJson ? `${JSON.stringify({ spancheck: 'replay', version: 1, ...rest }, null, 2)}\n` : replayText(result),
  );
}

export function replayText({ file, system, note, checks, steps, trace, failure }: ReplayResult): string {
  const on = `on ${system}${note === undefined ? '' : ` (${note})`}`;
  if (failure === undefined) {
    return `${file}: ${green('holds')} ${on}: ${pluralize(steps, 'step')}, ${pluralize(checks.length, 'check')} and an audit after each\n`;
  }
  return `${[`${file}: ${red('fails')} ${on}`, ...failureLines(system, failure, trace, '')].join('\n')}\n`;
}

const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
const dim = (text: string) => styleText('dim', text, { stream: process.stdout });
const red = (text: string) => styleText('red', text, { stream: process.stdout });
const green = (text: string) => styleText('green', text, { stream: process.stdout });
const yellow = (text: string) => styleText('yellow', text, { stream: process.stdout });
