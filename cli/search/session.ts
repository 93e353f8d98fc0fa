/**
 * One call of the command: when its time is up, whether somebody pressed Ctrl-C, and when others must have the
 * thread. Everything that decides a result is elsewhere; here is the only clock.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** The thread is given away at least this often, so that Ctrl-C and the progress line work. */
const TURN_MS = 40;

export class Session {
  private lastTurnMs = performance.now();
  private readonly controller = new AbortController();
  private readonly onInterrupt = (signal: NodeJS.Signals) => {
    // The listener stays: write-file-atomic ends the process if, as it writes, no listener but its own is left.
    if (!this.isInterrupted) {
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

  /** A question whether `seconds` from now have passed, or Ctrl-C was pressed. */
  deadline(seconds: number): () => boolean {
    const endMs = performance.now() + seconds * 1000;
    return () => this.isInterrupted || performance.now() >= endMs;
  }

  /** Gives the thread away if it is time to, and calls `show` then. */
  breathe(show?: () => void): Promise<void> | undefined {
    if (performance.now() - this.lastTurnMs < TURN_MS) return undefined;
    this.lastTurnMs = performance.now();
    show?.();
    return nextTurn();
  }

  close(): void {
    process.removeListener('SIGINT', this.onInterrupt);
    process.removeListener('SIGTERM', this.onInterrupt);
  }
}

/** Seconds since `startMs`, a reading of `performance.now()`. */
export function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
