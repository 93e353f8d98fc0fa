/** The passes, in the order of a round: what deletes much for few tries comes first. */
import { chunks } from './chunks';
import { classes } from './classes';
import { collecting } from './collecting';
import { combinations } from './combinations';
import { fewerProcs } from './fewerProcs';
import { kinds } from './kinds';
import { lifetimes } from './lifetimes';
import { lowering } from './lowering';
import { lumping } from './lumping';
import { merging } from './merging';
import { naming } from './naming';
import { oneForTwo } from './oneForTwo';
import { ordering } from './ordering';
import { pages } from './pages';
import type { Pass } from './pass';
import { pointers } from './pointers';
import { procs } from './procs';
import { reads } from './reads';
import { replacing } from './replacing';
import { shortest } from './shortest';
import { several } from './several';
import { sums } from './sums';
import { tinySums } from './tinySums';
import { together } from './together';
import { trading } from './trading';

export interface NamedPass {
  readonly name: string;
  readonly pass: Pass;
}

export const PASSES: readonly NamedPass[] = [
  { name: 'delete kinds', pass: kinds },
  { name: 'delete chunks', pass: chunks },
  { name: 'delete lifetimes', pass: lifetimes },
  { name: 'lump births', pass: lumping },
  { name: 'look without reads', pass: reads },
  { name: 'merge Ps', pass: procs },
  { name: 'take a P away', pass: fewerProcs },
  { name: 'merge lifetimes', pass: merging },
  { name: 'lower arguments', pass: lowering },
  { name: 'take pointers out', pass: pointers },
  { name: 'leave to the collection', pass: collecting },
  { name: 'lower equal arguments', pass: together },
  { name: 'redistribute sums', pass: sums },
  { name: 'redistribute tiny sizes', pass: tinySums },
  { name: 'redistribute pages', pass: pages },
  { name: 'trade commands for objects', pass: trading },
  { name: 'delete combinations', pass: combinations },
  { name: 'change classes', pass: classes },
  { name: 'replace one by one', pass: replacing },
  { name: 'try the shortest', pass: shortest },
  { name: 'replace two by one', pass: oneForTwo },
  { name: 'change several', pass: several },
  { name: 'order', pass: ordering },
  { name: 'name in order', pass: naming },
];
