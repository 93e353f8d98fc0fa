/**
 * Runs a call in a child process, because it plants code that spancheck does not ship: an endless loop, a full memory or a
 * `process.exit(0)` in it then ends the child and not the verdict. The child reports what it keeps and how it ends
 * (supervised.ts); a child that ends without saying so is a failure of the planted code.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { oneLine } from '../../properties/input/badInput';
import { forgetGroup, guardGroup } from '../../systems/exec/orphanGuard';
import { EXIT_FOUND } from '../output/exitCodes';
import { SUPERVISED, type Report } from '../output/supervised';

export interface SuperviseOptions {
  /** The call ends within this time unless something hangs; `Infinity` if it has no limit. */
  readonly limitSeconds: number;
  /** Prints the verdict on a child that ended by itself as JSON too. */
  readonly isJson: boolean;
  readonly verb: string;
}

/** A child without a sign of life for this long hangs. Most loops of planted code end long before: they are counted. */
const SILENCE_SECONDS = numberFrom('SPANCHECK_PLANT_SECONDS', 60);
/** The child may take this much longer until its first sign of life. */
const START_SECONDS = 60;
/** Memory of the child: its heap, and with what lies outside of it. */
const MEMORY_MIB = numberFrom('SPANCHECK_PLANT_MIB', 1536);
const OUTSIDE_HEAP_MIB = 512;
const LOOK_MS = 100;
/** Time that the child has to exit after its verdict, and after Ctrl-C. */
const FAREWELL_MS = 1000;
const INTERRUPT_MS = 1700;
const MAX_STDERR_LENGTH = 1 << 16;

/** Runs this very call in a child, prints what the child cannot print itself, and returns the exit code. */
export function supervise(options: SuperviseOptions): Promise<number> {
  return new Supervisor(options).run();
}

class Supervisor {
  private readonly child: ChildProcess;
  private readonly startMs = performance.now();
  /** The last sign of life; before the first one the child is starting, which takes long on a busy machine. */
  private aliveMs: number | undefined;
  private readonly kept = new Set<string>();
  private exitCode: number | undefined;
  private signal: NodeJS.Signals | undefined;
  /** Why the child was ended, or what it reported as its end. */
  private how: string | undefined;
  private stderr = '';

  constructor(private readonly options: SuperviseOptions) {
    const [, script = '', ...words] = process.argv;
    this.child = fork(script, words, {
      env: { ...process.env, [SUPERVISED]: '1' },
      execArgv: [...process.execArgv, `--max-old-space-size=${MEMORY_MIB}`],
      // A group of its own: Ctrl-C at the terminal reaches the supervisor alone, which passes it on.
      detached: true,
      stdio: [0, 1, 'pipe', 'ipc', 2],
    });
    // In an endless loop it does not notice that the supervisor was killed.
    if (this.child.pid !== undefined) guardGroup(this.child.pid);
  }

  async run(): Promise<number> {
    const { child } = this;
    child.on('message', (message) => this.hear(message as Report));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (this.stderr.length < MAX_STDERR_LENGTH) this.stderr += text;
    });
    const timer = setInterval(() => this.look(), LOOK_MS);
    const onSignal = (signal: NodeJS.Signals): void => this.passOn(signal);
    const onExit = (): void => this.end(undefined);
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('exit', onExit);
    try {
      const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
        child.on('error', (error) => {
          this.how ??= `cannot be started: ${error.message}`;
          resolve([null, null]);
        });
        child.on('close', (...end) => resolve(end));
      });
      return this.verdict(code, signal);
    } finally {
      clearInterval(timer);
      if (child.pid !== undefined) forgetGroup(child.pid);
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('exit', onExit);
    }
  }

  private hear(report: Report): void {
    this.aliveMs = performance.now();
    if (report.kind === 'kept') this.kept.add(report.file);
    if (report.kind === 'died') this.how ??= report.how;
    if (report.kind === 'ended') {
      this.exitCode ??= report.exitCode;
      setTimeout(() => this.end(undefined), FAREWELL_MS).unref();
    }
  }

  /** Ends a child that hangs or takes too much memory. */
  private look(): void {
    if (this.exitCode !== undefined) return;
    const now = performance.now();
    const quietSinceMs = this.aliveMs ?? this.startMs + START_SECONDS * 1000;
    if (now - quietSinceMs > SILENCE_SECONDS * 1000) this.end(`did not return within ${SILENCE_SECONDS} s`);
    const { limitSeconds } = this.options;
    if (now - this.startMs > (limitSeconds + SILENCE_SECONDS) * 1000) this.end('did not end with the time of the call');
    if (residentMib(this.child.pid) > MEMORY_MIB + OUTSIDE_HEAP_MIB) this.end(OUT_OF_MEMORY);
  }

  private passOn(signal: NodeJS.Signals): void {
    if (this.signal !== undefined) this.end(undefined);
    this.signal = signal;
    this.child.kill(signal);
    setTimeout(() => this.end(undefined), INTERRUPT_MS).unref();
  }

  private end(how: string | undefined): void {
    this.how ??= how;
    const { pid } = this.child;
    if (pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.child.kill('SIGKILL');
    }
  }

  private verdict(code: number | null, signal: NodeJS.Signals | null): number {
    if (this.exitCode !== undefined) {
      process.stderr.write(this.stderr);
      return this.exitCode;
    }
    // The child may have left the cursor hidden and half a line.
    if (process.stderr.isTTY) process.stderr.write('\x1b[?25h\r\x1b[K');
    const files = [...this.kept];
    const kept = files.length === 0 ? 'it had found nothing' : `kept: ${files.join(', ')}`;
    if (this.signal !== undefined) {
      process.stderr.write(`spancheck: interrupted while the planted code ran; ${kept}\n`);
      return files.length > 0 ? EXIT_FOUND : this.signal === 'SIGINT' ? 130 : 143;
    }
    const message = oneLine(`the planted code ${this.how ?? this.endOf(code, signal)}`);
    process.stderr.write(`spancheck: ${message}: there is no verdict, and that is a failure of this code; ${kept}\n`);
    if (this.options.isJson) {
      const result = { spancheck: this.options.verb, version: 1, outcome: 'failed', death: message, kept: files };
      process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    }
    return EXIT_FOUND;
  }

  private endOf(code: number | null, signal: NodeJS.Signals | null): string {
    if (/heap out of memory|Allocation failed|invalid (?:array|table) (?:length|size)/.test(this.stderr))
      return OUT_OF_MEMORY;
    if (signal === 'SIGABRT') return 'aborted its process';
    if (signal !== null) return `ended its process by ${signal}`;
    return `ended its process with exit code ${code ?? 'unknown'}`;
  }
}

const OUT_OF_MEMORY = `took more than the ${MEMORY_MIB} MiB of memory that it may have`;

/** Returns the memory of a process, in MiB; 0 where the platform does not tell. */
function residentMib(pid: number | undefined): number {
  try {
    const [, pages = '0'] = readFileSync(`/proc/${pid ?? 'self'}/statm`, 'utf8').split(' ');
    return (Number(pages) * PAGE_BYTES) / 2 ** 20;
  } catch {
    return 0;
  }
}

const PAGE_BYTES = 4096;

function numberFrom(variable: string, otherwise: number): number {
  const value = Number(process.env[variable]);
  return value > 0 ? value : otherwise;
}
