/**
 * Describes anything that foreign code has thrown, which need not be an `Error`: it may be undefined, a proxy, or an object
 * that throws again when it is looked at.
 */
import { types } from 'node:util';

const MAX_LENGTH = 500;

export function describeThrown(thrown: unknown): string {
  try {
    if (types.isProxy(thrown)) return 'a proxy was thrown';
    const text = thrown instanceof Error ? thrown.message : `${String(thrown)} was thrown, which is no Error`;
    return typeof text === 'string' && text !== ''
      ? text.slice(0, MAX_LENGTH)
      : 'an Error without a message was thrown';
  } catch {
    return 'an object without a text was thrown';
  }
}
