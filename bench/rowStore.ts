/** Rows of a long benchmark on disk: it can stop at any time and resume. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Stores measured rows by key: a full measurement takes hours and resumes where it stopped. */
export class RowStore {
  private readonly known = new Map<string, unknown>();

  constructor(private readonly path: string | undefined) {
    if (path === undefined || !existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line.trim() === '') continue;
      const { key, value } = JSON.parse(line) as { readonly key: string; readonly value: unknown };
      this.known.set(key, value);
    }
  }

  async row<T>(key: string, measure: () => Promise<T>): Promise<T> {
    // What the file holds under a key is what `measure` once gave for it.
    if (this.known.has(key)) return this.known.get(key) as T;
    const value = await measure();
    if (this.path !== undefined) appendFileSync(this.path, `${JSON.stringify({ key, value })}\n`);
    return value;
  }
}
