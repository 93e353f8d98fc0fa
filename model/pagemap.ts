/**
 * The page map: the span at each page (`mheap_.spans`). The runtime reserves it for all of the address space and the system
 * provides what is written; here it lies in chunks that are made when they are first written, so that a span of gigabytes,
 * which is entered at its first and last page, takes two of them.
 */
export interface PageMap {
  readonly chunks: (Int32Array | undefined)[];
}

const CHUNK_BITS = 12;

/** Pages of one chunk: 32 MiB. */
export const CHUNK_PAGES = 1 << CHUNK_BITS;

/** Chunks that a map keeps when it is cleared. */
const KEPT_CHUNKS = 4;

export function newPageMap(): PageMap {
  return { chunks: [] };
}

/** 0 where no span was entered. */
export function spanAtPage({ chunks }: PageMap, page: number): number {
  const chunk = chunks[page >>> CHUNK_BITS];
  return chunk === undefined ? 0 : chunk[page & (CHUNK_PAGES - 1)];
}

export function setSpanAtPage({ chunks }: PageMap, page: number, s: number): void {
  const i = page >>> CHUNK_BITS;
  while (chunks.length <= i) chunks.push(undefined);
  const chunk = (chunks[i] ??= new Int32Array(CHUNK_PAGES));
  chunk[page & (CHUNK_PAGES - 1)] = s;
}

/** Makes it as a new one, in the memory of its first chunks. */
export function clearPageMap({ chunks }: PageMap): void {
  if (chunks.length > KEPT_CHUNKS) chunks.length = KEPT_CHUNKS;
  for (const chunk of chunks) chunk?.fill(0);
}
