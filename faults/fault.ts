/**
 * A fault is a named bug, as data: `edits` say which text of which source file becomes what. The clean source never knows
 * of it. A fault of the catalogue says more (faultFile.ts): what kind of mistake it is and, in `seenBy`, which witnesses see
 * it at once. `seenBy` is measured by scripts/noteWitnesses.ts, and the kill table holds every fault to it.
 */
import type { Edit } from '../systems/edits';

export interface Fault {
  readonly name: string;
  /** The issue in which it happened, or `our own`. */
  readonly origin: string;
  /** One line on what goes wrong. */
  readonly text: string;
  readonly edits: readonly Edit[];
}
