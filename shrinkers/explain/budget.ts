/**
 * The budget of an explanation: a deadline or Ctrl-C. It is asked before every run of a trace, and remembers whether
 * anything was left out because of it.
 */
import { setImmediate } from 'node:timers/promises';

export class Budget {
  private hasEnded = false;

  constructor(private readonly isOver: () => boolean = () => false) {}

  /** True if some work was skipped. */
  get isCutShort(): boolean {
    return this.hasEnded;
  }

  /** Reports whether the next piece of work must be skipped. Gives the event loop a turn, so that Ctrl-C gets through. */
  async isSpent(): Promise<boolean> {
    if (!this.hasEnded) {
      await setImmediate();
      this.hasEnded = this.isOver();
    }
    return this.hasEnded;
  }
}
