/** The screens of a run and of a replay: what held, what was reached, what failed, and what to type next. */
import { styleText } from 'node:util';
import { formatDrift } from '../../properties/drift';
import type { Failure } from '../../properties/failure';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { commandText, shapeText } from '../../properties/trace/commandText';
import type { CanaryResult } from '../search/canary';
import { printable, printableJson, printableStrings } from './printable';
import { shellWord } from './shellWord';
import type { Found, Other, SystemVerdict, Unwritten } from './verdicts';
import { pluralize, formatNumber } from '../../properties/formatNumber';

export interface RunResult {
  readonly seed: number;
  readonly verdicts: readonly SystemVerdict[];
  readonly canary: CanaryResult | undefined;
}

/** Commands of a trace that fit on the screen, and how many of them come after the failing one. */
const MAX_LINES = 12;
const LINES_AFTER = 3;

export function printRun(result: RunResult, isJson: boolean): void {
  process.stdout.write(
    isJson ? `${printableJson({ spancheck: 'run', version: 1, ...result })}\n` : runText(printableStrings(result)),
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

/** Returns how many states were reached, and the name of each that was not. */
function reachLines({ system, states, ops, outcome }: SystemVerdict): readonly string[] {
  // A run that a failure cut short proves nothing by what it missed.
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
  const words = [shellWord(file), ...runtimeWords].join(' ');
  return [
    ...failureLines(system, failure, trace, shrunk),
    ...(certificate === undefined ? [] : [`  ${certificate}`]),
    '',
    ...others.flatMap(otherLines),
    ...(others.length === 0 ? [] : ['']),
    ...(found.unwritten === undefined ? nextLines(words) : unwrittenLines(found.unwritten)),
  ];
}

function nextLines(words: string): readonly string[] {
  return [`  next    npx spancheck explain ${words}`, `          npx spancheck replay ${words}`];
}

/** The whole finding, since no file holds it. */
export function unwrittenLines({ problem, lines }: Unwritten): readonly string[] {
  return [
    `  ${red('not written')}  ${problem}`,
    '  The trace, to save as a file and give to npx spancheck replay:',
    '',
    ...lines,
  ];
}

/** Returns the lines on another failure, with the file of its trace. */
export function otherLines({ trace, failure, file, unwritten }: Other): readonly string[] {
  const { length } = trace.commands;
  if (unwritten !== undefined) return [`  also    ${failure.check}: ${failure.message}`, ...unwrittenLines(unwritten)];
  return [
    `  also    ${failure.check}: ${failure.message}`,
    dim(`          in ${pluralize(length, 'command')}: ${file}`),
  ];
}

/** Returns the lines on a failure: what drifted, where, and the commands around it. */
export function failureLines(
  system: string,
  failure: Failure,
  { shape, commands }: Trace,
  shrunk: string,
): readonly string[] {
  const end = Math.min(commands.length, Math.max(failure.step + 1 + LINES_AFTER, MAX_LINES));
  const from = Math.max(0, end - MAX_LINES);
  const also = failure.also.length === 0 ? '' : `; also seen by ${failure.also.join(', ')}`;
  const line = (command: Command, i: number) =>
    `  ${String(i + 1).padStart(3)}  ${commandText(command)}${i === failure.step ? red('   ← here') : ''}`;
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
    ...(from > 0 ? [`    …  ${pluralize(from, 'command')} before`] : []),
    ...commands.slice(from, end).map((command, i) => line(command, from + i)),
    ...(end < commands.length ? [`    …  ${pluralize(commands.length - end, 'command')} after`] : []),
  ];
}

export interface ReplayResult {
  readonly file: string;
  readonly outcome: 'held' | 'failed' | 'timeout' | 'interrupted';
  readonly system: string;
  readonly note: string | undefined;
  readonly checks: readonly string[];
  readonly steps: number;
  readonly trace: Trace;
  readonly failure: Failure | undefined;
}

export function replayJson({ trace: _, ...result }: ReplayResult): string {
  return `${printableJson({ spancheck: 'replay', version: 1, ...result })}\n`;
}

export function replayText({ trace, ...result }: ReplayResult): string {
  const { failure } = printableStrings(result);
  const head = replayLine({ trace, ...result });
  return `${[head, ...(failure === undefined ? [] : failureLines(printable(result.system), failure, trace, ''))].join('\n')}\n`;
}

/** Returns the one line of a replay. */
export function replayLine({ trace, ...result }: ReplayResult): string {
  const { file, outcome, system, note, steps, checks } = printableStrings(result);
  const on = `on ${system}${note === undefined ? '' : ` (${note})`}`;
  switch (outcome) {
    case 'held':
      return `${file}: ${green('holds')} ${on}: ${pluralize(steps, 'step')}, ${pluralize(checks.length, 'check')} and an audit after each`;
    case 'failed':
      return `${file}: ${red('fails')} ${on}`;
    case 'timeout':
    case 'interrupted': {
      const why = outcome === 'timeout' ? 'the time is up' : 'interrupted';
      return `${file}: ${yellow('no verdict')} ${on}: ${why} after ${formatNumber(steps)} of ${pluralize(trace.commands.length, 'step')}`;
    }
  }
}

const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
const dim = (text: string) => styleText('dim', text, { stream: process.stdout });
const red = (text: string) => styleText('red', text, { stream: process.stdout });
const green = (text: string) => styleText('green', text, { stream: process.stdout });
const yellow = (text: string) => styleText('yellow', text, { stream: process.stdout });
