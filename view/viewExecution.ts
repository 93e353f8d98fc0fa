/** Turns an execution of a protocol into the data of a page: its steps in lanes, one for each participant. */
import type { Stream, ViewRun } from './viewData';

export interface Execution {
  readonly participants: readonly string[];
  readonly steps: readonly { readonly participant: number; readonly text: string }[];
  /** The rule that the last step breaks. */
  readonly rule: string;
}

export function viewExecution({ participants, steps, rule }: Execution): ViewRun {
  const last = steps.length - 1;
  const none = steps.map(() => -1);
  return {
    kind: 'trace',
    label: 'the shortest execution',
    commands: {
      // The lane says who performs it.
      text: steps.map(({ text }) => text.slice(text.indexOf(': ') + 2)),
      p: none,
      class: none,
      born: none,
      object: none,
      lane: steps.map(({ participant }) => participant),
    },
    lanes: participants,
    steps: steps.length,
    commandsCut: 0,
    failure: { step: last, check: 'rule', message: rule, also: [] },
    corruptingStep: last,
    rows: [],
    hasAddresses: false,
    events: emptyStream(steps.length),
    spans: emptyStream(steps.length),
    slots: emptyStream(steps.length),
    caches: emptyStream(steps.length),
    figures: emptyStream(steps.length),
  };
}

function emptyStream(steps: number): Stream {
  return { ends: Array.from({ length: steps + 1 }, () => 0), data: [] };
}
