/** Records one run of a trace for the page: the state after every step, as changes from step to step. */
import { newEvents } from '../model/events';
import type { Observation, SteppedSystem, System } from '../properties/system';
import { bornBy, refersTo, type Command } from '../properties/trace/command';
import { commandText } from '../properties/trace/commandText';
import type { Trace } from '../properties/trace/trace';
import { EventRecorder } from './eventRecorder';
import { FigureRecorder } from './figureRecorder';
import { HeapRecorder } from './heapRecorder';
import { StreamWriter } from './streamWriter';
import type { ViewCommands, ViewRun } from './viewData';

/**
 * Runs the trace and returns the record of it.
 * @param reference the same allocator without a fault, to compare counters with that no rescan finds.
 */
export async function recordRun(
  { kind, label }: Pick<ViewRun, 'kind' | 'label'>,
  trace: Trace,
  system: System,
  reference?: SteppedSystem,
): Promise<ViewRun> {
  const recorder = new RunRecorder(system, trace, reference);
  await system.run(trace, (step, command, observation) => {
    recorder.observe(step, command, observation);
    return true;
  });
  return { kind, label, commands: commandColumns(trace.commands), commandsCut: 0, ...recorder.result() };
}

class RunRecorder {
  private readonly figures: FigureRecorder;
  private readonly heap: HeapRecorder;
  private readonly followed = new EventRecorder();
  private readonly events = new StreamWriter();
  private readonly showsHeap: boolean;
  private steps = 0;

  constructor(
    system: System,
    trace: Trace,
    private reference: SteppedSystem | undefined,
  ) {
    this.figures = new FigureRecorder(system, trace.shape);
    this.heap = new HeapRecorder(trace.commands.length);
    this.showsHeap = system.shows.has('heap');
    reference?.start(trace.shape);
  }

  observe(step: number, command: Command, observation: Observation): void {
    if (step < 0) {
      this.figures.begin(observation);
      this.followed.begin(observation.events ?? newEvents());
      this.end();
      return;
    }
    if (this.steps === 0 && this.events.ends.length === 0) this.end();
    this.steps++;
    const { heap, events = newEvents() } = observation;
    this.figures.step(step, command, observation, this.clean(command));
    if (heap === undefined) this.followed.step(command, events);
    else this.heap.step(step, command, heap, events);
    for (let i = 0; i < events.length; i++) this.events.data.push(events.data[i] ?? 0);
    this.end();
  }

  result(): Omit<ViewRun, 'kind' | 'label' | 'commands' | 'commandsCut'> {
    const { figures, events, steps, showsHeap } = this;
    const { spans, slots, caches } = showsHeap ? this.heap : this.followed;
    return {
      steps,
      corruptingStep: figures.corruptingStep,
      rows: figures.rows,
      hasAddresses: showsHeap,
      events,
      spans,
      slots,
      caches,
      figures: figures.stream,
    };
  }

  /** A reference that throws, as it does on a trace that is beyond it, is not asked again. */
  private clean(command: Command): Observation | undefined {
    try {
      return this.reference?.step(command);
    } catch {
      this.reference = undefined;
      return undefined;
    }
  }

  private end(): void {
    const { spans, slots, caches } = this.showsHeap ? this.heap : this.followed;
    for (const stream of [spans, slots, caches, this.events, this.figures.stream]) stream.end();
  }
}

function commandColumns(commands: readonly Command[]): ViewCommands {
  return {
    text: commands.map(commandText),
    p: commands.map((command) => ('p' in command ? command.p : NONE)),
    class: commands.map((command) => ('class' in command ? command.class : NONE)),
    born: commands.map((command) => bornBy(command) || NONE),
    object: commands.map((command) => refersTo(command) || NONE),
  };
}

const NONE = -1;
