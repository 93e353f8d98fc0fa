/** Verdicts of a run on its systems, as the screen and `--json` have them. */
import type { Check } from '../../properties/checks/checks';
import type { CheckNotRun } from '../../properties/evaluation';
import type { Failure } from '../../properties/failure';
import type { Limit } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import type { Rate } from '../../shrinkers/failureRate';

export interface SystemVerdict {
  readonly system: string;
  readonly outcome: 'held' | 'failed' | 'interrupted' | 'skipped' | 'nothing checked';
  /** Why it was skipped or nothing was checked; else what the system runs on. */
  readonly note?: string | undefined;
  readonly seed: number;
  readonly traces: number;
  readonly steps: number;
  readonly seconds: number;
  /** Names of the checks that were evaluated after each step. */
  readonly checks: readonly string[];
  /** Checks that the system does not show enough for, each with what it lacks: nothing, if no step let it compare. */
  readonly checksNotRun: readonly CheckNotRun[];
  /** Fields of `MemStats` that no check compared. */
  readonly figuresNotCompared: readonly string[];
  /** The limits of what the system can show, in words for people. */
  readonly limits: readonly Limit[];
  readonly ops: readonly { readonly op: string; readonly applied: number }[];
  readonly states: readonly { readonly name: string; readonly steps: number }[];
  readonly found?: Found | undefined;
  /** Findings of later jobs; `found` is that of the first job in order. */
  readonly later?: readonly Other[];
  /** Failures besides `found` that did not repeat, and the file of the first. */
  readonly unrepeated?: { readonly count: number; readonly file: string };
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
  /** True if the shrinker finished. */
  readonly isShrunk: boolean;
  /** The result of a search for smaller traces, if there was one. */
  readonly certificate?: string | undefined;
  /** File of the trace. */
  readonly file: string;
  /** Set if the file could not be written. */
  readonly unwritten?: Unwritten | undefined;
  /** Words that replay and explain need besides the file: what the file alone may not run. */
  readonly runtimeWords?: readonly string[];
  /** Rate at which the trace fails, if not always; it is not shrunk then. */
  readonly rate?: Rate;
  /** True if it needs the trace before it: alone in a fresh system the trace holds. */
  readonly leaks?: true;
  /** Other bugs that the search met, each with its own shrunk trace and file. */
  readonly others: readonly Other[];
}

/** A counterexample that could not be written. */
export interface Unwritten {
  readonly problem: string;
  /** The lines of the file. */
  readonly lines: readonly string[];
}

/** A failure of another kind: another bug, or another symptom of the same one. */
export interface Other {
  readonly trace: Trace;
  readonly failure: Failure;
  readonly file: string;
  readonly unwritten?: Unwritten | undefined;
}

/** Returns the names of checks. */
export function names(checks: readonly Check[]): readonly string[] {
  return checks.map(({ name }) => name);
}
