/** State keys: equal for the same state by another way, different for whatever a later command could tell apart. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import type { Command } from '../../properties/trace/command';
import { modelSystem } from '../../systems/model';
import { probeOf } from './probe';

function keyAfter(commands: readonly Command[], readsEachStep = false): string {
  const probe = probeOf(modelSystem(), CHECKS);
  if (probe === undefined) throw new Error('the model shows its heap');
  const trace = { shape: { procs: 2, readsEachStep }, commands };
  expect(probe.tryTrace(trace)).toBeUndefined();
  return probe.stateAfter(trace);
}

const alloc = (name: number, sizeclass = 5): Command => ({ op: 'smallAlloc', p: 0, class: sizeclass, count: 1, name });

test('one object more, another class, another P, or a read makes another state', () => {
  const key = keyAfter([alloc(1)]);
  for (const commands of [
    [alloc(1), alloc(2)],
    [alloc(1, 6)],
    [{ ...alloc(1), p: 1 } as Command],
    [alloc(1), { op: 'readMemStats' } as const],
    [alloc(1), { op: 'free', object: 1 } as const],
  ])
    expect(keyAfter(commands)).not.toBe(key);
});

test('two objects dropped in either order, and two births in one, are the same state', () => {
  const born = [alloc(1), alloc(2)];
  const [first, second]: readonly Command[] = [
    { op: 'free', object: 1 },
    { op: 'free', object: 2 },
  ];
  expect(keyAfter([...born, first, second])).toBe(keyAfter([...born, second, first]));
});

test('the names of the objects do not count, but which of them is still referred to does', () => {
  const swapped = [alloc(2), alloc(1)];
  expect(keyAfter([alloc(1), alloc(2)])).toBe(keyAfter(swapped));
  const dropFirst: Command = { op: 'free', object: 1 };
  expect(keyAfter([alloc(1), alloc(2), dropFirst])).not.toBe(keyAfter([...swapped, dropFirst]));
});

test('a trace that is read at each step is in another state than one that is not', () => {
  expect(keyAfter([alloc(1), { op: 'readMemStats' }], true)).not.toBe(keyAfter([alloc(1), { op: 'readMemStats' }]));
});
