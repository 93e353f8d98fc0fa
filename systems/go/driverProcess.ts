/**
 * A running driver: bytes in, bytes out, and its last words. The driver puts answers into a file without a name that both
 * sides have open, so answers that it had not written to its output when it died are not lost.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';
import { ioReason, isIoError } from './ioError';
import { shortageIn } from './parseCrash';
import { withoutGoSettings } from './platform';

export interface Listener {
  bytes(chunk: Uint8Array): void;
  /** The process is gone; nothing comes after this. */
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
  private startError: Error | undefined;
  private readonly gone: Promise<void>;

  constructor(private readonly binary: string) {
    this.child = this.start();
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.received += chunk.length;
      this.listener?.bytes(chunk);
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (this.stderr.length < STDERR_MAX_LENGTH) this.stderr += text;
    });
    // Writing to a driver that has died fails; `close` reports its end.
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
        this.startError = error;
        end(null);
      });
      this.child.on('close', (_code, signal) => end(signal));
    });
    this.idle();
  }

  /** Why the machine, and not the runtime, ended the driver; undefined if it did not. */
  get shortage(): EnvironmentError | undefined {
    const { startError, binary } = this;
    if (startError !== undefined) return cannotStart(binary, startError);
    const limit = addressSpaceLimit();
    const words = shortageIn(this.stderr, limit !== undefined);
    if (words === undefined) return undefined;
    const cause =
      limit === undefined ? 'raise the limit' : `the address space is limited to ${limit}; raise it (ulimit -v)`;
    return new EnvironmentError(`go: the driver ran out of what this machine allows it (${words}); ${cause}`);
  }

  /** True while somebody has stopped the driver (SIGSTOP, a debugger), so that it cannot answer. */
  get isStopped(): boolean {
    try {
      const stat = readFileSync(`/proc/${this.child.pid ?? 0}/stat`, 'latin1');
      return /^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2));
    } catch {
      return false;
    }
  }

  write(text: string): void {
    this.child.ref();
    for (const stream of this.streams()) stream.ref();
    this.child.stdin?.write(text);
  }

  /** Lets this process end even though the driver is running. */
  idle(): void {
    this.child.unref();
    for (const stream of this.streams()) stream.unref();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends the driver, which sees the end of its input, or is killed if it hangs. */
  async close(): Promise<void> {
    if (!this.isAlive) return;
    this.child.ref();
    this.child.stdin?.end();
    const timer = setTimeout(() => this.kill(), CLOSE_TIMEOUT_MS);
    await this.gone;
    clearTimeout(timer);
  }

  private start(): ChildProcess {
    const env = {
      ...withoutGoSettings(process.env),
      GOGC: 'off',
      GOMEMLIMIT: 'off',
      // A goroutine that is preempted at any point is scanned conservatively, which keeps dead objects alive.
      GODEBUG: 'asyncpreemptoff=1,gcshrinkstackoff=1',
      GOTRACEBACK: 'none',
    };
    try {
      // In a process group of its own: Ctrl-C is for the parent, which ends in order.
      return spawn(this.binary, [], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe', this.shared] });
    } catch (error) {
      closeSync(this.shared);
      throw error instanceof Error ? cannotStart(this.binary, error) : error;
    }
  }

  private streams(): readonly Socket[] {
    return [this.child.stdin, this.child.stdout, this.child.stderr].filter((stream) => stream instanceof Socket);
  }

  /** Returns what the driver had answered but not written yet. */
  private unwritten(): Uint8Array {
    const shared = Buffer.alloc(SHARED_BYTES);
    readSync(this.shared, shared, 0, SHARED_BYTES, 0);
    const flushed = Number(shared.readBigInt64LE(0));
    const length = Number(shared.readBigInt64LE(8));
    const from = this.received - flushed;
    return from < 0 || from >= length ? new Uint8Array(0) : shared.subarray(HEADER_BYTES + from, HEADER_BYTES + length);
  }
}

function cannotStart(binary: string, error: Error): EnvironmentError {
  const reason = isIoError(error) ? ioReason(error) : error.message;
  return new EnvironmentError(
    `go: the driver ${binary} cannot be started (${reason}); set SPANCHECK_CACHE to choose another folder for it, or raise the limit`,
  );
}

/** Returns the limit on the address space of this process, and so of the driver, in words. */
function addressSpaceLimit(): string | undefined {
  try {
    const bytes = /^Max address space +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return bytes === undefined ? undefined : `${Math.floor(Number(bytes) / 2 ** 20)} MiB`;
  } catch {
    return undefined;
  }
}

/** Opens a file without a name, in memory if possible, with all its space taken: a full disk must not kill the driver later. */
function openNameless(): number {
  const reasons: string[] = [];
  for (const dir of ['/dev/shm', tmpdir()]) {
    const path = join(dir, `spancheck-${process.pid}-${Date.now()}-${counter++}`);
    let file: number | undefined;
    try {
      file = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      const zeros = new Uint8Array(SHARED_BYTES);
      for (let at = 0; at < SHARED_BYTES;) at += writeSync(file, zeros, at, SHARED_BYTES - at, at);
      return file;
    } catch (error) {
      if (!isIoError(error)) throw error;
      if (file !== undefined) closeSync(file);
      reasons.push(`${dir}: ${ioReason(error)}`);
    }
  }
  throw new EnvironmentError(
    `go: no file of ${SHARED_BYTES} bytes can be made for the driver's answers (${reasons.join('; ')}); make room there, or set TMPDIR`,
  );
}

let counter = 0;
