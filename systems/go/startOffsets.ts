/**
 * What is off before the first command. A faulty runtime miscounts as soon as it starts, so that any command at all would
 * seem to fail; a trace must tell by which of its own commands a counter drifts.
 */
import type { Twin } from '../../properties/system';
import { formatNumber } from '../../properties/formatNumber';

export class StartOffsets {
  isOff = false;
  private readonly rescan: Float64Array;
  private readonly twins = new Map<string, number>();

  /** @param fields the name of each field, and that of the twin that is a read beside its own rescan. */
  constructor(private readonly fields: readonly { readonly name: string; readonly readTwin: string }[]) {
    this.rescan = new Float64Array(fields.length);
  }

  /** Notes what is off, and answers the first of it as a text. */
  take(fields: Float64Array, rescanned: Float64Array, twins: readonly Twin[]): string | undefined {
    this.twins.clear();
    let text: string | undefined;
    for (let field = 0; field < fields.length; field++) {
      const off = fields[field] - rescanned[field];
      this.rescan[field] = off;
      if (off === 0) continue;
      const { name, readTwin } = this.fields[field];
      // No read comes before the first command; one would have found the same.
      this.twins.set(readTwin, off);
      text ??= offText(name, off, 'by rescan');
    }
    for (const { counter, expected, actual } of twins) {
      this.twins.set(counter, actual - expected);
      text ??= offText(counter, actual - expected, 'by its twin');
    }
    this.isOff = text !== undefined;
    return text;
  }

  /** The trace is over: the next one starts otherwise. */
  forget(): void {
    this.isOff = false;
  }

  /** Takes it off the rescan, and off the twins: those that are off by no more than that are equal. */
  correct(rescanned: Float64Array, twins: Twin[]): void {
    for (let field = 0; field < rescanned.length; field++) rescanned[field] += this.rescan[field];
    let kept = 0;
    for (const twin of twins) {
      const expected = twin.expected + (this.twins.get(twin.counter) ?? 0);
      if (expected !== twin.actual) twins[kept++] = { ...twin, expected };
    }
    twins.length = kept;
  }
}

function offText(counter: string, off: number, by: string): string {
  return `${counter} is off by ${formatNumber(off)} ${by}`;
}
