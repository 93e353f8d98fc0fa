/** The README's example on an allocator of one's own: it holds, and a bug in it is found and shrunk. */
import { expect, test } from 'vitest';
import {
  inProcessSystem,
  modelSystem,
  TraceFailure,
  verify,
  type Command,
  type InProcessAllocator,
  type System,
} from './index';

const SIZES = [0, 8, 16, 32, 48, 64];

/** Counters beside a list of live objects: a smallest allocator with statistics. */
class TinyAllocator implements InProcessAllocator {
  readonly name = 'tiny-allocator';
  readonly ops = ['smallAlloc', 'free', 'gcStart', 'readMemStats'] as const;
  private live = new Map<number, { bytes: number; count: number }>();
  private dead = 0;
  protected mallocs = 0;
  protected frees = 0;

  reset(): void {
    this.live = new Map();
    this.dead = 0;
    this.mallocs = 0;
    this.frees = 0;
  }

  apply(command: Command): void {
    if (command.op === 'smallAlloc') {
      this.live.set(command.name, { bytes: SIZES[command.class] ?? 0, count: command.count });
      this.mallocs += command.count;
    } else if (command.op === 'free') {
      this.dead += this.live.get(command.object)?.count ?? 0;
      this.live.delete(command.object);
    } else if (command.op === 'gcStart') {
      this.frees += this.dead;
      this.dead = 0;
    }
  }

  stats() {
    return { Mallocs: this.mallocs, Frees: this.frees, HeapObjects: this.mallocs - this.frees };
  }

  rescan() {
    let objects = this.dead;
    for (const { count } of this.live.values()) objects += count;
    return { Mallocs: objects + this.frees, Frees: this.frees, HeapObjects: objects };
  }
}

class ForgetfulAllocator extends TinyAllocator {
  override apply(command: Command): void {
    super.apply(command);
    if (command.op === 'smallAlloc' && command.count === 3) this.mallocs--;
  }
}

test('the model holds', async () => {
  await verify(modelSystem(), { traces: 50 });
});

test('an allocator in TypeScript holds', async () => {
  await verify(inProcessSystem(new TinyAllocator()));
});

test('a bug in an allocator in TypeScript is found and shrunk to the one command that shows it', async () => {
  const error = await verify(inProcessSystem(new ForgetfulAllocator())).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TraceFailure);
  const { trace, failure, message } = error as TraceFailure;
  expect(failure.check).toBe('rescan');
  expect(trace.commands).toHaveLength(1);
  expect(message).toContain('Mallocs: 2, expected 3 (−1)');
});

