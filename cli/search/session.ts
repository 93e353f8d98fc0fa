/**
 * One call of the command: when its time is up, which signal interrupted it, and when the event loop gets a turn. The
 * only clock of the suite is here; nothing in here decides a result.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { exitNow } from '../output/supervised';

/** The event loop gets a turn at least this often, for Ctrl-C and the progress line. */
const TURN_MS = 40;

/** The time for work to end in order after a signal; then the call returns without it. */
const GIVE_UP_MS = 600;

/** After the verdict is printed, systems have this long to close. */
const CLOSE_MS = 1000;

/** A timer of more than 2 ** 31 ms ends at once. */
const MAX_TIMER_SECONDS = 2 ** 31 / 1000;

/** A shell's numbers for a process that these signals ended. */
const EXIT_CODES: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 130, SIGTERM: 143 };

export class Session {
  private lastTurnMs = performance.now();
  private readonly controller = new AbortController();
  private signal: NodeJS.Signals | undefined;
  private isAbandoned = false;
  private readonly closings: (() => Promise<void>)[] = [];
  private readonly onInterrupt = (signal: NodeJS.Signals) => {
    // The listener stays: write-file-atomic ends the process if it finds no other listener while it writes.
    if (!this.isInterrupted) {
      this.signal = signal;
      this.controller.abort();
      return;
    }
    // A second Ctrl-C ends the process at once, as everywhere.
    this.close();
    process.kill(process.pid, signal);
  };

  constructor() {
    process.on('SIGINT', this.onInterrupt);
    process.on('SIGTERM', this.onInterrupt);
  }

  get isInterrupted(): boolean {
    return this.controller.signal.aborted;
  }

  /** The exit code for the signal that interrupted the call: 130 or 143. */
  get interruptCode(): number | undefined {
    return this.signal === undefined ? undefined : EXIT_CODES[this.signal];
  }

  /** Returns a function that reports whether `seconds` from now have passed or a signal came. */
  deadline(seconds: number): () => boolean {
    const endMs = performance.now() + seconds * 1000;
    return () => this.isInterrupted || performance.now() >= endMs;
  }

  /** Returns a signal that aborts when `seconds` from now have passed or a signal of the system comes. */
  abortAfter(seconds: number): AbortSignal {
    const { signal } = this.controller;
    return seconds < MAX_TIMER_SECONDS ? AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]) : signal;
  }

  /** Gives the event loop a turn if one is due, and calls `show` first. */
  breathe(show?: () => void): Promise<void> | undefined {
    if (performance.now() - this.lastTurnMs < TURN_MS) return undefined;
    this.lastTurnMs = performance.now();
    show?.();
    return nextTurn();
  }

  /** Waits for work, but after a signal only for a moment: then returns undefined, whatever becomes of the work. */
  async untilGivenUp<T>(work: Promise<T>): Promise<T | undefined> {
    const { signal } = this.controller;
    let timer: NodeJS.Timeout | undefined;
    let listen: (() => void) | undefined;
    const givenUp = new Promise<undefined>((resolve) => {
      listen = () => {
        timer = setTimeout(() => {
          this.isAbandoned = true;
          resolve(undefined);
        }, GIVE_UP_MS);
      };
      if (signal.aborted) listen();
      else signal.addEventListener('abort', listen);
    });
    try {
      return await Promise.race([work, givenUp]);
    } catch (error) {
      // The signal ends a build, too, and that is no error.
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      clearTimeout(timer);
      if (listen !== undefined) signal.removeEventListener('abort', listen);
    }
  }

  /** Has `closing` called when the session ends. */
  atEnd(closing: () => Promise<void>): void {
    this.closings.push(closing);
  }

  /**
   * Closes what was opened; called once the verdict is printed. A system that takes too long, or work that was given
   * up, does not keep the process: it exits with `exitCode`.
   */
  async end(exitCode: number): Promise<void> {
    process.exitCode = exitCode;
    const timer = setTimeout(() => exitNow(exitCode), CLOSE_MS);
    // The verdict stands; how a system closes changes nothing about it.
    await Promise.allSettled(this.closings.map((closing) => closing()));
    clearTimeout(timer);
    this.close();
    if (this.isAbandoned) exitNow(exitCode);
  }

  close(): void {
    process.removeListener('SIGINT', this.onInterrupt);
    process.removeListener('SIGTERM', this.onInterrupt);
  }
}

/** Returns the seconds since `startMs`, a reading of `performance.now()`. */
export function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
