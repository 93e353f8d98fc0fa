/**
 * The driver's answers: varints, as protobuf has them. An answer is what has moved since the last one, by field; then what
 * the rescan differs in; then the twins that are not equal. Counters that wrapped below zero come as negative numbers.
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

  private bytes = new Uint8Array(1 << 17);
  private from = 0;
  private to = 0;
  /** Where the next number starts. */
  private at = 0;
  private isShort = false;

  constructor() {
    const rescan: Rescan = { ...newRescan(), stats: memStatsOn(this.rescanned) };
    this.observation = { published: memStatsOn(this.fields), rescan, twins: this.twins };
  }

  /** Takes what has arrived. */
  put(chunk: Uint8Array): void {
    if (this.from > 0) {
      this.bytes.copyWithin(0, this.from, this.to);
      this.to -= this.from;
      this.from = 0;
    }
    if (this.to + chunk.length > this.bytes.length) {
      const larger = new Uint8Array(2 * (this.to + chunk.length));
      larger.set(this.bytes.subarray(0, this.to));
      this.bytes = larger;
    }
    this.bytes.set(chunk, this.to);
    this.to += chunk.length;
  }

  /** Reads which rows there are, the first thing that a driver says. */
  hello(): boolean {
    this.begin();
    const rows = Array.from({ length: this.number() }, () => this.number());
    if (this.isShort) return false;
    this.from = this.at;
    this.rows = rows;
    return true;
  }

  /** Reads a number that stands alone. */
  lone(): number | undefined {
    this.begin();
    const value = this.number();
    if (this.isShort) return undefined;
    this.from = this.at;
    return value;
  }

  /** Reads one answer into `observation`, if all of it has arrived. */
  next(): typeof INCOMPLETE | typeof ANSWER | typeof END {
    if (!this.isWhole()) return INCOMPLETE;
    this.at = this.from;
    const changes = this.number();
    if (changes === 0) {
      this.from = this.at;
      return END;
    }
    const { fields, rescanned, twins } = this;
    for (let i = 1; i < changes; i++) fields[this.number()] += this.signed();
    rescanned.set(fields);
    const differences = this.number();
    for (let i = 0; i < differences; i++) rescanned[this.number()] += this.signed();
    twins.length = 0;
    for (let twin = this.number(); twin !== 0; twin = this.number()) {
      const expected = this.signed();
      twins.push({ counter: TWINS[twin] ?? `twin ${twin}`, expected, actual: this.signed() });
    }
    this.from = this.at;
    return ANSWER;
  }

  /** Whether an answer is there to its end: a look ahead that changes nothing. */
  private isWhole(): boolean {
    this.begin();
    const changes = this.number();
    if (changes === 0) return !this.isShort;
    this.skip(2 * (changes - 1));
    this.skip(2 * this.number());
    while (this.number() !== 0) this.skip(2);
    return !this.isShort;
  }

  private begin(): void {
    this.at = this.from;
    this.isShort = false;
  }

  private skip(numbers: number): void {
    for (let i = 0; i < numbers && !this.isShort; i++) this.number();
  }

  private number(): number {
    let value = 0;
    let scale = 1;
    while (this.at < this.to) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    this.isShort = true;
    return 0;
  }

  private signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** Pairs of figures that the runtime keeps in two places, by their number on the wire. */
const TWINS = ['', 'gcController.totalAlloc', 'gcController.totalFree', 'pagesInUse', 'HeapInuse'] as const;

/** The fields of a flat vector, without copying. */
function memStatsOn(fields: Float64Array): MemStats {
  return {
    totals: fields.subarray(0, TOTALS),
    mallocs: fields.subarray(TOTALS, TOTALS + NUM_SIZE_CLASSES),
    frees: fields.subarray(TOTALS + NUM_SIZE_CLASSES, FIELDS),
  };
}
