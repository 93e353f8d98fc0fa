/**
 * An explanation as Markdown, to paste into an issue. Messages and names of counters may come from a program under test or
 * from a stranger's file, so whatever Markdown or HTML could be in them is escaped.
 */
import { formatDrift } from '../../properties/drift';
import { oneLine } from '../../properties/input/badInput';
import { commandText } from '../../properties/trace/commandText';
import type { Explanation } from './explain';
import type { ExplainedStep } from './explainSteps';
import { changeText, endLines, headline, roleOf } from './terminal';

/** Returns the story: the failure as a heading, a table row for each command, every drift, and the conclusions. */
export function markdownText(explanation: Explanation): string {
  const { steps, failure } = explanation;
  return [
    `### ${inert(headline(explanation))}`,
    '',
    '| | command | what it did | counters | without it |',
    '|---|---|---|---|---|',
    ...steps.map((step, i) => row(step, { index: i, role: roleOf(explanation, i) })),
    '',
    ...failure.drifts.map((drift) => `- ${inert(formatDrift(drift))}`),
    '',
    ...endLines(explanation).flatMap((line) => [inert(line), '']),
  ].join('\n');
}

function row(
  { command, events, changes, without }: ExplainedStep,
  { index, role }: { readonly index: number; readonly role: string },
): string {
  const cells = [
    String(index + 1),
    `\`${commandText(command)}\`${role === '' ? '' : ` **${role}**`}`,
    inert(events.join('; ')),
    changes.map((change) => inert(changeText(change))).join('<br>'),
    inert(without),
  ];
  return `| ${cells.join(' | ')} |`;
}

/**
 * Returns the text on one line, with nothing in it that Markdown or HTML would act on: no cell ends, no tag, entity, link,
 * image, emphasis, code span, formula or list begins, and no address or name becomes a link by itself. A row such as
 * `nmalloc[5]` stays readable, since it links to nothing.
 */
export function inert(text: string): string {
  return oneLine(text)
    .trim()
    .replace(ACTIVE, (character) => `&#${character.charCodeAt(0)};`);
}

const ACTIVE = new RegExp(
  [
    /[\\&<>|`*~!@$]/u,
    // Snake case is no emphasis.
    /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
    /\[(?!\d+\](?![([:]))|(?<!\[\d+)\]|\](?=[([:])/u,
    // Addresses, and numbers of issues.
    /:(?=\/\/)|(?<=www)\.|#(?=\d)/u,
    // What begins a heading, a list or a rule.
    /^[-+=#](?!\d)|(?<=^\d+)[.)]/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);
