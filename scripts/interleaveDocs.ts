/** `npm run docs:interleavings`: searches every protocol and plants every slip, and writes docs/interleavings.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOLS, type Search, type SearchedProtocol } from '../interleave/protocols';
import { packageRoot } from '../packageRoot';
import { formatNumber } from '../properties/formatNumber';

/** Returns docs/interleavings.md. It holds no times, so every run writes the same text. */
export function interleavingsDoc(): string {
  return [
    '# Between the steps',
    '',
    'Made by `npm run docs:interleavings`. A trace checks the allocator when a command is over. Between two commands stand',
    'other Ps and readers. `spancheck interleave` visits **every reachable state** of the two protocols on which the',
    "runtime's statistics rest, at the grain of single shared accesses and under sequential consistency, which is what Go's",
    'atomics give. What is not covered: weak memory, tearing of one access, and scopes larger than those named.',
    '',
    '    npx spancheck interleave                               # the protocols as they are',
    '    npx spancheck interleave --slips                       # each slip must break a rule',
    '    npx spancheck interleave --slip pair-in-two-windows    # golang #67019, one column a participant',
    ...PROTOCOLS.flatMap(protocolLines),
    '',
  ].join('\n');
}

function protocolLines({ name, text, scopes, slips, equivalents }: SearchedProtocol): readonly string[] {
  return [
    '',
    `## ${name}`,
    '',
    `${text}.`,
    '',
    '| scope | reachable states | |',
    '| --- | ---: | --- |',
    ...scopes.map(scopeRow),
    '',
    '| slip | what goes wrong | origin | broken rule | shortest execution |',
    '| --- | --- | --- | --- | ---: |',
    ...slips.map(slipRow),
    '',
    'No execution in their scope tells these from the protocol:',
    '',
    ...equivalents.map(equivalentLine),
  ];
}

function scopeRow(search: Search): string {
  const { states, failure, isComplete } = search.run();
  const verdict = failure?.rule ?? (isComplete ? 'every rule holds' : 'not complete');
  return `| ${search.text} | ${formatNumber(states)} | ${verdict} |`;
}

function slipRow(search: Search): string {
  const { failure } = search.run();
  const steps = failure === undefined ? '–' : `${failure.steps.length} steps`;
  return `| \`${search.name}\` | ${search.text} | ${search.origin ?? ''} | ${failure?.rule ?? '**survives**'} | ${steps} |`;
}

function equivalentLine(search: Search): string {
  const { name, text, because = '' } = search;
  const { failure, states } = search.run();
  const verdict =
    failure === undefined ? `The reason: ${because}; ${formatNumber(states)} states` : `**${failure.rule}**`;
  return `- \`${name}\`: ${text}. ${verdict}.`;
}

if (require.main === module) writeFileSync(join(packageRoot(), 'docs', 'interleavings.md'), interleavingsDoc());
