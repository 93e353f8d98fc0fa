/**
 * A fault: a named bug, as data. The clean source never knows of it; `edits` say what text of which source file
 * becomes what, and `find` must match exactly once. A fault of the catalogue has more to say (faultFile.ts): what kind
 * of mistake it is, and in `seenBy` who must see it at once, which is measured (noteWitnesses.ts), held to by the kill
 * table, and the column "seen by" of every list of such bugs: R, the counters against the rescan; L, the ledger; S,
 * structure and unflushed identities; T, the allocator's own throw.
 */
import type { Edit } from '../systems/edits';

export interface Fault {
  readonly name: string;
  /** Where it happened: an issue, or a rule of what can be wrong. */
  readonly origin: string;
  /** One line on what goes wrong. */
  readonly text: string;
  readonly edits: readonly Edit[];
}
