/**
 * Decodes the driver's answers: three bytes of length, then varints as in protobuf. An answer holds what has moved since the
 * last one, by field; then the fields in which the rescan differs; then the events; then the twins that are not equal.
 * Counters that wrapped below zero come as negative numbers.
 *
 * Every byte of the wire passes through here, so this file is in the hot project: its array accesses are unchecked.
 */
import { MEMSTATS_TOTALS, type MemStats } from '../../model/memstats';
import { PLACED, REUSED, SPAN_ALLOCATED, emit, newEvents, type Events } from '../../model/events';
import { newRescan, type Rescan } from '../../model/mstats';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { Observation, Twin } from '../../properties/system';
import { METRIC_TWINS, metricName } from './figureNames';
import { greetingOf, modelClasses, type Greeting } from './greeting';
import { StartOffsets } from './startOffsets';
import { readingName, twinName } from './twinNames';

const TOTALS = MEMSTATS_TOTALS.length;
const FIELDS = TOTALS + 2 * NUM_SIZE_CLASSES;
/** The index for fields of classes that the model does not have. */
const NO_FIELD = FIELDS;

/** Results of `Answers.next`. */
export const INCOMPLETE = 0;
export const ANSWER = 1;
/** The trace is over, and the heap is at rest again. */
export const END = 2;

export class Answers {
  /** Undefined until the driver has said it. */
  greeting: Greeting | undefined;
  readonly observation: Observation;
  private readonly fields = new Float64Array(FIELDS + 1);
  private readonly rescanned = new Float64Array(FIELDS + 1);
  private readonly events: Events = newEvents();
  private readonly twins: Twin[] = [];
  /** The last read, and a second one right after it. */
  private readonly read = new Float64Array(FIELDS + 1);
  private readonly readAgain = new Float64Array(FIELDS + 1);
  /** By field number on the wire: its index in `fields`. */
  private readonly fieldIndex = new Uint16Array(WIRE_FIELDS + 1);
  /** By size class of the runtime: the model's, or `UNKNOWN_CLASS`. */
  private readonly classes = new Uint8Array(WIRE_CLASSES).fill(UNKNOWN_CLASS);

  private hasDifferences = false;
  /** The numbers of a snapshot so far. */
  private snapshot: number[] = [];
  private readonly start = new StartOffsets(
    FIELD_NAMES.map((name, field) => ({ name, readTwin: readingName(3, FIELD_NAMES[field] ?? '') })),
  );

  private bytes: Uint8Array = new Uint8Array(0);
  /** The start of the next answer, and the end of the bytes. */
  private from = 0;
  private to = 0;
  /** The start of the next number. */
  private position = 0;

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

  /** Takes bytes that have arrived. What is left of the last chunk is part of one answer. */
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

  /** Reads the greeting, if all of it has arrived. */
  greet(): Greeting | undefined {
    const numbers = this.numbers();
    if (numbers === undefined) return undefined;
    const greeting = greetingOf(numbers);
    const { fieldIndex, classes } = this;
    fieldIndex.fill(NO_FIELD);
    for (let field = 1; field <= TOTALS; field++) fieldIndex[field] = field - 1;
    for (const [runtimeClass, sizeclass] of modelClasses(greeting).entries()) {
      if (runtimeClass > 0 && sizeclass === 0) continue;
      classes[runtimeClass] = sizeclass;
      fieldIndex[1 + TOTALS + runtimeClass] = TOTALS + sizeclass;
      fieldIndex[1 + TOTALS + WIRE_CLASSES + runtimeClass] = TOTALS + NUM_SIZE_CLASSES + sizeclass;
    }
    this.greeting = greeting;
    return greeting;
  }

  /** Reads an answer of plain numbers, if all of it has arrived. */
  numbers(): readonly number[] | undefined {
    const end = this.open();
    if (end < 0) return undefined;
    const numbers: number[] = [];
    while (this.position < end) numbers.push(this.number());
    return numbers;
  }

  /** Reads a snapshot of the heap, which comes in parts, each of which starts with whether another one follows. */
  heapSnapshot(): readonly number[] | undefined {
    for (let part = this.numbers(); part !== undefined; part = this.numbers()) {
      const [hasMore, ...numbers] = part;
      for (const number of numbers) this.snapshot.push(number);
      if (hasMore !== 0) continue;
      const { snapshot } = this;
      this.snapshot = [];
      return snapshot;
    }
    return undefined;
  }

  /**
   * Takes the last answer for the state before the first command. What is off in it is not the doing of this trace's
   * commands, and is not shown from here on. Returns the first offset in words, if there is one.
   */
  begin(): string | undefined {
    const { fields, rescanned, twins } = this;
    const offset = this.start.take(fields, rescanned, twins);
    this.start.correct(rescanned, twins);
    this.hasDifferences ||= offset !== undefined;
    return offset;
  }

