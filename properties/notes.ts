/** What is noticed of a step while its moves are followed. */
import type { Drift } from './drift';

export class Notes {
  /** A placement that cannot be right, the first of the step. */
  misplaced: Drift | undefined;
  /** What the step did, as bits: `FILLED_TO_THE_LAST_SLOT` … */
  reached = 0;

  /** A step begins. */
  start(): void {
    this.misplaced = undefined;
    this.reached = 0;
  }
}
