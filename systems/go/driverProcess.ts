/**
 * A driver that runs: bytes in, bytes out, and its last words. Answers that it had not written when it died are
 * still found, in a file that both sides have open and that has no name.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync, readSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';

export interface Listener {
  bytes(chunk: Uint8Array): void;
  /** The process is gone; nothing comes after it. */
  end(): void;
}

const HEADER_BYTES = 16;
/** `spancheckShared` of the driver: two int64, then the buffer. */
const SHARED_BYTES = HEADER_BYTES + (1 << 20);
const STDERR_MAX_LENGTH = 1 << 16;
const CLOSE_TIMEOUT_MS = 1000;

export class DriverProcess {
  isAlive = true;
  stderr = '';
  signal: NodeJS.Signals | null = null;
  listener: Listener | undefined;
  private readonly child: ChildProcess;
  private readonly shared = openNameless();
  private received = 0;
  private readonly gone: Promise<void>;

  constructor(binary: string) {
    const env = {
      ...process.env,
      GOGC: 'off',
      GOMEMLIMIT: 'off',
      // A goroutine that is preempted anywhere is scanned conservatively, and keeps dead objects alive.
      GODEBUG: 'asyncpreemptoff=1,gcshrinkstackoff=1',
      GOTRACEBACK: 'none',
    };
    // In a process group of its own, since Ctrl-C is for the parent, which ends in order.
    this.child = spawn(binary, [], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe', this.shared] });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.received += chunk.length;
      this.listener?.bytes(chunk);
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (this.stderr.length < STDERR_MAX_LENGTH) this.stderr += text;
    });
    // A driver that died while it was written to: its end is told by `close`.
    this.child.stdin?.on('error', () => undefined);
    this.gone = new Promise((fulfil) => {
      const end = (signal: NodeJS.Signals | null): void => {
        if (!this.isAlive) return;
        this.isAlive = false;
        this.signal = signal;
        const rest = this.unwritten();
        closeSync(this.shared);
        if (rest.length > 0) this.listener?.bytes(rest);
        this.listener?.end();
        fulfil();
      };
      this.child.on('error', (error) => {
        this.stderr += `cannot be started: ${error.message}`;
        end(null);
      });
      this.child.on('close', (_code, signal) => end(signal));
    });
    this.idle();
  }

  write(text: string): void {
    this.child.ref();
    for (const stream of this.streams()) stream.ref();
    this.child.stdin?.write(text);
  }

  /** Lets the program end although the driver is there. */
  idle(): void {
    this.child.unref();
    for (const stream of this.streams()) stream.unref();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** The driver ends at the end of its input, unless it hangs. */
  async close(): Promise<void> {
    if (!this.isAlive) return;
    this.child.ref();
    this.child.stdin?.end();
    const timer = setTimeout(() => this.kill(), CLOSE_TIMEOUT_MS);
    await this.gone;
    clearTimeout(timer);
  }

  private streams(): readonly Socket[] {
    return [this.child.stdin, this.child.stdout, this.child.stderr].filter((stream) => stream instanceof Socket);
  }

  /** What the driver had answered and not written yet. */
  private unwritten(): Uint8Array {
    const shared = Buffer.alloc(SHARED_BYTES);
    readSync(this.shared, shared, 0, SHARED_BYTES, 0);
    const flushed = Number(shared.readBigInt64LE(0));
    const length = Number(shared.readBigInt64LE(8));
    const from = this.received - flushed;
    return from < 0 || from >= length ? new Uint8Array(0) : shared.subarray(HEADER_BYTES + from, HEADER_BYTES + length);
  }
}

/** In memory if it can be. The name is gone before anybody could leave it behind. */
function openNameless(): number {
  const dir = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const path = join(dir, `spancheck-${process.pid}-${Date.now()}-${counter++}`);
  try {
    const file = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    ftruncateSync(file, SHARED_BYTES);
    return file;
  } catch (error) {
    throw new EnvironmentError(
      `go: no file can be made in ${dir} (${error instanceof Error ? error.message : String(error)}); free some room there`,
    );
  }
}

let counter = 0;
