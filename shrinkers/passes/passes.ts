/** The passes, in the order of a round: what deletes much for few tries comes first. */
import { deleteChunks } from './deleteChunks';
import { changeClass } from './changeClass';
import { replaceFreegc } from './replaceFreegc';
import { deleteCombinations } from './deleteCombinations';
import { removeProc } from './removeProc';
import { deleteKinds } from './deleteKinds';
import { deleteLifetimes } from './deleteLifetimes';
import { lowerArguments } from './lowerArguments';
import { coalesceSpans } from './coalesceSpans';
import { mergeLifetimes } from './mergeLifetimes';
import { renumberNames } from './renumberNames';
import { replaceTwoByOne } from './replaceTwoByOne';
import { reorder } from './reorder';
import { redistributePages } from './redistributePages';
import type { Pass } from '../pass';
import { removePointers } from './removePointers';
import { mergeProcs } from './mergeProcs';
import { observeWithoutReads } from './observeWithoutReads';
import { replaceOneByOne } from './replaceOneByOne';
import { tryShortest } from './tryShortest';
import { changeSeveral } from './changeSeveral';
import { redistributeCounts } from './redistributeCounts';
import { redistributeTinySizes } from './redistributeTinySizes';
import { lowerEqual } from './lowerEqual';
import { tradeForCount } from './tradeForCount';

export interface NamedPass {
  readonly name: string;
  readonly pass: Pass;
}

export const PASSES: readonly NamedPass[] = [
  { name: 'delete kinds', pass: deleteKinds },
  { name: 'delete chunks', pass: deleteChunks },
  { name: 'delete lifetimes', pass: deleteLifetimes },
  { name: 'lump births', pass: coalesceSpans },
  { name: 'look without reads', pass: observeWithoutReads },
  { name: 'merge Ps', pass: mergeProcs },
  { name: 'take a P away', pass: removeProc },
  { name: 'merge lifetimes', pass: mergeLifetimes },
  { name: 'lower arguments', pass: lowerArguments },
  { name: 'take pointers out', pass: removePointers },
  { name: 'leave to the collection', pass: replaceFreegc },
  { name: 'lower equal arguments', pass: lowerEqual },
  { name: 'redistribute sums', pass: redistributeCounts },
  { name: 'redistribute tiny sizes', pass: redistributeTinySizes },
  { name: 'redistribute pages', pass: redistributePages },
  { name: 'trade commands for objects', pass: tradeForCount },
  { name: 'delete combinations', pass: deleteCombinations },
  { name: 'change classes', pass: changeClass },
  { name: 'replace one by one', pass: replaceOneByOne },
  { name: 'try the shortest', pass: tryShortest },
  { name: 'replace two by one', pass: replaceTwoByOne },
  { name: 'change several', pass: changeSeveral },
  { name: 'order', pass: reorder },
  { name: 'name in order', pass: renumberNames },
];
