/** What is noticed of a step while its moves are followed. */
import type { Drift } from '../drift';

export class StepFindings {
  /** A placement that cannot be right, the first of the step. */
  misplaced: Drift | undefined;
  /** What the step did, as bits: `FILLED_TO_THE_LAST_SLOT` … */
  coverageBits = 0;

  /** A step begins. */
  start(): void {
    this.misplaced = undefined;
    this.coverageBits = 0;
  }
}
