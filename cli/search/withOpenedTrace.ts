/** Opens a trace file for as long as a verb uses it. */
import { openTrace, type OpenedTrace, type OpenTraceOptions } from '../input/openTrace';
import type { Session } from './session';
import { closeSystem, untilOver } from './untilOver';

/**
 * Opens a trace file and its system, returns what `use` resolves with, and closes the system. Returns undefined if
 * `isOver` before it is open: that may take long, since a Go driver is built or a program starts.
 */
export async function withOpenedTrace<T>(
  session: Session,
  path: string,
  options: OpenTraceOptions,
  isOver: () => boolean,
  use: (opened: OpenedTrace) => Promise<T>,
): Promise<T | undefined> {
  const opening = openTrace(path, options);
  const opened = await untilOver(opening, isOver);
  if (opened === undefined) {
    void opening.then(({ system }) => system.close?.()).catch(() => undefined);
    return undefined;
  }
  try {
    return await use(opened.value);
  } finally {
    await closeSystem(opened.value.system, session);
  }
}