  /**
   * Reads one answer into `observation`, if all of it has arrived.
   * @param isRead whether it answers a read: then what that published goes into `read`, and is no twin.
   */
  next(isRead: boolean): typeof INCOMPLETE | typeof ANSWER | typeof END {
    const start = this.from + LENGTH_BYTES;
    const end = this.open();
    if (end < 0) return INCOMPLETE;
    if (end === start) {
      this.start.forget();
      return END;
    }
    const { fields, rescanned, twins, fieldIndex } = this;
    if (this.hasDifferences) rescanned.set(fields);
    for (let field = this.number(); field !== 0; field = this.number()) {
      const index = fieldIndex[field];
      const change = this.signed();
      fields[index] += change;
      rescanned[index] += change;
    }
    this.hasDifferences = false;
    for (let field = this.number(); field !== 0; field = this.number()) {
      rescanned[fieldIndex[field]] += this.signed();
      this.hasDifferences = true;
    }
    this.readEvents();
    if (isRead) {
      this.read.set(fields);
      this.readAgain.set(fields);
    }
    if (twins.length > 0) twins.length = 0;
    while (this.position < end) this.readTwin(isRead);
    if (this.start.isOff) {
      this.start.correct(rescanned, twins);
      this.hasDifferences = true;
    }
    return ANSWER;
  }

  private readEvents(): void {
    const { events } = this;
    events.length = 0;
    for (let kind = this.number() - 1; kind >= 0; kind = this.number() - 1) {
      const span = this.number();
      let argument = this.number();
      if (kind === SPAN_ALLOCATED) argument += this.classes[argument & CLASS_MASK] - (argument & CLASS_MASK);
      const count = kind === PLACED || kind === REUSED ? this.number() : 1;
      for (let i = 0; i < count; i++) emit(events, kind, span, argument + i);
    }
  }

  private readTwin(isRead: boolean): void {
    const number = this.number();
    const expected = this.signed();
    const actual = this.signed();
    if (number >= METRIC_TWINS) {
      this.twins.push({ counter: metricName(number, this.greeting?.metrics ?? []), expected, actual });
      return;
    }
    const reading = Math.floor(number / READ_TWINS);
    if (reading === 0) {
      this.twins.push({ counter: twinName(number), expected, actual });
      return;
    }
    const index = this.fieldIndex[number % READ_TWINS];
    if (isRead && reading === 1) {
      this.read[index] = actual;
      this.readAgain[index] = actual;
    } else if (isRead && reading === 2) {
      this.readAgain[index] = actual;
    } else {
      this.twins.push({ counter: readingName(reading, at(FIELD_NAMES, index)), expected, actual });
    }
  }

  /** Goes to the first number of the next answer, and returns where it ends; negative if not all of it has arrived. */
  private open(): number {
    const { bytes, from } = this;
    if (this.to - from < LENGTH_BYTES) return -1;
    const start = from + LENGTH_BYTES;
    const end = start + bytes[from] + 256 * bytes[from + 1] + 65536 * bytes[from + 2];
    if (end > this.to) return -1;
    this.position = start;
    this.from = end;
    return end;
  }

  private number(): number {
    const { bytes } = this;
    let byte = bytes[this.position++];
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[this.position++];
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

/** Size classes that the fields of the wire have room for: `spancheckStride` of the driver. */
const WIRE_CLASSES = 68;
const WIRE_FIELDS = TOTALS + 2 * WIRE_CLASSES;

/** Twins from here on are fields: a read, a second one, and its rescan, one stride after the other. */
const READ_TWINS = 512;

/** The size class in the argument of `SPAN_ALLOCATED`. */
const CLASS_MASK = 127;
/** There, a class that the model has not. */
const UNKNOWN_CLASS = 127;

const CLASSES = Array.from({ length: NUM_SIZE_CLASSES }, (_, c) => c);
const FIELD_NAMES: readonly string[] = [
  ...MEMSTATS_TOTALS,
  ...CLASSES.map((c) => `BySize.Mallocs of class ${c}`),
  ...CLASSES.map((c) => `BySize.Frees of class ${c}`),
  'BySize of a class that the model has not',
];

/** The fields of a flat vector, without copying. */
function memStatsOn(fields: Float64Array): MemStats {
  return {
    totals: fields.subarray(0, TOTALS),
    mallocs: fields.subarray(TOTALS, TOTALS + NUM_SIZE_CLASSES),
    frees: fields.subarray(TOTALS + NUM_SIZE_CLASSES, FIELDS),
  };
}
