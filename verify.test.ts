/** The README's own example, on an allocator of a stranger: it holds, and a bug in it is found and shrunk. */
import { expect, test } from 'vitest';
import { inProcessSystem, modelSystem, TraceFailure, verify, type Command, type InProcessAllocator } from './index';

const SIZES = [0, 8, 16, 32, 48, 64];

/** Counters beside a list of live objects: as small as an allocator with statistics can be. */
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

test('the model holds', () => verify(modelSystem(), { traces: 50 }));

test('an allocator in TypeScript holds', () => verify(inProcessSystem(new TinyAllocator())));

test('a bug in an allocator in TypeScript is found and shrunk to the one command that shows it', async () => {
  const error = await verify(inProcessSystem(new ForgetfulAllocator())).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TraceFailure);
  const { trace, failure, message } = error as TraceFailure;
  expect(failure.check).toBe('rescan');
  expect(trace.commands).toHaveLength(1);
  expect(message).toContain('Mallocs: 2, expected 3 (−1)');
});

test('an unknown check is named', async () => {
  await expect(verify(modelSystem(), { checks: ['rescam'] })).rejects.toThrow('rescam is not a check');
});
