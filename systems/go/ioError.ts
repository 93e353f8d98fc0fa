/** Errors of the file system and of starting processes: they say something about the machine, not about spancheck. */
import { EnvironmentError } from '../../properties/input/environmentError';

/** Reports whether an error came from the operating system. */
export function isIoError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** Returns the reason in words. */
export function ioReason({ code = '', message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? message;
}

/** Does some work, and turns an error of the operating system into an `EnvironmentError` that opens with `what`. */
export async function orEnvironmentError<T>(what: string, wayOut: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isIoError(error)) throw error;
    const path = error.path === undefined ? '' : `${error.path}: `;
    throw new EnvironmentError(`go: ${what} (${path}${ioReason(error)}); ${wayOut}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EAGAIN: 'too many processes',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'is in the way',
  EISDIR: 'is a folder, not a file',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files in the system',
  ENOENT: 'no such file or folder',
  ENOEXEC: 'is not a program for this machine',
  ENOMEM: 'out of memory',
  ENOSPC: 'no space is left',
  ENOTDIR: 'is not a folder',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};
