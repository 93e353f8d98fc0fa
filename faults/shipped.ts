/** Tells the faults that spancheck ships from those of somebody else, whose code it does not know. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../packageRoot';
import { readCatalogue, readEquivalents } from './catalogue';
import type { Fault } from './fault';
import { parseFaultFile } from './faultFile';

/** Returns whether the edits are, byte for byte, those of one fault of this package. */
export function isShipped({ edits }: Pick<Fault, 'edits'>): boolean {
  return shippedEdits().has(editsText(edits));
}

let shipped: ReadonlySet<string> | undefined;

function shippedEdits(): ReadonlySet<string> {
  return (shipped ??= new Set(
    [...readCatalogue(), ...readEquivalents(), canaryFault()].map(({ edits }) => editsText(edits)),
  ));
}

function canaryFault(): Fault {
  const path = join('faults', 'canary.json');
  return parseFaultFile(readFileSync(join(packageRoot(), path), 'utf8'), path);
}

function editsText(edits: Fault['edits']): string {
  return JSON.stringify(edits.map(({ file, find, replace }) => [file, find, replace]));
}
