/** A run as GitHub Actions shows it: an annotation for each failure, and a table on the page of the job. */
import { pluralize } from '../../properties/formatNumber';
import { oneLine } from '../../properties/input/badInput';
import type { RunResult } from './report';
import type { SystemVerdict } from './verdicts';

/** Returns the workflow commands that annotate what did not hold. */
export function annotationLines({ verdicts, canary }: RunResult): readonly string[] {
  const lines = verdicts.flatMap(({ system, outcome, note, found, later = [], repeat }) => {
    if (outcome === 'nothing checked') return [command(`${system}: nothing checked`, note ?? '', undefined)];
    if (found === undefined) return [];
    return [found, ...found.others, ...later].map(({ failure, file }) =>
      command(`${system}: ${failure.check}`, `${failure.message}\n${file}\n${repeat}`, file),
    );
  });
  if (canary?.isCaught === false) lines.push(command('canary missed', canary.fault, undefined));
  return lines;
}

/** Returns the summary of the job, in Markdown. */
export function summaryMarkdown({ seed, verdicts }: RunResult): string {
  const rows = verdicts.map((verdict) => `| ${cellsOf(verdict).map(cell).join(' | ')} |`);
  return [
    `### spancheck, seed ${seed}`,
    '',
    '| system | outcome | checked | failure | repeat |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    '',
  ].join('\n');
}

function cellsOf({ system, outcome, note, steps, traces, found, repeat }: SystemVerdict): readonly string[] {
  const failure = found === undefined ? '' : `${found.failure.check}: ${found.failure.message}`;
  const checked = `${pluralize(steps, 'step')} in ${pluralize(traces, 'trace')}`;
  return [system, outcome, checked, failure === '' && outcome !== 'held' ? (note ?? '') : failure, repeat];
}

/** Escapes a cell as inline text: no pipe, no line break, and nothing that Markdown or HTML reads. */
function cell(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[&<>|\\`*_[\]~#!]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function command(title: string, message: string, file: string | undefined): string {
  const properties = [...(file === undefined ? [] : [`file=${property(file)}`]), `title=${property(title)}`];
  return `::error ${properties.join(',')}::${data(message.split('\n').map(oneLine).join('\n'))}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
