/** What a dead driver said: the runtime's own words, as one death. */
import type { Death } from '../../properties/system';

export function deathOf(step: number, stderr: string, signal: NodeJS.Signals | null): Death {
  const lines = stderr.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => /^(fatal error|panic|runtime error|fatal):/.test(line));
  if (at < 0) {
    const said = lines
      .filter((line) => line !== '')
      .slice(0, 3)
      .join('; ');
    return { step, kind: 'crash', message: said !== '' ? said : `ended by ${signal ?? 'itself, without a word'}` };
  }
  const isFault =
    lines.some((line) => /^\[signal |^unexpected fault|^SIG[A-Z]+:/.test(line)) || /unexpected signal/.test(lines[at]);
  // What the runtime prints before it throws are the figures.
  const figures = lines.slice(Math.max(0, at - 4), at).filter((line) => line !== '');
  return { step, kind: isFault ? 'crash' : 'throw', message: [lines[at], ...figures].join('; ') };
}

export function hangOf(step: number, timeoutMs: number): Death {
  return { step, kind: 'hang', message: `no answer within ${timeoutMs / 1000} s` };
}
