/**
 * The passes, in the order of a round: those that delete much in few tries come first, those whose candidates grow
 * fastest with the trace last. A pass has one name: that of its file, of its function and of its row in the statistics.
 */
import type { Pass } from '../pass';
import { changeClass } from './changeClass';
import { changeSeveral } from './changeSeveral';
import { coalesceSpans } from './coalesceSpans';
import { deleteChunks } from './deleteChunks';
import { deleteCombinations } from './deleteCombinations';
import { deleteKinds } from './deleteKinds';
import { deleteLifetimes } from './deleteLifetimes';
import { lowerArguments } from './lowerArguments';
import { lowerEqual } from './lowerEqual';
import { mergeLifetimes } from './mergeLifetimes';
import { mergeProcs } from './mergeProcs';
import { observeWithoutReads } from './observeWithoutReads';
import { redistributeCounts } from './redistributeCounts';
import { redistributePages } from './redistributePages';
import { redistributeTinySizes } from './redistributeTinySizes';
import { removePointers } from './removePointers';
import { removeProc } from './removeProc';
import { renumberNames } from './renumberNames';
import { reorder } from './reorder';
import { replaceFreegc } from './replaceFreegc';
import { replaceOneByOne } from './replaceOneByOne';
import { replaceTwoByOne } from './replaceTwoByOne';
import { tradeForCount } from './tradeForCount';
import { tryShortest } from './tryShortest';

export interface NamedPass {
  readonly name: string;
  readonly pass: Pass;
}

export const PASSES: readonly NamedPass[] = Object.entries({
  deleteKinds,
  deleteChunks,
  deleteLifetimes,
  coalesceSpans,
  observeWithoutReads,
  mergeProcs,
  removeProc,
  mergeLifetimes,
  lowerArguments,
  removePointers,
  replaceFreegc,
  lowerEqual,
  redistributeCounts,
  redistributeTinySizes,
  redistributePages,
  tradeForCount,
  deleteCombinations,
  changeClass,
  replaceOneByOne,
  tryShortest,
  replaceTwoByOne,
  changeSeveral,
  reorder,
  renumberNames,
}).map(([name, pass]) => ({ name, pass }));
