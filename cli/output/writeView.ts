/** Writes the page of a trace and says where it lies. */
import { viewHtml } from '../../view/viewHtml';
import { viewTrace } from '../../view/viewTrace';
import type { ViewData, ViewRun } from '../../view/viewData';
import type { Trace } from '../../properties/trace/trace';
import { modelSystem } from '../../systems/model';
import { writeFileAtomically } from '../input/files';
import type { OpenedTrace } from '../input/openTrace';
import { printable, printableStrings } from './printable';

/** A trace and what it runs on. */
export interface Viewed extends Pick<OpenedTrace, 'system' | 'checks' | 'plant' | 'note'> {
  readonly file: Trace;
}

/** Runs the trace, writes its page and returns the run that the page opens with. */
export async function writeView(path: string, title: string, viewed: Viewed, isOver?: () => boolean): Promise<ViewRun> {
  const { system, plant } = viewed;
  const reference = system.name === 'model' && plant !== undefined ? modelSystem() : undefined;
  const runs = await viewTrace(viewed.file, { ...viewed, reference, isOver });
  await writeFileAtomically(path, await viewHtml(viewData(title, viewed, runs)));
  return runs[0];
}

function viewData(title: string, { system, plant, note }: Viewed, runs: ViewData['runs']): ViewData {
  const [first, ...rest] = runs;
  return {
    spancheck: 'view',
    version: 1,
    title: printable(title),
    system: printable(system.name),
    ...(note === undefined ? {} : { note: printable(note) }),
    ...(plant === undefined ? {} : { plant: printableStrings({ name: plant.name, text: plant.text }) }),
    runs: [withPrintableFailure(first), ...rest.map(withPrintableFailure)],
  };
}

function withPrintableFailure(run: ViewRun): ViewRun {
  return run.failure === undefined ? run : { ...run, failure: printableStrings(run.failure) };
}
