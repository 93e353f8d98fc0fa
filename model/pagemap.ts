/**
 * The page map: the span at each page (`mheap_.spans`). The runtime reserves it for the whole address space, and the
 * operating system provides the pages that are written. Here it consists of chunks that are made when they are first
 * written. A span is entered at its first and its last page, so even a span of gigabytes takes two chunks.
 */
export interface PageMap {
  readonly chunks: (Int32Array | undefined)[];
}

const CHUNK_BITS = 12;

/** Pages of one chunk, which maps 32 MiB. */
export const CHUNK_PAGES = 1 << CHUNK_BITS;

/** Chunks that a map keeps when it is cleared. */
const KEPT_CHUNKS = 4;

export function newPageMap(): PageMap {
  return { chunks: [] };
}

/** Returns the span at a page, or 0 if none was entered there. */
export function spanAtPage({ chunks }: PageMap, page: number): number {
  const chunk = chunks[page >>> CHUNK_BITS];
  return chunk === undefined ? 0 : chunk[page & (CHUNK_PAGES - 1)];
}

/** Enters a span at one page. */
export function setSpanAtPage({ chunks }: PageMap, page: number, s: number): void {
  const i = page >>> CHUNK_BITS;
  while (chunks.length <= i) chunks.push(undefined);
  const chunk = (chunks[i] ??= new Int32Array(CHUNK_PAGES));
  chunk[page & (CHUNK_PAGES - 1)] = s;
}

/** Clears the map, and keeps the memory of its first chunks. */
export function clearPageMap({ chunks }: PageMap): void {
  if (chunks.length > KEPT_CHUNKS) chunks.length = KEPT_CHUNKS;
  for (const chunk of chunks) chunk?.fill(0);
}
