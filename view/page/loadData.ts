import type { ViewData } from '../viewData';

/** Reads the data that stands in the page, packed or plain. */
export async function loadData(): Promise<ViewData> {
  const element = document.getElementById('data');
  const text = element?.textContent ?? '';
  const json = element?.getAttribute('type') === 'application/gzip' ? await unpacked(text) : text;
  return JSON.parse(json) as ViewData;
}

async function unpacked(base64: string): Promise<string> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}
