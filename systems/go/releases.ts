/** One release of Go for each minor version from 1.9, the first with the counters: the history of the design. */
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

/** The last release that scans the spans at each read, and the first minor version that does not. */
export const BEFORE = 'go1.8.7';
export const AFTER = 'go1.9.7';

/** A real bug of released Go that the suite shows, or would show if the driver did not work around it. */
export interface KnownBug {
  /** Issue of golang/go. */
  readonly issue: number;
  /** Releases that have it, as the toolchain names them. */
  readonly releases: readonly string[];
  /** The first release without it. */
  readonly fixedIn: string;
  /** The bug in one line. */
  readonly text: string;
  /** The driver's way around it, so that the rest of the checks can go on; undefined if there is none. */
  readonly workaround?: string | undefined;
}

export const KNOWN_BUGS: readonly KnownBug[] = [
  {
    issue: 22023,
    releases: ['go1.9', 'go1.9.1'],
    fixedIn: 'go1.9.2',
    text: 'runtime.GC() does nothing while GOGC=off',
    workaround: 'the driver switches the collector on for as long as a collection takes',
  },
  {
    issue: 62477,
    releases: ['go1.21.0', 'go1.21.1'],
    fixedIn: 'go1.21.2',
    text: '/gc/scan/* metrics are always 0',
    workaround: 'nothing but 0 is expected of them',
  },
];

/** Returns the known bugs of a release; a development version has none. */
export function knownBugsOf(version: string): readonly KnownBug[] {
  return KNOWN_BUGS.filter(({ releases }) => releases.includes(version));
}

/** Returns the bug in one line, as a report names it. */
export function knownBugText(bug: KnownBug): string {
  return `known bug golang/go#${bug.issue}: ${storyOf(bug)}`;
}

/** Returns the bug, the release that fixed it, and the way around it. */
export function storyOf({ text, fixedIn, workaround }: KnownBug): string {
  return `${text}, fixed in ${fixedIn}${workaround === undefined ? '' : `; ${workaround}`}`;
}
