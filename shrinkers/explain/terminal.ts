/**
 * An explanation for a terminal: at most one screen (24 lines of 100 columns) for a trace of three commands. Messages and
 * names of counters may come from a program under test or from a stranger's file, so every line goes through `oneLine`,
 * which escapes what would steer the terminal.
 */
import { styleText } from 'node:util';
import { oneLine } from '../../properties/input/badInput';
import { shortened } from '../../properties/input/shortened';
import { commandText, shapeText } from '../../properties/trace/commandText';
import { flakyText, type Explanation } from './explain';
import { signed } from './explainDrift';
import type { CounterChange, ExplainedStep } from './explainSteps';

export interface TerminalOptions {
  /** True to use colors. */
  readonly isColoured: boolean;
  /** Columns. Default 100. */
  readonly width?: number;
}

/** Returns the story, ready to be printed. */
export function terminalText(explanation: Explanation, { isColoured, width = 100 }: TerminalOptions): string {
  const lines: readonly Line[] = [
    { text: shortened(oneLine(headline(explanation)), width), style: 'bold' },
    { text: '' },
    ...explanation.steps.flatMap((step, i) => stepLines(step, { index: i, role: roleOf(explanation, i), width })),
    { text: '' },
    ...endLines(explanation).flatMap((line) => wrapped(oneLine(line), width).map((text): Line => ({ text }))),
  ];
  return lines.map((line) => `${isColoured ? painted(line) : plain(line)}\n`).join('');
}

/** Returns the failure in a line. */
export function headline({ failure, trace }: Explanation): string {
  return `${failure.check}: ${failure.message}, at command ${failure.step + 1} of ${trace.commands.length}, with ${shapeText(trace.shape)}`;
}

/** Returns what the story comes down to, a sentence each. */
export function endLines(explanation: Explanation): readonly string[] {
  const { equals, nearestPassing, certificate, rate, failure, isCutShort } = explanation;
  const lines = [];
  if (equals !== undefined) lines.push(equals);
  if (failure.also.length > 0) lines.push(`Also detected by ${listed(failure.also)}.`);
  if (nearestPassing !== undefined) lines.push(`The nearest passing trace: ${nearestPassing.difference}.`);
  if (certificate !== undefined) lines.push(sentence(certificate.statement));
  if (rate !== undefined) lines.push(sentence(flakyText(rate)));
  if (isCutShort) lines.push('This story was cut short: time ran out before everything was tried.');
  return lines;
}

/** Returns the step's part in the story, or an empty text. */
export function roleOf({ corruptingStep, failure }: Explanation, step: number): string {
  if (step === corruptingStep && step === failure.step) return 'corrupts, detected at once';
  if (step === corruptingStep) return 'corrupts';
  return step === failure.step ? 'detected here' : '';
}

/** Returns `nmalloc[5] unchanged, expected −127`. */
export function changeText({ counter, by, expectedBy }: CounterChange): string {
  const moved = `${counter} ${by === 0 ? 'unchanged' : signed(by)}`;
  if (expectedBy === undefined) return moved;
  return `${moved}, expected ${expectedBy === 0 ? 'no change' : signed(expectedBy)}`;
}

function listed(names: readonly string[]): string {
  const last = names.length - 1;
  return last < 1 ? names.join() : `${names.slice(0, last).join(', ')} and ${names.slice(last).join()}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

interface Line {
  readonly text: string;
  readonly style?: 'bold' | 'dim';
  /** Printed in red behind the text. */
  readonly mark?: string;
}

function stepLines(
  { command, events, changes, without }: ExplainedStep,
  { index, role, width }: { readonly index: number; readonly role: string; readonly width: number },
): readonly Line[] {
  const indented = (text: string): string => shortened(`       ${oneLine(text)}`, width);
  const head = `${String(index + 1).padStart(3)}  ${commandText(command)}`;
  const lines: Line[] = [{ text: head, ...(role !== '' && { mark: `   ← ${role}` }) }];
  if (events.length > 0) lines.push({ text: indented(events.join('; ')), style: 'dim' });
  if (changes.length > 0) lines.push({ text: indented(changes.map(changeText).join('  ')) });
  lines.push({ text: indented(`without it: ${without}`), style: 'dim' });
  return lines;
}

function plain({ text, mark = '' }: Line): string {
  return `${text}${mark}`;
}

function painted({ text, style, mark }: Line): string {
  const painting = { validateStream: false };
  const start = style === undefined || text === '' ? text : styleText(style, text, painting);
  return mark === undefined ? start : `${start}${styleText('red', mark, painting)}`;
}

/** Breaks a text at spaces, and a word that is longer than a line anywhere; continued lines are indented by one. */
function wrapped(text: string, width: number): readonly string[] {
  const words = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${width - 1}}`, 'gu')) ?? ['']);
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of words) {
    if (line === undefined) {
      line = word;
    } else if (line.length + 1 + word.length <= width) {
      line = `${line} ${word}`;
    } else {
      lines.push(line);
      line = ` ${word}`;
    }
  }
  return [...lines, line ?? ''];
}
