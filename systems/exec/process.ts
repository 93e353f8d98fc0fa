/**
 * A program that runs beside the suite, lines in and lines out. It never outlives the suite: it is killed with
 * everything it started when it is closed and when the suite exits or dies.
 */
import { isUtf8 } from 'node:buffer';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import { quoted } from '../../properties/input/badInput';
import { isProcessStopped } from './deadline';
import { forgetGroup, guardGroup } from './orphanGuard';

export interface Listener {
  line(line: string): void;
  /** Called when more can be written. */
  drain(): void;
  /** Called when the program is gone, with the reason, or without one if it was closed; nothing comes after it. */
  end(reason: string | undefined): void;
}

/** A line without an end must not fill the memory. */
const MAX_LINE_BYTES = 1 << 20;
const MAX_STDERR_LENGTH = 2000;
/** `close` counts from the end of the program's input, and is over within a second. */
const TERM_AFTER_MS = 200;
const KILL_AFTER_MS = 700;
const GIVE_UP_AFTER_MS = 900;
/** The time to read output after the program exited, and the time it has to exit after it closed its output. */
const LAST_OUTPUT_MS = 300;

export class ExecProcess {
  isAlive = true;
  /** The one who talks to the program at the moment. */
  listener: Listener | undefined;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly ended: Promise<void>;
  private fulfilEnded: () => void = () => undefined;
  private isClosing = false;
  private isGone = false;
  private timer: NodeJS.Timeout | undefined;
  private partialLine: Uint8Array = Buffer.alloc(0);
  private stderr = '';

  constructor(words: readonly string[], cwd: string | undefined) {
    const [program = '', ...args] = words;
    // A process group of its own: Ctrl-C at the terminal is for the suite, which ends in order; and the program can
    // be killed together with what it started.
    const child = spawn(program, args, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child = child;
    this.ended = new Promise((fulfil) => (this.fulfilEnded = fulfil));
    running.add(this);
    watchExit();
    if (child.pid !== undefined) guardGroup(child.pid);
    // An idle program does not keep the suite from ending. Those who wait for the program have a timer.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
    child.stdout.on('data', (chunk: Buffer) => this.read(chunk)).on('end', () => this.expectExit('output'));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-MAX_STDERR_LENGTH);
    });
    child.stdin.on('error', () => this.expectExit('input')).on('drain', () => this.listener?.drain());
    child.on('error', (error) => this.end(`cannot be started: ${error.message}`));
    child.on('exit', (code, signal) => this.exited(code, signal));
  }

  /** False if the operating system could not start it. */
  get isStarted(): boolean {
    return this.child.pid !== undefined;
  }

  get isStopped(): boolean {
    return this.child.pid !== undefined && isProcessStopped(this.child.pid);
  }

  /** Returns whether more can be written at once; if not, `drain` is called when it can. */
  write(text: string): boolean {
    return this.child.stdin.write(text);
  }

  kill(): void {
    this.isAlive = false;
    this.listener = undefined;
    if (!this.isGone) this.signalGroup('SIGKILL');
  }

  /** Ends the program's input, and the program if that does not; takes a second at the most. */
  async close(): Promise<void> {
    this.isAlive = false;
    this.isClosing = true;
    this.tellEnd(undefined);
    if (this.isGone) return;
    this.child.stdin.end();
    const timers = [
      setTimeout(() => this.signalGroup('SIGTERM'), TERM_AFTER_MS),
      setTimeout(() => this.signalGroup('SIGKILL'), KILL_AFTER_MS),
      setTimeout(() => this.end('could not be killed'), GIVE_UP_AFTER_MS),
    ];
    await this.ended;
    for (const timer of timers) clearTimeout(timer);
  }

  signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone, or the platform has none.
      this.child.kill(signal);
    }
  }

  private read(chunk: Buffer): void {
    const bytes = this.partialLine.length === 0 ? chunk : Buffer.concat([this.partialLine, chunk]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.partialLine = bytes.subarray(end);
    const lines = bytes.subarray(0, end);
    if (isUtf8(lines)) {
      for (const line of lines.toString().split('\n').slice(0, -1)) this.listener?.line(line);
    } else this.readBroken(lines);
    if (this.partialLine.length > MAX_LINE_BYTES)
      this.fail(`answered ${beginning(bytes.subarray(end))}, a line of more than 1 MiB`);
  }

  /** Passes on the lines before the first that is not UTF-8. */
  private readBroken(bytes: Buffer): void {
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(0x0a, start);
      const line = bytes.subarray(start, end);
      if (!isUtf8(line)) return this.fail(`answered ${beginning(line)}, which is not UTF-8`);
      this.listener?.line(line.toString());
      start = end + 1;
    }
  }

  /** Ends a program that has broken the protocol. */
  private fail(reason: string): void {
    this.isAlive = false;
    this.signalGroup('SIGKILL');
    this.tellEnd(reason);
  }

  /** A program that closes a pipe is about to exit; one that keeps running without it cannot answer. */
  private expectExit(pipe: 'input' | 'output'): void {
    if (!this.isAlive || this.timer !== undefined) return;
    this.timer = setTimeout(
      () => this.fail(`closed its standard ${pipe} and did not exit${this.lastWords()}`),
      LAST_OUTPUT_MS,
    );
  }

  /** A child of the program may hold its output open, so this waits for the end of the output only for a while. */
  private exited(code: number | null, signal: string | null): void {
    clearTimeout(this.timer);
    this.signalGroup('SIGKILL');
    const end = (): void => {
      const how = signal === null ? `exited with code ${code ?? 'unknown'}` : `was killed by ${signal}`;
      this.end(how + this.lastWords());
    };
    if (this.isClosing || !this.isAlive) return end();
    this.child.on('close', end);
    // Output that arrived while this process was busy is read before the timer counts.
    this.timer = setTimeout(() => setImmediate(end), LAST_OUTPUT_MS);
  }

  private end(reason: string): void {
    if (this.isGone) return;
    this.isGone = true;
    this.isAlive = false;
    clearTimeout(this.timer);
    running.delete(this);
    const { child } = this;
    if (child.pid !== undefined) forgetGroup(child.pid);
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    this.tellEnd(reason);
    this.fulfilEnded();
  }

  private tellEnd(reason: string | undefined): void {
    const { listener } = this;
    this.listener = undefined;
    listener?.end(reason);
  }

  private lastWords(): string {
    const last = this.stderr.trimEnd().split('\n').at(-1) ?? '';
    return last === '' ? '' : `; its last words: ${quoted(last, 200)}`;
  }
}

function beginning(line: Buffer): string {
  return quoted(line.toString('utf8', 0, 500), 120);
}

const running = new Set<ExecProcess>();
let isWatching = false;

function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const onSignal = (): void => {
      // Another listener ends the suite in order; without one the signal does what it would do without us.
      if (process.listenerCount(signal) > 1) return;
      killAll();
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

function killAll(): void {
  for (const program of running) program.signalGroup('SIGKILL');
}
