/** The witnesses of a failure: the kinds of evidence that it rests on. */
import type { Failure } from '../../properties/failure';
import { WITNESSES, type Witness } from '../faultFile';

/** The witness that each check is: rescan (R), ledger (L), or structure and identities (S). */
const WITNESS_OF: Readonly<Record<string, Witness>> = {
  rescan: 'R',
  'small-objects': 'S',
  'large-objects': 'S',
  tiny: 'L',
  'live-slots': 'L',
  ledger: 'L',
  'pages-in-use': 'S',
  'heap-live': 'S',
  cycle: 'S',
  placement: 'L',
  spans: 'S',
  lists: 'S',
  'page-heap': 'S',
  'stray-counters': 'S',
  flushed: 'S',
  monotone: 'L',
  twins: 'S',
  model: 'L',
};

/** Returns every witness that saw the failure at its step; T alone where the allocator died. */
export function witnessesOf({ findings }: Failure): readonly Witness[] {
  if (findings.length === 0) return ['T'];
  const saw = new Set(findings.map(({ check }) => witnessOf(check)));
  return WITNESSES.filter((witness) => saw.has(witness));
}

/** Returns the witness that a check is. */
export function witnessOf(check: string): Witness {
  const witness = WITNESS_OF[check];
  if (witness === undefined)
    throw new Error(`check ${check} is no witness yet: add it to WITNESS_OF in faults/kill/witness.ts`);
  return witness;
}