test('a run that holds resolves with an account of what it checked', async () => {
  const progress: number[] = [];
  const result = await verify(inProcessSystem(new TinyAllocator()), {
    traces: 20,
    timeMs: Infinity,
    onProgress: ({ traces }) => progress.push(traces),
  });
  expect(result).toMatchObject({ traces: 20, endedBy: 'traces' });
  expect(result.steps).toBeGreaterThan(20);
  expect(result.checksRun).toContain('rescan');
  expect(result.checksNotRun).toContainEqual({ name: 'twins', needs: ['twins'] });
  expect(result.coverage.ops.reduce((sum, { applied }) => sum + applied, 0)).toBe(result.steps);
  expect(progress).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

test('checks that were left out are no check that the system cannot show', async () => {
  const { checksRun, checksNotRun } = await verify(modelSystem(), { traces: 5, checks: ['rescan'] });
  expect(checksRun).toEqual(['rescan']);
  expect(checksNotRun).toContainEqual({ name: 'ledger', needs: [] });
});

test('the time limit ends a run, but not before the least number of steps', async () => {
  const result = await verify(modelSystem(), { traces: 1_000_000, timeMs: 1, minSteps: 3000 });
  expect(result.endedBy).toBe('time');
  expect(result.steps).toBeGreaterThanOrEqual(3000);
  expect(result.traces).toBeLessThan(1_000_000);
});

test('examples run first', async () => {
  const commands: readonly Command[] = [{ op: 'smallAlloc', p: 0, class: 1, count: 3, name: 1 }];
  const examples = [{ shape: { procs: 1 }, commands }];
  const seen: number[] = [];
  const held = await verify(inProcessSystem(new TinyAllocator()), { traces: 1, examples });
  expect(held.traces).toBe(2);
  const failed = verify(inProcessSystem(new ForgetfulAllocator()), {
    examples,
    onProgress: ({ traces }) => seen.push(traces),
  });
  await expect(failed).rejects.toThrow(TraceFailure);
  expect(seen).toEqual([1]);
});

test('a failure of an object in this process does not point to a command that cannot open it', async () => {
  const failed = verify(inProcessSystem(new ForgetfulAllocator()));
  await expect(failed).rejects.toThrow('verify(system, { examples: [parseTraceFile(');
  await expect(failed).rejects.not.toThrow('spancheck replay');
});

const trace = (...commands: Command[]) => [{ shape: { procs: 1 }, commands }];

test.each<[object, string]>([
  [{ numRuns: 10 }, 'verify: numRuns is not an option; use traces (options: seed, traces'],
  [{ trace: 10 }, 'verify: trace is not an option; did you mean traces?'],
  [{ traces: -5 }, 'verify: traces: -5 is not a whole number from 1'],
  [{ traces: 0 }, 'verify: traces: 0 is not a whole number from 1'],
  [{ traces: Number.NaN }, 'verify: traces: NaN is not a whole number from 1'],
  [{ traces: '5' }, 'verify: traces: 5 is not a whole number'],
  [{ seed: 1.5 }, 'verify: seed: 1.5 is not a whole number'],
  [{ maxCommands: 0 }, 'verify: maxCommands: 0 is not a whole number from 1 to 100000'],
  [{ minSteps: 0 }, 'verify: minSteps: 0 is not a whole number'],
  [{ timeMs: 0 }, 'verify: timeMs: 0 is not a time above 0'],
  [{ timeMs: Number.NaN }, 'verify: timeMs: NaN is not a time above 0'],
  [{ onProgress: 'dot' }, 'verify: onProgress is not a function'],
  [{ checks: [] }, 'verify: checks: names no check; leave it out for all, or name some of rescan, '],
  [{ checks: ['rescam'] }, 'verify: checks: rescam is not a check; did you mean rescan?'],
  [
    { checks: ['rescan', 'twins'] },
    'checks: twins cannot run on tiny-allocator, which does not show twins; these can: ',
  ],
  [
    { examples: [{ shape: { procs: 2 }, commands: [{ op: 'readMemStats' }] }] },
    'examples[0].shape.procs: 2 are more Ps',
  ],
  [{ examples: trace() }, 'examples[0].commands: is empty'],
  [
    { examples: trace({ op: 'setProcs', procs: 1 }) },
    'examples[0].commands[0]: tiny-allocator cannot perform setProcs',
  ],
  [{ examples: trace({ op: 'free', object: 1 }) }, 'examples[0].commands[0]: free does not apply: '],
])('options that would check nothing are refused: %j', async (options, message) => {
  const refused = verify(inProcessSystem(new TinyAllocator()), options);
  await expect(refused).rejects.toThrow(TypeError);
  await expect(refused).rejects.toThrow(message);
});

test('an allocator that was not wrapped in a system is refused', async () => {
  const allocator = new TinyAllocator() as unknown;
  await expect(verify(allocator as System)).rejects.toThrow('is not a system; use modelSystem(), inProcessSystem(');
});

test('a system that skips commands does not hold', async () => {
  const system = inProcessSystem(new TinyAllocator());
  await expect(verify({ ...system, run: () => undefined })).rejects.toThrow(
    /ended the trace early, after 0 of \d+ commands/,
  );
});

test('an allocator that never allocates is refused', async () => {
  const system = inProcessSystem(new TinyAllocator());
  await expect(verify({ ...system, ops: new Set(['free'] as const) })).rejects.toThrow('nothing is ever allocated');
});
