/**
 * What the program runs in is not as it must be: a tool is missing, a build fails. The message is one line that names the
 * thing, the place and the way out.
 */
import { oneLine } from './badInput';

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';

  constructor(message: string) {
    super(oneLine(message));
  }
}
