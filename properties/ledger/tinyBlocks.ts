/**
 * The tiny blocks of the Ps as the rule of `mallocgc` makes them, followed from the commands alone: which
 * tiny allocation fits into its P's block, and which starts a new one.
 */
import { MAX_PROCS } from '../../model/mcache';

const BLOCK_BYTES = 16;

export class TinyBlocks {
  /** The current block of each P, 0 if it has none. Blocks are numbered from 1 in the order of their birth. */
  private readonly current = new Int32Array(MAX_PROCS);
  private readonly offset = new Int32Array(MAX_PROCS);
  private born = 0;

  /** Tiny allocations so far that fitted into a block. */
  hits = 0;
  /** Whether the last allocation did. */
  lastWasHit = false;

  reset(): void {
    this.current.fill(0);
    this.offset.fill(0);
    this.born = 0;
    this.hits = 0;
  }

  /** The block that holds `sizeBytes` (1 to 15) of P `p`. */
  allocate(p: number, sizeBytes: number): number {
    const offset = align(this.offset[p], sizeBytes);
    this.lastWasHit = this.current[p] !== 0 && offset + sizeBytes <= BLOCK_BYTES;
    if (this.lastWasHit) {
      this.offset[p] = offset + sizeBytes;
      this.hits++;
      return this.current[p];
    }
    const block = ++this.born;
    if (this.current[p] === 0 || sizeBytes < this.offset[p]) {
      this.current[p] = block;
      this.offset[p] = sizeBytes;
    }
    return block;
  }

  /** The current block of P `p`, 0 if it has none. */
  currentOf(p: number): number {
    return this.current[p];
  }

  /** Bytes taken of the block of P `p`, 0 if it has none. */
  takenBytes(p: number): number {
    return this.current[p] === 0 ? 0 : this.offset[p];
  }

  /** A flush makes P `p` forget its block. */
  forget(p: number): void {
    this.current[p] = 0;
    this.offset[p] = 0;
  }
}

function align(offset: number, sizeBytes: number): number {
  const alignment = sizeBytes % 8 === 0 ? 8 : sizeBytes % 4 === 0 ? 4 : sizeBytes % 2 === 0 ? 2 : 1;
  return Math.ceil(offset / alignment) * alignment;
}
