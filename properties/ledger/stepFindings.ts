/** The findings of one step, collected while the ledgers follow its events. */
import type { Drift } from '../drift';

export class StepFindings {
  /** The first placement of the step that cannot be right. */
  misplaced: Drift | undefined;
  /** The bits of coverageBits.ts that the step set. */
  coverageBits = 0;

  clear(): void {
    this.misplaced = undefined;
    this.coverageBits = 0;
  }
}
