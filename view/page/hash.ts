/** The step and the run that the page shows, as the part of its address after `#`: `#step=12&run=1`. */
export interface Place {
  /** The number of the command that was last performed; 0 before the first. */
  readonly step: number;
  /** The run that stands beside the first one, or 0. */
  readonly run: number;
}

export function readPlace(hash: string, fallback: Place): Place {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  return { step: wholeNumber(words.get('step')) ?? fallback.step, run: wholeNumber(words.get('run')) ?? 0 };
}

export function writePlace({ step, run }: Place): string {
  return `#step=${step}${run === 0 ? '' : `&run=${run}`}`;
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
