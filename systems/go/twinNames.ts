/** Names of the twins on the wire: pairs of figures that the runtime keeps in two places, numbered as in the driver. */
import { tieName } from './figureNames';

/** Returns the name of a twin that is no field of a read. */
export function twinName(number: number): string {
  const tie = tieName(number);
  if (tie !== undefined) return tie;
  const histogram = HISTOGRAMS[Math.floor(number / HISTOGRAM_TWINS)];
  const sizeclass = number % HISTOGRAM_TWINS;
  if (histogram === undefined) return TWINS[number] ?? `twin ${number}`;
  return `${histogram} of ${sizeclass === 0 ? 'large objects' : `size class ${sizeclass}`}`;
}

/** Returns the name of a field of a read. */
export function readingName(reading: number, field: string): string {
  return `${READINGS[reading] ?? `read ${reading}`}: ${field}`;
}

const TWINS = [
  '',
  'gcController.totalAlloc',
  'gcController.totalFree',
  'pagesInUse',
  'HeapInuse',
  'HeapReleased',
  'spans with more objects than slots',
  'spans with an impossible sweepgen',
  'spans that are cached, by cells and by themselves',
  'cached spans after a read',
  'Ps with something to flush after a read',
  '/gc/heap/allocs:bytes',
  '/gc/heap/frees:bytes',
  '/gc/heap/allocs:objects',
  '/gc/heap/frees:objects',
  '/gc/heap/tiny/allocs:objects',
  'objects that freegc took',
] as const;

/** Twins from 100 and from 200 on are buckets of a histogram, by size class of the runtime; class 0 is the large objects. */
const HISTOGRAM_TWINS = 100;
const HISTOGRAMS = [undefined, '/gc/heap/allocs-by-size:bytes', '/gc/heap/frees-by-size:bytes'] as const;

const READINGS = ['', 'read', 'second read', 'second read, against its rescan'] as const;
