/** The screens of a run and of a replay: what held, what was reached, what failed, and what to type next. */
import { styleText } from 'node:util';
import { drawProbabilities } from '../../properties/draw/drawProbabilities';
import { formatDrift } from '../../properties/drift';
import type { CheckNotRun } from '../../properties/evaluation';
import type { Failure } from '../../properties/failure';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { commandText, shapeText } from '../../properties/trace/commandText';
import type { CanaryResult } from './canaryResult';
import { oneLine } from '../../properties/input/badInput';
import { printable, printableJson, printableStrings } from './printable';
import type { Found, Other, SystemVerdict, Unwritten } from './verdicts';
import { pluralize, formatNumber } from '../../properties/formatNumber';
import { shellWord } from './shellWord';

export interface RunResult {
  readonly seed: number;
  readonly verdicts: readonly SystemVerdict[];
  readonly canary: CanaryResult | undefined;
}

/** Commands of a trace that fit on the screen, and how many of them come after the failing one. */
const MAX_LINES = 12;
const LINES_AFTER = 3;

/** @param options `quiet` prints only what is no green verdict. */
export function printRun(result: RunResult, { json: isJson = false, quiet: isQuiet = false }: PrintOptions): void {
  const { verdicts, canary } = result;
  const isGreen = canary?.isCaught !== false && verdicts.every(({ outcome }) => GREEN.has(outcome));
  if (isQuiet && isGreen) return;
  process.stdout.write(
    isJson
      ? `${printableJson({ spancheck: 'run', version: 1, ...result, drawProbabilities })}\n`
      : runText(printableStrings(result)),
  );
  // On the screen the verdict line says it.
  if (isJson)
    for (const { system, outcome, note } of verdicts)
      if (outcome === 'nothing checked')
        process.stderr.write(`spancheck: ${oneLine(`${system}: ${note ?? outcome}`)}\n`);
}

interface PrintOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const GREEN: ReadonlySet<SystemVerdict['outcome']> = new Set(['held', 'skipped']);

export function runText({ seed, verdicts, canary }: RunResult): string {
  const lines = [`${bold('spancheck')}  seed ${seed}`, ''];
  for (const verdict of verdicts) lines.push(verdictLine(verdict));
  if (canary !== undefined) lines.push(canaryLine(canary));
  const checked = verdicts.flatMap(checkLines);
  if (checked.length > 0) lines.push('', ...checked);
  for (const verdict of verdicts) lines.push(...reachLines(verdict));
  for (const { found, system, later = [], unrepeated } of verdicts)
    if (found !== undefined) lines.push('', ...foundLines(system, found, later, unrepeated));
  lines.push(
    '',
    ...verdicts
      .filter(({ outcome }) => outcome !== 'skipped' && outcome !== 'nothing checked')
      .map(({ repeat }) => dim(`repeat  ${repeat}`)),
  );
  return `${lines.join('\n')}\n`;
}

