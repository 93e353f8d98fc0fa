/**
 * The time a program has for an answer. Only time in which both it and this process could run is counted: a program that
 * somebody has stopped (SIGSTOP, a debugger) does not hang, and neither does one whose answer nobody could read.
 */
import { readFileSync } from 'node:fs';

/** The interval of the clock's checks; a longer gap means that this process was stopped or busy. */
const TICK_MS = 250;
/** The longest that a stopped program is waited for. */
const MAX_STOPPED_MS = 60_000;

export class Deadline {
  private timer: NodeJS.Timeout | undefined;
  private lastTickAt = 0;
  private waitedMs = 0;
  private stoppedMs = 0;

  /** @param expired called once, with the reason, when the time is up. */
  constructor(
    private readonly deadlineMs: number,
    private readonly isStopped: () => boolean,
    private readonly expired: (reason: string) => void,
  ) {}

  /** Starts the time for the first answer. */
  start(): void {
    this.restart();
    this.timer = setInterval(() => this.tick(), Math.min(TICK_MS, this.deadlineMs));
  }

  /** Starts the time for the next answer. */
  restart(): void {
    this.waitedMs = 0;
    this.stoppedMs = 0;
    this.lastTickAt = performance.now();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    const now = performance.now();
    const elapsedMs = now - this.lastTickAt;
    this.lastTickAt = now;
    if (this.isStopped()) this.stoppedMs += Math.min(elapsedMs, 2 * TICK_MS);
    else this.waitedMs += Math.min(elapsedMs, 2 * TICK_MS);
    if (!this.isOver) return;
    // Answers that arrived while this process was busy are read before the program is blamed.
    setImmediate(() => {
      if (this.timer === undefined || !this.isOver) return;
      this.stop();
      this.expired(this.reason);
    });
  }

  private get isOver(): boolean {
    return this.waitedMs >= this.deadlineMs || this.stoppedMs >= MAX_STOPPED_MS;
  }

  private get reason(): string {
    if (this.stoppedMs >= MAX_STOPPED_MS) return `was stopped for ${MAX_STOPPED_MS / 1000} s`;
    return `no answer within ${this.deadlineMs / 1000} s`;
  }
}

/** Reports whether a process or one of its descendants is stopped; false where there is no /proc. */
export function isProcessStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (/^\) [Tt] /.test(stat.slice(stat.lastIndexOf(')')))) return true;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? [];
    return children.some((child) => isProcessStopped(Number(child)));
  } catch {
    return false;
  }
}
