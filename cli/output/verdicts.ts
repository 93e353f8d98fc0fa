/** What a run found out about one system, as it is printed and as `--json` has it. */
import type { Check } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';

export interface SystemVerdict {
  readonly system: string;
  readonly outcome: 'held' | 'failed' | 'interrupted' | 'skipped';
  /** Why it was skipped, or what it runs on. */
  readonly note?: string | undefined;
  readonly seed: number;
  readonly traces: number;
  readonly steps: number;
  readonly seconds: number;
  /** Names of the checks that were evaluated after each step. */
  readonly checks: readonly string[];
  readonly ops: readonly { readonly op: string; readonly applied: number }[];
  readonly states: readonly { readonly name: string; readonly steps: number }[];
  readonly found?: Found | undefined;
  /** The command line that does the same again. */
  readonly repeat: string;
}

/** A failure that was found, and the smallest trace that shows it. */
export interface Found {
  readonly trace: Trace;
  readonly failure: Failure;
  /** Commands of the trace before it was shrunk. */
  readonly commandsBefore: number;
  readonly tries: number;
  /** Whether the shrinker came to its end. */
  readonly isShrunk: boolean;
  /** What is known about smaller traces, where that was asked. */
  readonly certificate?: string | undefined;
  /** Where the trace was written. */
  readonly file: string;
  /** Set if the file could not be written: why, and what it would hold. */
  readonly unwritten?: Unwritten | undefined;
  /** Words of a command line that name the runtime, which the file does not. */
  readonly runtimeWords?: readonly string[];
  /** Other bugs that were met, each with its own shrunk trace and file. */
  readonly others: readonly Other[];
}

/** A counterexample that could not be written. */
export interface Unwritten {
  readonly problem: string;
  readonly text: string;
}

/** A failure of another kind: another bug, or the same one seen from another side. */
export interface Other {
  readonly trace: Trace;
  readonly failure: Failure;
  readonly file: string;
  readonly unwritten?: Unwritten | undefined;
}

export function names(checks: readonly Check[]): readonly string[] {
  return checks.map(({ name }) => name);
}
