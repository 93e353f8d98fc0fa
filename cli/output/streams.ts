/** Standard output and standard error as they may be: closed, full, or read by somebody who stops reading. */
import { EXIT_UNUSABLE } from './exitCodes';

/** Nothing that is left open may keep the process alive for longer than this once the verdict is out. */
const LINGER_MS = 500;

/**
 * Keeps an unusable stream from ending the process. A reader that has gone away, as `head` does, is no error; a full disk
 * is one, since the verdict may be lost, but it never hides a failure that was found.
 */
export function guardStreams(): void {
  let problem: string | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || problem !== undefined) return;
    problem = `standard output cannot be written: ${error.code ?? error.message}`;
    process.stderr.write(`spancheck: ${problem}\n`);
  });
  // There is nowhere left to report it; the exit code still counts.
  process.stderr.on('error', () => undefined);
  process.on('exit', () => {
    if (problem !== undefined && (process.exitCode ?? 0) === 0) process.exitCode = EXIT_UNUSABLE;
  });
}

/** Ends the process soon after its work is done, even if a program under test that hangs holds it open. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
