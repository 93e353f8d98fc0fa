/**
 * The driver's answers: three bytes of length, then varints, as protobuf has them. An answer is what has moved since the
 * last one, by field; then what the rescan differs in; then the moves; then the twins that are not equal. Counters
 * that wrapped below zero come as negative numbers.
 */
import { MEMSTATS_TOTALS, type MemStats } from '../../model/memstats';
import { PLACED, REUSED, emit, newEvents, type Events } from '../../model/events';
import { newRescan, type Rescan } from '../../model/mstats';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { Observation, Twin } from '../../properties/system';
import { StartOffsets } from './startOffsets';

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
  private readonly events: Events = newEvents();
  private readonly twins: Twin[] = [];
  /** What the last read published, and a second one right after it. */
  private readonly read = new Float64Array(FIELDS);
  private readonly readAgain = new Float64Array(FIELDS);

  private hasDifferences = false;
  /** The parts of an answer so far. */
  private whole: number[] = [];
  /** What the rescan and the twins were off by before the first command of the trace. */
  private readonly start = new StartOffsets(
    FIELD_NAMES.map((name, field) => ({ name, readTwin: readingName(3, field) })),
  );

  private bytes: Uint8Array = new Uint8Array(0);
  /** Where the next answer starts, and where the bytes end. */
  private from = 0;
  private to = 0;
  /** Where the next number starts. */
  private at = 0;

  constructor() {
    const rescan: Rescan = { ...newRescan(), stats: memStatsOn(this.rescanned) };
    const { fields, events, twins, read, readAgain } = this;
    this.observation = {
      published: memStatsOn(fields),
      rescan,
      events,
      twins,
      read: memStatsOn(read),
      readAgain: memStatsOn(readAgain),
    };
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

  /** Reads an answer of numbers that comes in parts, each of which says first whether another one follows. */
  parts(): readonly number[] | undefined {
    for (let part = this.numbers(); part !== undefined; part = this.numbers()) {
      for (let i = 1; i < part.length; i++) this.whole.push(part[i]);
      if (part[0] !== 0) continue;
      const { whole } = this;
      this.whole = [];
      return whole;
    }
    return undefined;
  }

  /**
   * Takes the last answer for the state before the first command: what is off in it is not what the commands of this trace
   * do, and is not shown from here on. Answers what it was, if anything.
   */
  begin(): string | undefined {
    const { fields, rescanned, twins } = this;
    const off = this.start.take(fields, rescanned, twins);
    this.start.correct(rescanned, twins);
    this.hasDifferences ||= off !== undefined;
    return off;
  }

  /**
   * Reads one answer into `observation`, if all of it has arrived.
   * @param isRead whether it is the answer to a read: what that published goes into `read`, and is no twin.
   */
  next(isRead: boolean): typeof INCOMPLETE | typeof ANSWER | typeof END {
    const start = this.from + LENGTH_BYTES;
    const end = this.open();
    if (end < 0) return INCOMPLETE;
    if (end === start) {
      this.start.forget();
      return END;
    }
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
    this.readMoves();
    if (isRead) {
      this.read.set(fields);
      this.readAgain.set(fields);
    }
    if (twins.length > 0) twins.length = 0;
    while (this.at < end) this.readTwin(isRead);
    if (this.start.isOff) {
      this.start.correct(rescanned, twins);
      this.hasDifferences = true;
    }
    return ANSWER;
  }

  private readMoves(): void {
    const { events } = this;
    events.length = 0;
    for (let kind = this.number() - 1; kind >= 0; kind = this.number() - 1) {
      const span = this.number();
      const argument = this.number();
      const count = kind === PLACED || kind === REUSED ? this.number() : 1;
      for (let i = 0; i < count; i++) emit(events, kind, span, argument + i);
    }
  }

  private readTwin(isRead: boolean): void {
    const number = this.number();
    const expected = this.signed();
    const actual = this.signed();
    const field = number % READ_TWINS;
    const reading = Math.floor(number / READ_TWINS);
    if (reading === 0) {
      this.twins.push({ counter: twinName(number), expected, actual });
    } else if (isRead && reading === 1) {
      this.read[field - 1] = actual;
      this.readAgain[field - 1] = actual;
    } else if (isRead && reading === 2) {
      this.readAgain[field - 1] = actual;
    } else {
      this.twins.push({ counter: readingName(reading, field - 1), expected, actual });
    }
  }

  /** Goes to the first number of the next answer, if all of it has arrived, and says where it ends; else negative. */
  private open(): number {
    const { bytes, from } = this;
    if (this.to - from < LENGTH_BYTES) return -1;
    const start = from + LENGTH_BYTES;
    const end = start + bytes[from] + 256 * bytes[from + 1] + 65536 * bytes[from + 2];
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

const LENGTH_BYTES = 3;

/** Pairs of figures that the runtime keeps in two places, by their number on the wire. */
const TWINS = [
  '',
  'gcController.totalAlloc',
  'gcController.totalFree',
  'pagesInUse',
  'HeapInuse',
  'HeapReleased',
  'spans with more objects than slots',
  'spans with an impossible sweepgen',
  'spans that are cached, by cells and by themselves',
  'cached spans after a read',
  'Ps with something to flush after a read',
  '/gc/heap/allocs:bytes',
  '/gc/heap/frees:bytes',
  '/gc/heap/allocs:objects',
  '/gc/heap/frees:objects',
  '/gc/heap/tiny/allocs:objects',
  'objects that freegc took',
] as const;

/** Twins from here on are buckets of a histogram of runtime/metrics, by class of the runtime; class 0 is the large objects. */
const HISTOGRAMS = ['', '/gc/heap/allocs-by-size:bytes', '/gc/heap/frees-by-size:bytes'] as const;
const HISTOGRAM_TWINS = 100;

/** Twins from here on are fields: what a read published, a second one, and its rescan, one stride after the other. */
const READ_TWINS = 512;
const READINGS = ['', 'read', 'second read', 'second read, against its rescan'] as const;

const CLASSES = Array.from({ length: NUM_SIZE_CLASSES }, (_, c) => c);
const FIELD_NAMES: readonly string[] = [
  ...MEMSTATS_TOTALS,
  ...CLASSES.map((c) => `BySize.Mallocs of class ${c}`),
  ...CLASSES.map((c) => `BySize.Frees of class ${c}`),
];

function readingName(reading: number, field: number): string {
  return `${READINGS[reading]}: ${FIELD_NAMES[field]}`;
}

function twinName(number: number): string {
  const histogram = HISTOGRAMS[Math.floor(number / HISTOGRAM_TWINS)];
  const sizeclass = number % HISTOGRAM_TWINS;
  if (histogram === '' || histogram === undefined) return TWINS[number] ?? `twin ${number}`;
  return `${histogram} of ${sizeclass === 0 ? 'large objects' : `size class ${sizeclass}`}`;
}

/** The fields of a flat vector, without copying. */
function memStatsOn(fields: Float64Array): MemStats {
  return {
    totals: fields.subarray(0, TOTALS),
    mallocs: fields.subarray(TOTALS, TOTALS + NUM_SIZE_CLASSES),
    frees: fields.subarray(TOTALS + NUM_SIZE_CLASSES, FIELDS),
  };
}
