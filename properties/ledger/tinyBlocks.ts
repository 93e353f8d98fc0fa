/**
 * The tiny blocks of the Ps, derived from the commands alone by the rule of `mallocgc`: a tiny allocation goes into the
 * block of its P if it fits there, and into a new block if not.
 */
import { MAX_PROCS } from '../../model/mcache';

const BLOCK_BYTES = 16;

export class TinyBlocks {
  /** The current block of each P, 0 if it has none. Blocks are numbered from 1 in the order of allocation. */
  private readonly current = new Int32Array(MAX_PROCS);
  /** The bytes taken of the current block of each P. */
  private readonly offset = new Int32Array(MAX_PROCS);
  private blocks = 0;

  /** Tiny allocations so far that fitted into a current block. */
  hits = 0;
  /** True if the last allocation fitted. */
  lastWasHit = false;

  reset(): void {
    this.current.fill(0);
    this.offset.fill(0);
    this.blocks = 0;
    this.hits = 0;
  }

  /** Allocates `sizeBytes` (1 to 15) on P `p`; returns the block. */
  allocate(p: number, sizeBytes: number): number {
    const offset = align(this.offset[p], sizeBytes);
    this.lastWasHit = this.current[p] !== 0 && offset + sizeBytes <= BLOCK_BYTES;
    if (this.lastWasHit) {
      this.offset[p] = offset + sizeBytes;
      this.hits++;
      return this.current[p];
    }
    const block = ++this.blocks;
    if (this.current[p] === 0 || sizeBytes < this.offset[p]) {
      this.current[p] = block;
      this.offset[p] = sizeBytes;
    }
    return block;
  }

  /** Returns the current block of P `p`, or 0. */
  currentOf(p: number): number {
    return this.current[p];
  }

  /** Returns the bytes taken of the current block of P `p`, or 0. */
  takenBytes(p: number): number {
    return this.current[p] === 0 ? 0 : this.offset[p];
  }

  /** Drops the current block of P `p`, as a flush does. */
  forget(p: number): void {
    this.current[p] = 0;
    this.offset[p] = 0;
  }
}

function align(offset: number, sizeBytes: number): number {
  const alignment = sizeBytes % 8 === 0 ? 8 : sizeBytes % 4 === 0 ? 4 : sizeBytes % 2 === 0 ? 2 : 1;
  return Math.ceil(offset / alignment) * alignment;
}
