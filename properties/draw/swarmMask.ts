/**
 * The swarm mask of a trace (Groce et al., "Swarm Testing", 2012): it leaves some commands out and makes others frequent,
 * so that different traces reach different states.
 */
import { at } from '../at';
import type { Op } from '../trace/command';
import { drawProbabilities } from './drawProbabilities';
import type { Prng } from './prng';

/** Entries of the table that commands are drawn from: a power of two, so that one draw is one mask of bits. */
const TABLE_LENGTH = 256;

const { commandWeights, swarmMultipliers, minSmallAllocWeightPercent } = drawProbabilities;

const ALL_OPS = Object.keys(commandWeights) as readonly Op[];

/** The smallest weight that the mask leaves smallAlloc. */
const MIN_SMALL_ALLOC_WEIGHT = (commandWeights.smallAlloc * minSmallAllocWeightPercent) / 100;

export class SwarmMask {
  private readonly table: Op[] = new Array<Op>(TABLE_LENGTH).fill('smallAlloc');

  /** Draws a new mask. Where every step flushes, no span stays in a cache, so cacheSpan and uncacheSpan are left out. */
  draw(prng: Prng, offered: ReadonlySet<Op>, flushesEachStep: boolean): void {
    const ops = ALL_OPS.filter((op) => offered.has(op));
    const weights = ops.map((op) => {
      const isPointless = flushesEachStep && (op === 'cacheSpan' || op === 'uncacheSpan');
      const weight = (isPointless ? 0 : commandWeights[op]) * prng.pick(swarmMultipliers);
      return op === 'smallAlloc' ? Math.max(weight, MIN_SMALL_ALLOC_WEIGHT) : weight;
    });
    this.fill(ops, weights);
  }

  /** Draws a command by its weight. */
  pick(prng: Prng): Op {
    return at(this.table, prng.next() & (TABLE_LENGTH - 1));
  }

  private fill(ops: readonly Op[], weights: readonly number[]): void {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let filled = 0;
    let sum = 0;
    for (const [i, op] of ops.entries()) {
      sum += at(weights, i);
      const end = Math.round((sum / total) * TABLE_LENGTH);
      this.table.fill(op, filled, end);
      filled = end;
    }
  }
}
