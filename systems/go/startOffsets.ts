/**
 * Offsets that are there before the first command of a trace. A faulty runtime miscounts from its start, so any command at all would
 * seem to fail; a trace must only show the drift that its own commands add.
 */
import { formatNumber } from '../../properties/formatNumber';
import type { Twin } from '../../properties/system';

/** A field by its name, and by the name of the twin that compares a read with its own rescan. */
export interface FieldName {
  readonly name: string;
  readonly readTwin: string;
}

export class StartOffsets {
  isOff = false;
  private readonly rescan: Float64Array;
  private readonly twins = new Map<string, number>();

  constructor(private readonly names: readonly FieldName[]) {
    this.rescan = new Float64Array(names.length);
  }

  /** Takes the figures for the start of a trace, and returns the first offset in words, if there is one. */
  take(fields: Float64Array, rescanned: Float64Array, twins: readonly Twin[]): string | undefined {
    this.twins.clear();
    let text: string | undefined;
    for (const [field, { name, readTwin }] of this.names.entries()) {
      const offset = (fields[field] ?? 0) - (rescanned[field] ?? 0);
      this.rescan[field] = offset;
      if (offset === 0) continue;
      // No read comes before the first command; one would have found the same.
      this.twins.set(readTwin, offset);
      text ??= offsetText(name, offset, 'by rescan');
    }
    for (const { counter, expected, actual } of twins) {
      this.twins.set(counter, actual - expected);
      text ??= offsetText(counter, actual - expected, 'by its twin');
    }
    this.isOff = text !== undefined;
    return text;
  }

  /** Forgets the offsets at the end of a trace: the next one starts from its own. */
  forget(): void {
    this.isOff = false;
  }

  /** Takes the offsets off the rescan and off the twins, and drops the twins that are equal then. */
  correct(rescanned: Float64Array, twins: Twin[]): void {
    for (const [field, offset] of this.rescan.entries()) rescanned[field] = (rescanned[field] ?? 0) + offset;
    let kept = 0;
    for (const twin of twins) {
      const expected = twin.expected + (this.twins.get(twin.counter) ?? 0);
      if (expected !== twin.actual) twins[kept++] = { ...twin, expected };
    }
    twins.length = kept;
  }
}

function offsetText(counter: string, offset: number, by: string): string {
  return `${counter} is off by ${formatNumber(offset)} ${by}`;
}
