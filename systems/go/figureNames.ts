/** Names of the ties on the wire: figures that a read published, against what they are tied to, numbered as in the driver. */

/** Returns the name of a tie, or undefined if the number is of no tie. */
export function tieName(number: number): string | undefined {
  return TIES[number - FIRST_TIE];
}

/** Returns the name of a metric that was read in one of several ways; `metrics` are the names that the greeting holds. */
export function metricName(number: number, metrics: readonly string[]): string {
  const way = WAYS[Math.floor(number / WAY) - FIRST_WAY] ?? 'read in an unknown way';
  return `${metrics[number % WAY] ?? `metric ${number % WAY}`} ${way}`;
}

/** Twins from here on are metrics that were read in one of several ways. */
export const METRIC_TWINS = 2048;

const FIRST_TIE = 300;

const TIES = [
  'Sys, against the sum of its parts',
  'HeapSys, against HeapIdle + HeapInuse',
  'HeapReleased, at most HeapIdle',
  'Lookups',
  'HeapAlloc, against Alloc',
  'NumForcedGC, at most NumGC',
  'PauseEnd of the last cycle, against LastGC',
  'PauseTotalNs, against PauseNs',
  'GCCPUFraction outside of 0 to 1',
  'MSpanInuse, against the span structures in use',
  'MSpanInuse, at most MSpanSys',
  'MCacheInuse, against the caches of the Ps',
  'MCacheInuse, at most MCacheSys',
  'StackInuse, against the spans of stacks',
  'StackInuse, at most StackSys',
  'HeapIdle, against the free pages',
  'HeapReleased, against the released pages',
  'EnableGC',
  'BySize.Size, against the size classes',
  "the collector's heapLive, at most HeapInuse",
  'gcController.mappedReady, against Sys - HeapReleased',
  'heapStats.inHeap, against HeapInuse',
  'heapStats.released, against HeapReleased',
  'heapStats.committed, against what is mapped and not released',
] as const;

const WAY = 512;
const FIRST_WAY = METRIC_TWINS / WAY;
const WAYS = [
  'read alone, against a read of all metrics',
  'read with some others, against a read of all metrics',
  'against MemStats and the books',
] as const;
