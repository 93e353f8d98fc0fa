/**
 * The speed of the suite itself: fully checked steps a second of one core, on the model with about 200 spans in use;
 * beside it the same through plain `fc.commands`, and what is left when checks, or model and checks, are left out.
 */
import * as fc from 'fast-check';
import { CHECKS } from '../properties/checks';
import type { Command } from '../properties/command';
import { JudgedSystem, fastCheckCommands } from '../properties/fastCheckCommands';
import { Judge, type Verdict } from '../properties/judge';
import { Reach } from '../properties/reach';
import type { Observation } from '../properties/system';
import { TraceArbitrary } from '../properties/traceArbitrary';
import { modelSystem } from '../systems/model';

const SEED = 20170117;
/** Traces, or sequences, in one go of a case: so many that its own start does not count. */
const RUNS_PER_ROUND = 10;
/** Lengths at which either way of drawing keeps about 200 spans in use, weighted by steps. */
const TRACE_COMMANDS = 3800;
const SEQUENCE_COMMANDS = 2100;

export interface StepsRow {
  readonly what: string;
  readonly steps: number;
  /** Of user CPU time, all threads of the process, the collector's and the compiler's among them. */
  readonly stepsPerCpuSecond: number;
  /** How many times the judged `fc.commands` row. */
  readonly ratio: number;
  /** Spans in use after a step, on average; none where no model runs. */
  readonly spansInUse: number | undefined;
}

interface Case {
  readonly what: string;
  /** Draws and runs some traces; returns the steps that it took. */
  readonly round: (seed: number) => number;
  readonly spans?: () => number;
}

/** @param maxCommandsScale 1; less for a test that only wants to see it run. */
export function benchSteps(secondsPerCase: number, maxCommandsScale = 1): readonly StepsRow[] {
  const scaled = (maxCommands: number): number => Math.max(1, Math.round(maxCommands * maxCommandsScale));
  const cases = [
    judgedTraces('checked, traces', scaled(TRACE_COMMANDS), undefined),
    judgedTraces('checked, traces, reach counted (as run does)', scaled(TRACE_COMMANDS), new Reach(modelSystem().ops)),
    judgedSequences('checked, fc.commands', scaled(SEQUENCE_COMMANDS)),
    uncheckedTraces('model without checks, traces', scaled(TRACE_COMMANDS)),
    drawnTraces('generation only, traces', scaled(TRACE_COMMANDS)),
    drawnSequences('generation only, fc.commands', scaled(SEQUENCE_COMMANDS)),
  ];
  const tallies = cases.map((each) => measure(each, secondsPerCase));
  const peer = tallies[2].stepsPerCpuSecond;
  return tallies.map((tally) => ({ ...tally, ratio: tally.stepsPerCpuSecond / peer }));
}

/** The first half of a case's time warms the engine up and is not counted. */
function measure({ what, round, spans }: Case, seconds: number): Omit<StepsRow, 'ratio'> {
  let seed = SEED;
  const until = (end: number): number => {
    let steps = 0;
    do steps += round(seed++);
    while (performance.now() < end);
    return steps;
  };
  const start = performance.now();
  until(start + seconds * 500);
  const before = process.cpuUsage();
  const steps = until(start + seconds * 1000);
  const cpuSeconds = process.cpuUsage(before).user / 1e6;
  return { what, steps, stepsPerCpuSecond: steps / cpuSeconds, spansInUse: spans?.() };
}

function tracesOf(maxCommands: number): TraceArbitrary {
  return new TraceArbitrary({ ops: modelSystem().ops, maxProcs: 128, maxCommands }, () => []);
}

function judgedTraces(what: string, maxCommands: number, reach: Reach | undefined): Case {
  const judge = new Judge(modelSystem(), { checks: CHECKS, reach });
  const traces = tracesOf(maxCommands);
  const round = (seed: number): number => {
    let steps = 0;
    const holds = fc.property(traces, (trace) => {
      const { failure, steps: taken } = judge.run(trace) as Verdict;
      steps += taken;
      return failure === undefined;
    });
    fc.assert(holds, { seed, numRuns: RUNS_PER_ROUND });
    return steps;
  };
  return { what, round, spans: () => spansOfTraces(maxCommands) };
}

function judgedSequences(what: string, maxCommands: number): Case {
  const system = modelSystem();
  const judged = new JudgedSystem(system, new Judge(system, { checks: CHECKS }));
  const sequences = fastCheckCommands({ ops: system.ops, maxProcs: 128, maxCommands });
  const round = (seed: number): number => {
    let steps = 0;
    const holds = fc.property(sequences, (commands) => {
      fc.modelRun(() => judged.start(2), commands);
      judged.end();
      steps += judged.steps;
    });
    fc.assert(holds, { seed, numRuns: RUNS_PER_ROUND });
    return steps;
  };
  return { what, round, spans: () => spansOfSequences(maxCommands) };
}

function uncheckedTraces(what: string, maxCommands: number): Case {
  const system = modelSystem();
  const traces = tracesOf(maxCommands);
  const round = (seed: number): number => {
    let steps = 0;
    const runs = fc.property(traces, (trace) => {
      void system.run(trace, () => true);
      steps += trace.commands.length;
    });
    fc.assert(runs, { seed, numRuns: RUNS_PER_ROUND });
    return steps;
  };
  return { what, round, spans: () => spansOfTraces(maxCommands) };
}

function drawnTraces(what: string, maxCommands: number): Case {
  const traces = tracesOf(maxCommands);
  return { what, round: (seed) => drawn(seed, traces, ({ commands }) => commands.length) };
}

function drawnSequences(what: string, maxCommands: number): Case {
  const sequences = fastCheckCommands({ ops: modelSystem().ops, maxProcs: 128, maxCommands });
  return { what, round: (seed) => drawn(seed, sequences, (commands) => [...commands].length) };
}

function drawn<T>(seed: number, arbitrary: fc.Arbitrary<T>, lengthOf: (value: T) => number): number {
  let length = 0;
  const draws = fc.property(arbitrary, (value) => {
    length += lengthOf(value);
  });
  fc.assert(draws, { seed, numRuns: RUNS_PER_ROUND });
  return length;
}

/** Spans in use on average over the steps of some traces; counted apart, so that the counting is not timed. */
function spansOfTraces(maxCommands: number): number {
  const system = modelSystem();
  const mean = new Mean();
  for (const trace of fc.sample(tracesOf(maxCommands), { seed: SEED, numRuns: 5 * RUNS_PER_ROUND })) {
    void system.run(trace, (_step, _command, observation) => {
      mean.add(spansInUse(observation));
      return true;
    });
  }
  return mean.value();
}

function spansOfSequences(maxCommands: number): number {
  const system = modelSystem();
  const mean = new Mean();
  const counting = Object.assign(Object.create(system) as typeof system, {
    step: (command: Command): Observation => {
      const observation = system.step(command);
      mean.add(spansInUse(observation));
      return observation;
    },
  });
  const judged = new JudgedSystem(counting, new Judge(system, { checks: CHECKS }));
  const sequences = fastCheckCommands({ ops: system.ops, maxProcs: 128, maxCommands });
  for (const commands of fc.sample(sequences, { seed: SEED, numRuns: 5 * RUNS_PER_ROUND })) {
    fc.modelRun(() => judged.start(2), commands);
  }
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
