/** Spans, slots and lists in the runtime's words. */
import { listName, MAX_MHEAP_LIST } from '../../model/mspanlist';
import { SPAN_IN_USE, SPAN_MANUAL } from '../../model/mspan';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_size } from '../../model/sizeclasses';
import { formatNumber } from '../../properties/formatNumber';
import { CACHE_CELLS, type Playback } from './playback';

export type SpanKind = 'free' | 'stack' | 'small' | 'large';

export function kindOf(playback: Playback, span: number): SpanKind {
  const state = playback.span(span, 'state');
  if (state === SPAN_MANUAL) return 'stack';
  if (state !== SPAN_IN_USE) return 'free';
  return playback.span(span, 'class') === 0 ? 'large' : 'small';
}

/** The Ps that have the span cached: one, or more where a cell is stale. */
export function holdersOf(playback: Playback, span: number): readonly number[] {
  const holders: number[] = [];
  for (let p = 0; p < playback.procs; p++)
    for (let cell = 0; cell < CACHE_CELLS; cell++) if (playback.cached(p, cell) === span) holders.push(p);
  return holders;
}

export type Sweep = 'swept' | 'being swept' | 'unswept';

export function sweepOf(playback: Playback, span: number): Sweep {
  const row = playback.rowNamed('sweepgen');
  if (row < 0) return 'swept';
  const behind = (playback.figure(row, 0) ?? 0) - playback.span(span, 'sweepgen');
  return behind === 2 ? 'unswept' : behind === 1 ? 'being swept' : 'swept';
}

export function bytesOf(playback: Playback, span: number): number {
  return playback.span(span, 'npages') * PAGE_SIZE_BYTES;
}

export function elemSizeBytes(playback: Playback, span: number): number {
  const sizeclass = playback.span(span, 'class');
  return sizeclass === 0 ? bytesOf(playback, span) : (class_to_size[sizeclass] ?? 0);
}

/** `span 1: class 5 (64 B), 1 of 128 slots allocated, in the cache of P0, swept`. */
export function spanText(playback: Playback, span: number): string {
  const kind = kindOf(playback, span);
  const npages = playback.span(span, 'npages');
  const pages = `${formatNumber(npages)} page${npages === 1 ? '' : 's'}`;
  if (kind === 'free') return `span ${span}: free, ${pages}, on mheap's ${listText(playback.span(span, 'list'))} list`;
  if (kind === 'stack') return `span ${span}: stack (mSpanManual), ${pages}`;
  const sizeclass = playback.span(span, 'class');
  const holders = holdersOf(playback, span);
  const words = [
    kind === 'large'
      ? `large object, ${pages}`
      : `class ${sizeclass} (${formatNumber(elemSizeBytes(playback, span))} B)${playback.span(span, 'pointers') === 1 ? ' with pointers' : ''}, allocCount ${playback.span(span, 'allocCount')} of nelems ${playback.span(span, 'nelems')}`,
    ...(holders.length === 0 ? [] : [`in mcache.alloc of ${holders.map((p) => `P${p}`).join(' and ')}`]),
    ...(playback.run.hasAddresses ? [`on ${listText(playback.span(span, 'list'))}`] : []),
    sweepOf(playback, span),
  ];
  return `span ${span}: ${words.join(', ')}`;
}

/** `mcentral[5].nonempty`, `free[3]` or `no list`. */
export function listText(list: number): string {
  if (list < 0) return 'no list';
  const name = listName(list);
  if (list < 2 * NUM_SIZE_CLASSES) return `mcentral[${list >> 1}].${name}`;
  const length = (list - 2 * NUM_SIZE_CLASSES) % (MAX_MHEAP_LIST + 1);
  return name.endsWith('large') ? name : `${name}[${length}]`;
}

export function shortBytes(bytes: number): string {
  if (bytes >= 2 ** 20) return `${formatNumber(Math.round((bytes / 2 ** 20) * 10) / 10)} MiB`;
  if (bytes >= 2 ** 13) return `${formatNumber(Math.round((bytes / 2 ** 10) * 10) / 10)} KiB`;
  return `${formatNumber(bytes)} B`;
}
