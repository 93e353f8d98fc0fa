/** Tells the faults that spancheck ships from those of somebody else, whose code it does not know. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../packageRoot';
import { readCatalogue, readEquivalents } from './catalogue';
import type { Fault } from './fault';
import { parseFaultFile } from './faultFile';
import { goEpochs, readGoFaults } from './goCatalogue';

/**
 * Returns whether the edits are, byte for byte, those of one fault of this package, or of several that were planted as
 * one: the name then joins theirs by "+", and their edits follow one another.
 */
export function isShipped({ name = '', edits }: Partial<Pick<Fault, 'name'>> & Pick<Fault, 'edits'>): boolean {
  if (shippedEdits().has(editsText(edits))) return true;
  let rest = edits;
  for (const part of name.split('+')) {
    const next = shippedNames()
      .get(part)
      ?.find((own) => editsText(rest.slice(0, own.length)) === editsText(own));
    if (next === undefined) return false;
    rest = rest.slice(next.length);
  }
  return rest.length === 0;
}

let shipped: readonly Fault[] | undefined;
let texts: ReadonlySet<string> | undefined;
let byName: ReadonlyMap<string, readonly Fault['edits'][]> | undefined;

function shippedFaults(): readonly Fault[] {
  return (shipped ??= [
    ...readCatalogue(),
    ...readEquivalents(),
    canaryFault(),
    ...goEpochs().flatMap((epoch) => readGoFaults(epoch)),
  ]);
}

function shippedEdits(): ReadonlySet<string> {
  return (texts ??= new Set(shippedFaults().map(({ edits }) => editsText(edits))));
}

/** The edits of each name; a fault of Go has other ones for another release. */
function shippedNames(): ReadonlyMap<string, readonly Fault['edits'][]> {
  if (byName !== undefined) return byName;
  const all = new Map<string, Fault['edits'][]>();
  for (const { name, edits } of shippedFaults()) {
    const known = all.get(name);
    if (known === undefined) all.set(name, [edits]);
    else known.push(edits);
  }
  return (byName = all);
}

function canaryFault(): Fault {
  const path = join('faults', 'canary.json');
  return parseFaultFile(readFileSync(join(packageRoot(), path), 'utf8'), path);
}

function editsText(edits: Fault['edits']): string {
  return JSON.stringify(edits.map(({ file, find, replace }) => [file, find, replace]));
}
