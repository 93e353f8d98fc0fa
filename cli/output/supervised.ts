/**
 * The supervised side of a call that runs planted code of somebody's own (supervise.ts is the other side): it tells its
 * supervisor that it is alive, which files it keeps and how it ends.
 */
import { isatty, WriteStream } from 'node:tty';
import { isMainThread } from 'node:worker_threads';

/** A report of a supervised call. */
export type Report =
  | { readonly kind: 'alive' }
  | { readonly kind: 'kept'; readonly file: string }
  | { readonly kind: 'died'; readonly how: string }
  | { readonly kind: 'ended'; readonly exitCode: number };

/** Set in the environment of a supervised process. */
export const SUPERVISED = 'SPANCHECK_SUPERVISED';

/** Descriptor of the terminal that the progress line goes to; standard error is a pipe to the supervisor. */
export const TERMINAL_FD = 4;

const ALIVE_MS = 500;

// Bound before any planted code can replace it.
const send = process.send?.bind(process);

/** Returns whether this process, or the one that this thread belongs to, has a supervisor. */
export function isSupervised(): boolean {
  return process.env[SUPERVISED] === '1';
}

/** Starts reporting, and reports what planted code throws where nobody else can catch it: in timers and promises. */
export function beSupervised(): void {
  setInterval(() => report({ kind: 'alive' }), ALIVE_MS).unref();
  process.on('uncaughtException', reportDeath);
  process.on('unhandledRejection', reportDeath);
  process.on('disconnect', () => process.exit());
  process.channel?.unref();
}

/** Reports a counterexample that was written; one that a job wrote is reported when the main thread hears of it. */
export function reportKept(file: string): void {
  if (isMainThread) report({ kind: 'kept', file });
}

/** Reports that the verdict is printed; what happens after it changes nothing. */
export function reportEnd(exitCode: number): void {
  if (!isDead) report({ kind: 'ended', exitCode });
}

let isDead = false;

/** Ends the process, whatever still runs in it. */
export function exitNow(exitCode: number): void {
  if (send === undefined || !isSupervised()) process.exit(exitCode);
  else send({ kind: 'ended', exitCode }, () => process.exit(exitCode));
}

/** Reports what escaped, which may be no error at all, and ends the process. */
export function reportDeath(thrown: unknown): void {
  isDead = true;
  send?.({ kind: 'died', how: `threw ${wordsOf(thrown)}` }, () => process.exit());
}

/** Returns the terminal for the progress line, if there is one. */
export function progressTerminal(): WriteStream | undefined {
  if (isSupervised()) return isatty(TERMINAL_FD) ? new WriteStream(TERMINAL_FD) : undefined;
  return process.stderr.isTTY ? process.stderr : undefined;
}

function report(message: Report): void {
  // A parent of some other kind, such as a test runner, is no supervisor.
  if (isSupervised()) send?.(message, () => undefined);
}

/** Describes a thrown value whose own methods may throw. */
function wordsOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `what is no error: ${String(thrown)}`;
  } catch {
    return 'what cannot be shown';
  }
}
