/** Why seeds of one fault end in more than one trace. */
import type { Final } from './shrinkRow';
import { at } from '../properties/at';

/** In a sentence, without its end. */
export function reasonOf(finals: readonly Final[]): string {
  const kinds = new Set(finals.map(({ kind }) => kind));
  const reasons: string[] = [];
  if (kinds.size > 1) reasons.push(`${kinds.size} counters drift, each of which reads as a bug of its own`);
  const noticed = [...kinds].filter((kind) => signaturesOf(finals, kind).size > 1);
  if (noticed.length > 0)
    reasons.push(
      `${noticed.map((kind) => `*${kind}*`).join(', ')} is noticed by different commands, with different amounts or in different flows`,
    );
  for (const group of sameSignature(finals)) reasons.push(sameSignatureReason(group));
  return reasons.join('; ');
}

/** Finals that share a signature with another, by signature. */
export function sameSignature(finals: readonly Final[]): readonly (readonly Final[])[] {
  const signatures = new Set(finals.map(({ signature }) => signature));
  return [...signatures]
    .map((signature) => finals.filter((final) => final.signature === signature))
    .filter(({ length }) => length > 1);
}

function signaturesOf(finals: readonly Final[], kind: string): ReadonlySet<string> {
  return new Set(finals.filter((final) => final.kind === kind).map(({ signature }) => signature));
}

function sameSignatureReason(group: readonly Final[]): string {
  const { signature } = at(group, 0);
  const lengths = new Set(group.map(({ commands }) => commands.length));
  const found = group.filter(({ certificate }) => certificate?.text.startsWith('found'));
  if (found.length > 0)
    return `*${signature}*: ${found.length} of ${group.length} traces are not the shortest, which \`spancheck shrink\` finds with its certificate`;
  if (group.every(({ certificate }) => certificate?.text === 'none shorter')) {
    if (lengths.size > 1)
      return `*${signature}*: traces of ${[...lengths].join(' and ')} commands; the shorter one asks for more than the alphabet has in which the other's certificate searched`;
    return `*${signature}*: ${group.length} traces, of each of which no shorter one fails; they reach the same drift in different ways`;
  }
  return `*${signature}*: ${group.length} traces of ${[...lengths].join(' and ')} commands that the passes do not bring together`;
}
