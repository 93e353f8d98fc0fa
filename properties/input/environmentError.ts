import { oneLine } from './badInput';

/**
 * Thrown when the environment is at fault and not the system under test: a tool is missing, a build fails. The message is
 * one line that names the thing, the place and the way out.
 */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';

  constructor(message: string) {
    super(oneLine(message));
  }
}
