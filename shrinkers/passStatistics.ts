/** Statistics of each pass during a shrink, for tuning the passes. */

export interface PassStatistics {
  readonly name: string;
  /** Rounds in which the pass ran. */
  readonly calls: number;
  /** Candidates that it proposed. */
  readonly candidates: number;
  /** Candidates that ran: those that apply and had not run before. */
  readonly tries: number;
  /** Candidates that became the current trace. */
  readonly taken: number;
  /** Commands by which those made the trace shorter. */
  readonly deletedCommands: number;
}

/** A row that is still counting. */
export type PassCounter = { -readonly [Key in keyof PassStatistics]: PassStatistics[Key] };

/** Returns a row of zeros for each name. */
export function newPassCounters(names: readonly string[]): readonly PassCounter[] {
  return names.map((name) => ({ name, calls: 0, candidates: 0, tries: 0, taken: 0, deletedCommands: 0 }));
}

/** Adds up the rows of the same pass, in the order of `left`. */
export function sumOfPasses(
  left: readonly PassStatistics[],
  right: readonly PassStatistics[],
): readonly PassStatistics[] {
  return left.map((row) => {
    const other = right.find(({ name }) => name === row.name);
    if (other === undefined) return row;
    return {
      name: row.name,
      calls: row.calls + other.calls,
      candidates: row.candidates + other.candidates,
      tries: row.tries + other.tries,
      taken: row.taken + other.taken,
      deletedCommands: row.deletedCommands + other.deletedCommands,
    };
  });
}
