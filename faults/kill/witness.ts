/** Who saw a fault: the kinds of evidence that a catch rests on. */
import type { Failure } from '../../properties/failure';
import { WITNESSES, type Witness } from '../faultFile';

/** By check: whether it holds counters against the rescan, commands against the ledger, or the state against itself. */
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

/** All who saw it at the step at which the first of them did; the allocator itself where it died. */
export function witnessesOf({ findings }: Failure): readonly Witness[] {
  if (findings.length === 0) return ['T'];
  const saw = new Set(findings.map(({ check }) => witnessOf(check)));
  return WITNESSES.filter((witness) => saw.has(witness));
}

/** What a check stands for. */
export function witnessOf(check: string): Witness {
  const witness = WITNESS_OF[check];
  if (witness === undefined)
    throw new Error(`check ${check} has no witness: say in faults/kill/witness.ts which it is`);
  return witness;
}
