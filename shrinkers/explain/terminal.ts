/** An explanation for a terminal: at most a screen (24 lines of 100 columns) for a trace of three commands. */
import { styleText } from 'node:util';
import { commandText, shapeText } from '../../properties/trace/commandText';
import { flakyText, type Change, type ExplainedStep, type Explanation } from './explain';
import { signed } from './explainDrift';

export interface TerminalOptions {
  /** Colours, where it is a terminal. */
  readonly isColoured: boolean;
  /** Columns; 100. */
  readonly width?: number;
}

export function terminalText(explanation: Explanation, { isColoured, width = 100 }: TerminalOptions): string {
  const paint = painter(isColoured);
  const lines = [paint('bold', fitted(headline(explanation), width)), ''];
  for (const [i, step] of explanation.steps.entries()) lines.push(...stepLines(explanation, step, i, width, paint));
  lines.push('', ...endLines(explanation).flatMap((line) => wrapped(line, width)));
  return `${lines.join('\n')}\n`;
}

export function headline({ failure, trace }: Explanation): string {
  return `${failure.check}: ${failure.message}, at command ${failure.step + 1} of ${trace.commands.length}, with ${shapeText(trace.shape)}`;
}

/** What the story comes down to: a line each. */
export function endLines({ equals, twin, certificate, rate, failure }: Explanation): readonly string[] {
  const lines = [];
  if (equals !== undefined) lines.push(equals);
  if (failure.also.length > 0) lines.push(`Seen by ${failure.also.join(', ')}, too.`);
  if (twin !== undefined) lines.push(`The nearest trace that holds: ${twin.difference}.`);
  if (certificate !== undefined)
    lines.push(`${certificate.statement.charAt(0).toUpperCase()}${certificate.statement.slice(1)}.`);
  if (rate !== undefined) lines.push(`${flakyText(rate)}.`);
  return lines;
}

/** Which part the step has in the story. */
export function roleOf({ corruptingStep, failure }: Explanation, step: number): string {
  if (step === corruptingStep && step === failure.step) return 'corrupts, and is noticed at once';
  if (step === corruptingStep) return 'corrupts';
  return step === failure.step ? 'notices' : '';
}

export function changeText({ counter, by, expectedBy }: Change): string {
  const amount = by === 0 ? 'stays' : signed(by);
  return expectedBy === undefined
    ? `${counter} ${amount}`
    : `${counter} ${amount}, not ${expectedBy === 0 ? 'at all' : signed(expectedBy)}`;
}

type Paint = (style: 'bold' | 'red' | 'dim', text: string) => string;

function painter(isColoured: boolean): Paint {
  return (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text);
}

function stepLines(
  explanation: Explanation,
  step: ExplainedStep,
  index: number,
  width: number,
  paint: Paint,
): readonly string[] {
  const role = roleOf(explanation, index);
  const lines = [
    `${String(index + 1).padStart(3)}  ${commandText(step.command)}${role === '' ? '' : paint('red', `   ← ${role}`)}`,
  ];
  if (step.actions.length > 0) lines.push(paint('dim', fitted(`       ${step.actions.join('; ')}`, width)));
  if (step.changes.length > 0) lines.push(fitted(`       ${step.changes.map(changeText).join('  ')}`, width));
  lines.push(paint('dim', fitted(`       without it: ${step.without}`, width)));
  return lines;
}

function fitted(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Broken at spaces, with what goes on indented. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ` ${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
