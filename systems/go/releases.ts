/** One release of Go for each minor from 1.9, the first with the counters: the history of the design. */
export const RELEASES: readonly string[] = [
  'go1.9.7',
  'go1.10',
  'go1.11',
  'go1.12.4',
  'go1.13.1',
  'go1.14.2',
  'go1.15.2',
  'go1.16.3',
  'go1.17.1',
  'go1.18',
  'go1.19.2',
  'go1.20',
  'go1.21.0',
  'go1.22.1',
  'go1.23.0',
  'go1.24.1',
  'go1.25.0',
  'go1.26.8',
  'go1.27.4',
];

/** Before and after the counters: the last release that scans the spans at each read, and one that does not. */
export const BEFORE = 'go1.8.7';
export const AFTER = 'go1.9.7';

/** A bug of released versions of Go that the suite finds. */
export interface KnownBug {
  /** Number in Go's tracker. */
  readonly golang: number;
  readonly text: string;
  readonly releases: readonly string[];
  /** Returns whether a failure, given by its check and its message, shows this bug. */
  readonly shows: (check: string, message: string) => boolean;
}

export const KNOWN_BUGS: readonly KnownBug[] = [
  {
    golang: 22023,
    text: 'runtime.GC() does nothing while GOGC=off; fixed in go1.9.2',
    releases: ['go1.9', 'go1.9.1'],
    shows: (_check, message) => /^NumGC: 0, expected 1\b/.test(message),
  },
];

/** Returns the known bug that a failure on a release shows. */
export function knownBugOf(release: string, check: string, message: string): KnownBug | undefined {
  return KNOWN_BUGS.find(({ releases, shows }) => releases.includes(release) && shows(check, message));
}
