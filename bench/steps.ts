/**
 * The speed of the suite itself: fully checked steps a second of one core, on the model with about 200 spans in use;
 * beside it the same through plain `fc.commands`, and what is left when checks, or model and checks, are left out.
 */
import * as fc from 'fast-check';
import { CHECKS } from '../properties/checks/checks';
import type { Command } from '../properties/trace/command';
import { JudgedSystem, fastCheckCommands } from '../properties/fastCheckCommands';
import { SyncJudge } from '../properties/judge';
import type { Ledger } from '../properties/ledger/ledger';
import { Coverage } from '../properties/coverage';
import type { Observation } from '../properties/system';
import { TraceArbitrary } from '../properties/draw/traceArbitrary';
import type { Trace } from '../properties/trace/trace';
import { modelSystem } from '../systems/model';

const SEED = 20170117;
/** Lengths at which either way of drawing keeps about 200 spans in use, weighted by steps. */
const TRACE_COMMANDS = 3800;
const SEQUENCE_COMMANDS = 2100;
/** The traces, or sequences, in which spans in use are counted. */
const COUNTED_RUNS = 200;

export interface StepsRow {
  readonly what: string;
  readonly steps: number;
  /** Per second of user CPU time over all threads of the process, including the collector's and the compiler's. */
  readonly stepsPerCpuSecond: number;
  /** The rate divided by that of the judged `fc.commands` row. */
  readonly ratio: number;
  /** Spans in use after a step, on average; none where no model runs. */
  readonly spansInUse: number | undefined;
}

interface Case<T> {
  readonly what: string;
  readonly values: fc.Arbitrary<T>;
  /** Runs one of them; returns the steps that it took. */
  readonly run: (value: T) => number;
  readonly spans?: () => number;
}

type Measured = Omit<StepsRow, 'ratio'>;
type Sequence = Iterable<fc.Command<Ledger, JudgedSystem>>;

/** @param maxCommandsScale 1; less for a test that only wants to see it run. */
export function benchSteps(seconds: number, maxCommandsScale = 1): readonly StepsRow[] {
  const scaled = (maxCommands: number): number => Math.max(1, Math.round(maxCommands * maxCommandsScale));
  const traces = new TraceArbitrary(
    { ops: modelSystem().ops, maxProcs: 128, maxCommands: scaled(TRACE_COMMANDS) },
    () => [],
  );
  const sequences = fastCheckCommands({
    ops: modelSystem().ops,
    maxProcs: 128,
    maxCommands: scaled(SEQUENCE_COMMANDS),
  });
  const peer = measure(judgedSequences(sequences), seconds);
  const measured = [
    measure(judgedTraces('checked, traces', traces, undefined), seconds),
    measure(
      judgedTraces('checked, traces, reach counted (as run does)', traces, new Coverage(modelSystem().ops)),
      seconds,
    ),
    peer,
    measure(uncheckedTraces(traces), seconds),
    measure({ what: 'generation only, traces', values: traces, run: ({ commands }) => commands.length }, seconds),
    measure(
      { what: 'generation only, fc.commands', values: sequences, run: (commands) => [...commands].length },
      seconds,
    ),
  ];
  return measured.map((row) => ({ ...row, ratio: row.stepsPerCpuSecond / peer.stepsPerCpuSecond }));
}

/**
 * One run of as many traces as the time allows, as `spancheck run` makes them. Its first half warms the engine up and is not
 * counted; in it are the first traces of a run, more of which look for edges that are far away.
 */
function measure<T>({ what, values, run, spans }: Case<T>, seconds: number): Measured {
  const start = performance.now();
  let steps = 0;
  let counted: { readonly from: number; readonly cpu: NodeJS.CpuUsage } | undefined;
  runUntil(values, (value) => {
    steps += run(value);
    const elapsedMs = performance.now() - start;
    if (counted !== undefined) return elapsedMs >= seconds * 1000;
    if (elapsedMs >= seconds * 500) counted = { from: steps, cpu: process.cpuUsage() };
    return false;
  });
  const cpuSeconds = process.cpuUsage(counted?.cpu).user / 1e6;
  const countedSteps = steps - (counted?.from ?? 0);
  return { what, steps: countedSteps, stepsPerCpuSecond: countedSteps / cpuSeconds, spansInUse: spans?.() };
}

/** Draws one value after the other, all of one run, until told that it is over. */
function runUntil<T>(values: fc.Arbitrary<T>, isOver: (value: T) => boolean): void {
  let over = false;
  const result = fc.check(
    fc.property(values, (value) => !(over = isOver(value))),
    { seed: SEED, numRuns: 2 ** 31 - 1, endOnFailure: true },
  );
  if (!over) throw result.errorInstance;
}

function judgedTraces(what: string, values: TraceArbitrary, coverage: Coverage | undefined): Case<Trace> {
  const judge = new SyncJudge(modelSystem(), { checks: CHECKS, coverage });
  const run = (trace: Trace): number => {
    const { failure, steps } = judge.run(trace);
    if (failure !== undefined) throw new Error(failure.message);
    return steps;
  };
  return { what, values, run, spans: () => spansOfTraces(values) };
}

function judgedSequences(values: fc.Arbitrary<Sequence>): Case<Sequence> {
  const system = modelSystem();
  const judged = new JudgedSystem(system, new SyncJudge(system, { checks: CHECKS }));
  const run = (commands: Sequence): number => {
    fc.modelRun(() => judged.start(2), commands);
    judged.end();
    return judged.steps;
  };
  return { what: 'checked, fc.commands', values, run, spans: () => spansOfSequences(values) };
}

function uncheckedTraces(values: TraceArbitrary): Case<Trace> {
  const system = modelSystem();
  const run = (trace: Trace): number => {
    void system.run(trace, () => true);
    return trace.commands.length;
  };
  return { what: 'model without checks, traces', values, run, spans: () => spansOfTraces(values) };
}

/** Spans in use on average over the steps of some traces; counted apart, so that the counting is not timed. */
function spansOfTraces(values: TraceArbitrary): number {
  const system = modelSystem();
  const mean = new Mean();
  let runs = 0;
  runUntil(values, (trace) => {
    void system.run(trace, (_step, _command, observation) => {
      mean.add(spansInUse(observation));
      return true;
    });
    return ++runs === COUNTED_RUNS;
  });
  return mean.value();
}

function spansOfSequences(values: fc.Arbitrary<Sequence>): number {
  const system = modelSystem();
  const mean = new Mean();
  const counting = Object.assign(Object.create(system) as typeof system, {
    step: (command: Command): Observation => {
      const observation = system.step(command);
      mean.add(spansInUse(observation));
      return observation;
    },
  });
  const judged = new JudgedSystem(counting, new SyncJudge(system, { checks: CHECKS }));
  let runs = 0;
  runUntil(values, (commands) => {
    fc.modelRun(() => judged.start(2), commands);
    return ++runs === COUNTED_RUNS;
  });
  return mean.value();
}

/** All span structures that are not free again: in use, in the page heap, stacks. */
function spansInUse({ heap }: Observation): number {
  return heap === undefined ? 0 : heap.spans.length - 1 - heap.spans.freeStructuresLength;
}

class Mean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count++;
  }

  value(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }
}
