/**
 * The driver's answers: two bytes of length, then varints, as protobuf has them. An answer is what has moved since the
 * last one, by field; then what the rescan differs in; then the twins that are not equal. Counters that wrapped below
 * zero come as negative numbers.
 */
import { MEMSTATS_TOTALS, type MemStats } from '../../model/memstats';
import { newRescan, type Rescan } from '../../model/mstats';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { Observation, Twin } from '../../properties/system';

const TOTALS = MEMSTATS_TOTALS.length;
const FIELDS = TOTALS + 2 * NUM_SIZE_CLASSES;

/** What `Answers.next` found. */
export const INCOMPLETE = 0;
export const ANSWER = 1;
/** The trace is over, and the heap at rest again. */
export const END = 2;

export class Answers {
  /** The model's rows of BySize that the runtime publishes; empty until it has said so. */
  rows: readonly number[] = [];
  readonly observation: Observation;
  private readonly fields = new Float64Array(FIELDS);
  private readonly rescanned = new Float64Array(FIELDS);
  private readonly twins: Twin[] = [];

  private hasDifferences = false;

  private bytes: Uint8Array = new Uint8Array(0);
  /** Where the next answer starts, and where the bytes end. */
  private from = 0;
  private to = 0;
  /** Where the next number starts. */
  private at = 0;

  constructor() {
    const rescan: Rescan = { ...newRescan(), stats: memStatsOn(this.rescanned) };
    this.observation = { published: memStatsOn(this.fields), rescan, twins: this.twins };
  }

  /** Takes what has arrived. What is left of the last chunk is a part of one answer. */
  put(chunk: Uint8Array): void {
    const rest = this.to - this.from;
    if (rest === 0) {
      this.bytes = chunk;
    } else {
      const joined = new Uint8Array(rest + chunk.length);
      joined.set(this.bytes.subarray(this.from, this.to));
      joined.set(chunk, rest);
      this.bytes = joined;
    }
    this.from = 0;
    this.to = this.bytes.length;
  }

  /** Reads which rows there are, the first thing that a driver says. */
  hello(): boolean {
    const rows = this.numbers();
    if (rows !== undefined) this.rows = rows;
    return rows !== undefined;
  }

  /** Reads an answer that is no more than numbers, if all of it has arrived. */
  numbers(): readonly number[] | undefined {
    const end = this.open();
    if (end < 0) return undefined;
    const numbers: number[] = [];
    while (this.at < end) numbers.push(this.number());
    return numbers;
  }

  /** Reads one answer into `observation`, if all of it has arrived. */
  next(): typeof INCOMPLETE | typeof ANSWER | typeof END {
    const start = this.from + LENGTH_BYTES;
    const end = this.open();
    if (end < 0) return INCOMPLETE;
    if (end === start) return END;
    const { fields, rescanned, twins } = this;
    if (this.hasDifferences) rescanned.set(fields);
    for (let field = this.number(); field !== 0; field = this.number()) {
      const change = this.signed();
      fields[field - 1] += change;
      rescanned[field - 1] += change;
    }
    this.hasDifferences = false;
    for (let field = this.number(); field !== 0; field = this.number()) {
      rescanned[field - 1] += this.signed();
      this.hasDifferences = true;
    }
    if (twins.length > 0) twins.length = 0;
    while (this.at < end) {
      const twin = this.number();
      const expected = this.signed();
      twins.push({ counter: TWINS[twin] ?? `twin ${twin}`, expected, actual: this.signed() });
    }
    return ANSWER;
  }

  /** Goes to the first number of the next answer, if all of it has arrived, and says where it ends; else negative. */
  private open(): number {
    const { bytes, from } = this;
    if (this.to - from < LENGTH_BYTES) return -1;
    const start = from + LENGTH_BYTES;
    const end = start + bytes[from] + 256 * bytes[from + 1];
    if (end > this.to) return -1;
    this.at = start;
    this.from = end;
    return end;
  }

  private number(): number {
    const { bytes } = this;
    let byte = bytes[this.at++];
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[this.at++];
      value += (byte & 0x7f) * scale;
    }
    return value;
  }

  private signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

const LENGTH_BYTES = 2;

/** Pairs of figures that the runtime keeps in two places, by their number on the wire. */
const TWINS = ['', 'gcController.totalAlloc', 'gcController.totalFree', 'pagesInUse', 'HeapInuse', 'HeapReleased'] as const;

/** The fields of a flat vector, without copying. */
function memStatsOn(fields: Float64Array): MemStats {
  return {
    totals: fields.subarray(0, TOTALS),
    mallocs: fields.subarray(TOTALS, TOTALS + NUM_SIZE_CLASSES),
    frees: fields.subarray(TOTALS + NUM_SIZE_CLASSES, FIELDS),
  };
}