function verdictLine({ system, outcome, note, traces, steps, seconds, checks }: SystemVerdict): string {
  const name = kindOf(system).padEnd(7);
  if (outcome === 'skipped') return `${name} ${yellow('skipped')}  ${oneLine(note ?? '')}`;
  if (outcome === 'nothing checked') return `${name} ${red('NOTHING')}  ${oneLine(note ?? outcome)}`;
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

function kindOf(system: string): string {
  return system.split(':')[0] ?? system;
}

/** Returns what was not looked at on a system: checks that could not run, figures that none compared, known limits. */
function checkLines(verdict: SystemVerdict): readonly string[] {
  const { system, outcome, checksNotRun, figuresNotCompared } = verdict;
  if (outcome === 'skipped') return [];
  // What keeps a check from running is said beside the check.
  const said = new Set<string>(checksNotRun.flatMap(({ needs }) => needs));
  const limits = verdict.limits.filter(({ what }) => !said.has(what));
  const isHeld = outcome === 'held';
  return [
    ...notRunLines(verdict),
    ...(isHeld && figuresNotCompared.length > 0
      ? wrapped(
          `figures ${kindOf(system)}: not compared with another count: ${figuresNotCompared.join(', ')}`,
          ' '.repeat(8),
        )
      : []),
    ...(isHeld && limits.length > 0
      ? wrapped(
          `limits  ${kindOf(system)}: ${limits.map(({ what, why }) => `${what}: ${why}`).join('; ')}`,
          ' '.repeat(8),
        )
      : []),
  ];
}

/** Returns how many checks ran on a system, and which could not because of what it does not show. */
function notRunLines({ system, checks, checksNotRun }: SystemVerdict): readonly string[] {
  // If every chosen check ran, the verdict line says enough.
  if (checksNotRun.length === 0) return [];
  const lacks = new Map<string, string[]>();
  for (const { name, needs } of checksNotRun) {
    const lack = needs.length === 0 ? 'nothing to compare yet' : needs.map((need) => LACKS[need]).join(', ');
    lacks.set(lack, [...(lacks.get(lack) ?? []), name]);
  }
  const groups = [...lacks].map(([lack, notRun]) => `${notRun.join(', ')} (${lack})`);
  const head = `checks  ${kindOf(system)}: ${checks.length} of ${checks.length + checksNotRun.length} ran; not`;
  return wrapped(`${head} ${groups.join('; ')}`, ' '.repeat(8));
}

/** Why a check cannot run, by what the system does not show. */
const LACKS: { readonly [need in CheckNotRun['needs'][number]]: string } = {
  rescan: 'no rescan',
  events: 'no events',
  heap: 'no view of its heap',
  read: 'no flushing read',
  twins: 'no figure of its own twice',
  predicted: 'no model beside it',
};

const COLUMNS = 80;

/** Breaks a line at spaces. */
function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) /)) {
    if (line !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Returns how many of the states were reached, and each that was not by name. */
function reachLines({ system, states, ops, outcome }: SystemVerdict): readonly string[] {
  // A run that a failure cut short need not have reached everything.
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

function foundLines(
  system: string,
  found: Found,
  later: readonly Other[],
  unrepeated: SystemVerdict['unrepeated'],
): readonly string[] {
  const {
    failure,
    trace,
    file,
    commandsBefore,
    tries,
    isShrunk,
    certificate,
    others,
    rate,
    leaks,
    runtimeWords = [],
  } = found;
  const shrunk = `; shrunk from ${commandsBefore} to ${pluralize(trace.commands.length, 'command')}, ${formatNumber(tries)} tried${isShrunk ? '' : ', not to the end'}`;
  const words = [shellWord(file), ...runtimeWords].join(' ');
  const flaky =
    unrepeated === undefined
      ? []
      : [`  ${pluralize(unrepeated.count, 'other failure')} did not repeat; the first: ${unrepeated.file}`];
  const rows = [
    ...others.flatMap((other) => otherLines(other)),
    ...later.flatMap((other) => otherLines(other, 'later')),
    ...flaky,
  ];
  return [
    ...failureLines(system, failure, trace, rate === undefined ? shrunk : '; not shrunk'),
    ...(rate === undefined ? [] : [red(`  does not repeat: ${rate.failed} of ${rate.runs}`)]),
    ...(leaks === true
      ? [red('  state leaks from the trace before it: alone, in a fresh system, this trace holds')]
      : []),
    ...(certificate === undefined ? [] : [`  ${certificate}`]),
    '',
    ...rows,
    ...(rows.length === 0 ? [] : ['']),
    ...(found.unwritten === undefined ? nextLines(words) : unwrittenLines(found.unwritten)),
  ];
}

function nextLines(words: string): readonly string[] {
  return [`  next    npx spancheck explain ${words}`, `          npx spancheck replay ${words}`];
}

/** Returns the whole finding, since no file holds it. */
export function unwrittenLines({ problem, lines }: Unwritten): readonly string[] {
  return [
    `  ${red('not written')}  ${problem}`,
    '  The trace, to save as a file and give to npx spancheck replay:',
    '',
    ...lines,
  ];
}

/** Returns the lines on another failure, with the file of its trace. */
export function otherLines(
  { trace, failure, file, unwritten }: Other,
  label: 'also' | 'later' = 'also',
): readonly string[] {
  const { length } = trace.commands;
  if (unwritten !== undefined) return [`  also    ${failure.check}: ${failure.message}`, ...unwrittenLines(unwritten)];
  return [
    `  ${label.padEnd(8)}${failure.check}: ${failure.message}`,
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
    case 'interrupted':
      break;
  }
  const why = outcome === 'timeout' ? 'the time is up' : 'interrupted';
  return `${file}: ${yellow('no verdict')} ${on}: ${why} after ${formatNumber(steps)} of ${pluralize(trace.commands.length, 'step')}`;
}

const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
const dim = (text: string) => styleText('dim', text, { stream: process.stdout });
const red = (text: string) => styleText('red', text, { stream: process.stdout });
const green = (text: string) => styleText('green', text, { stream: process.stdout });
const yellow = (text: string) => styleText('yellow', text, { stream: process.stdout });
