/** Makes a death of what a driver wrote to stderr before it ended. */
import type { Death } from '../../properties/system';

/** Returns the death at a step, in the runtime's own words. */
export function deathOf(step: number, stderr: string, signal: NodeJS.Signals | null): Death {
  const lines = stderr.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => /^(fatal error|panic|runtime error|fatal):/.test(line));
  const first = lines[at];
  if (first === undefined) {
    const said = lines
      .filter((line) => line !== '')
      .slice(0, 3)
      .join('; ');
    return { step, kind: 'crash', message: said !== '' ? said : `ended by ${signal ?? 'itself, without a word'}` };
  }
  const isFault =
    lines.some((line) => /^\[signal |^unexpected fault|^SIG[A-Z]+:/.test(line)) || /unexpected signal/.test(first);
  // The runtime prints the figures before it throws.
  const figures = lines.slice(Math.max(0, at - 4), at).filter((line) => line !== '');
  return { step, kind: isFault ? 'crash' : 'throw', message: [first, ...figures].join('; ') };
}

/** Returns the death of a driver that gave no answer in time. */
export function hangOf(step: number, timeoutMs: number): Death {
  return { step, kind: 'hang', message: `no answer within ${timeoutMs / 1000} s` };
}

/**
 * Returns the words by which a runtime says that the machine, rather than the runtime, has run out of something; undefined
 * if there are none.
 * @param isLimited whether the address space is limited, so that running out of memory is no fault of the runtime's.
 */
export function shortageIn(stderr: string, isLimited: boolean): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim());
  const shortage = lines.find(
    (line) =>
      /failed to create new OS thread|too many open files/.test(line) || (isLimited && OUT_OF_MEMORY.test(line)),
  );
  return shortage;
}

const OUT_OF_MEMORY =
  /out of memory|cannot (allocate|reserve|map)|memory cannot be mapped|failed to (reserve|map)|errno=12/;
