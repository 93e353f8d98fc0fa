import { expect, test } from 'vitest';
import { describeThrown } from './thrown';

const hostile = new Error('fine');
Object.defineProperty(hostile, 'message', {
  get() {
    throw new Error('not this one');
  },
});

test.each<[string, unknown, string]>([
  ['an Error', new RangeError('Invalid array length'), 'Invalid array length'],
  ['an Error without a message', new Error(''), 'an Error without a message was thrown'],
  ['a string', 'boom', 'boom was thrown, which is no Error'],
  ['undefined', undefined, 'undefined was thrown, which is no Error'],
  ['a symbol', Symbol('s'), 'Symbol(s) was thrown, which is no Error'],
  ['an object', {}, '[object Object] was thrown, which is no Error'],
  ['an object without a prototype', Object.create(null), 'an object without a text was thrown'],
  ['a proxy', new Proxy(new Error('x'), {}), 'a proxy was thrown'],
  ['an Error whose message throws', hostile, 'an object without a text was thrown'],
  ['a long text', new Error('x'.repeat(10_000)), 'x'.repeat(500)],
])('%s', (_, thrown, text) => {
  expect(describeThrown(thrown)).toBe(text);
});
