/**
 * A program that runs beside the suite, lines in and lines out. It never outlives the suite: it is killed with
 * all that it started when it is closed and when the suite exits, and sees the end of its input when the suite
 * is killed itself.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Socket } from 'node:net';
import { quoted } from '../../properties/input/badInput';

export interface Listener {
  line(line: string): void;
  /** More can be written. */
  drain(): void;
  /** The program is gone, with the words to say so, or none if it was closed; nothing comes after it. */
  end(words: string | undefined): void;
}

/** A line without an end must not fill the memory. */
const MAX_LINE_LENGTH = 1 << 20;
const MAX_STDERR_LENGTH = 2000;
/** Time that a program has for its own end, after its input ended. */
const FAREWELL_MS = 2000;

export class ExecProcess {
  isAlive = true;
  /** Hears what the program says; set by whoever talks to it at the moment. */
  listener: Listener | undefined;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly ended: Promise<void>;
  private partialLine = '';
  private stderr = '';

  constructor(words: readonly string[], cwd: string | undefined) {
    const [program, ...args] = words;
    // A group of its own: Ctrl-C at the terminal is for the suite, which ends in order; and the program can
    // be killed together with what it has started.
    const child = spawn(program, args, { cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child = child;
    running.add(this);
    watchExit();
    // Whoever waits for the program has a timer; an idle program does not keep the suite from ending.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.hear(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-MAX_STDERR_LENGTH);
    });
    // What cannot be written any more is no news: the end says it.
    child.stdin.on('error', () => undefined).on('drain', () => this.listener?.drain());
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.end(`cannot be started: ${error.message}`);
        resolve();
      });
      // What it has started may hold its output open; its end would then never be seen.
      child.on('exit', () => this.killGroup());
      child.on('close', (code, signal) => {
        this.end(this.lastWords(code, signal));
        resolve();
      });
    });
  }

  /** Whether more can be written at once; if not, `drain` tells when. */
  write(text: string): boolean {
    return this.child.stdin.write(text);
  }

  kill(): void {
    if (!this.isAlive) return;
    this.listener = undefined;
    this.isAlive = false;
    this.killGroup();
  }

  /** Ends its input, and the program if that does not. */
  async close(): Promise<void> {
    this.isAlive = false;
    this.tellEnd(undefined);
    this.child.stdin.end();
    const timer = setTimeout(() => this.killGroup(), FAREWELL_MS);
    await this.ended;
    clearTimeout(timer);
  }

  killGroup(): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // No such group: it is gone, or the platform has none.
      this.child.kill('SIGKILL');
    }
  }

  private hear(text: string): void {
    const lines = (this.partialLine + text).split('\n');
    this.partialLine = lines.pop() ?? '';
    for (const line of lines) this.listener?.line(line);
    if (this.partialLine.length > MAX_LINE_LENGTH) {
      this.listener?.line(this.partialLine);
      this.kill();
    }
  }

  private end(words: string): void {
    this.isAlive = false;
    running.delete(this);
    this.tellEnd(words);
  }

  private tellEnd(words: string | undefined): void {
    const listener = this.listener;
    this.listener = undefined;
    listener?.end(words);
  }

  private lastWords(code: number | null, signal: string | null): string {
    const how = signal === null ? `exited with code ${code ?? 'unknown'}` : `was killed by ${signal}`;
    const last = this.stderr.trimEnd().split('\n').at(-1) ?? '';
    return last === '' ? how : `${how}; its last words: ${quoted(last, 200)}`;
  }
}

const running = new Set<ExecProcess>();
let isWatching = false;

function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const onSignal = (): void => {
      // Somebody else who listens ends the suite in order; else the signal does what it does without us.
      if (process.listenerCount(signal) > 1) return;
      killAll();
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

function killAll(): void {
  for (const program of running) program.killGroup();
}
