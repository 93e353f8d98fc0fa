/** An explanation as Markdown, to paste into an issue. */
import { commandText } from '../../properties/trace/commandText';
import { formatDrift } from '../../properties/drift';
import type { ExplainedStep, Explanation } from './explain';
import { changeText, endLines, headline, roleOf } from './terminal';

export function markdownText(explanation: Explanation): string {
  const { steps, failure } = explanation;
  return [
    `### ${cell(headline(explanation))}`,
    '',
    '| | command | what it did | counters | without it |',
    '|---|---|---|---|---|',
    ...steps.map((step, i) => row(explanation, step, i)),
    '',
    ...failure.drifts.map((drift) => `- ${formatDrift(drift)}`),
    '',
    ...endLines(explanation).flatMap((line) => [line, '']),
  ].join('\n');
}

function row(explanation: Explanation, step: ExplainedStep, index: number): string {
  const role = roleOf(explanation, index);
  const command = `\`${commandText(step.command)}\`${role === '' ? '' : ` **${role}**`}`;
  const cells = [
    String(index + 1),
    command,
    step.actions.join('; '),
    step.changes.map(changeText).join('<br>'),
    step.without,
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** Nothing that would end the cell. */
function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\n/g, ' ');
}
