/** Finds files that must not be in the published tarball, and source maps that do not resolve there. */
import { posix } from 'node:path';

/** Files that serve only this repository. */
const INTERNAL = /(^|\/)(bench|testing|scripts)\/|\.(test|suite)\.|\.tsbuildinfo(\/|$)|\.api\.md$|^docs\/api\//;

/** Packages that a user's process must never load. */
const DEV_ONLY = /\brequire\(["'](vitest|oxlint|prettier|tinybench|@stryker-mutator\/[^"']+)["']\)/;

/** The script of `spancheck view` goes into a page whose policy would not let a browser load a map. */
const PAGE_SCRIPT = 'dist/view/page/main.js';

/** Returns a line for each problem of a package with these files; `read` returns the text of one. */
export function packageProblems(paths: readonly string[], read: (path: string) => string): readonly string[] {
  const all = new Set(paths);
  return paths.flatMap((path) => {
    if (INTERNAL.test(path)) return [`${path}: is internal to the repository; exclude it in package.json, files`];
    if (!path.endsWith('.js')) return [];
    const text = read(path);
    const required = DEV_ONLY.exec(text)?.[1];
    return [
      ...(required === undefined ? [] : [`${path}: requires ${required}, which is a dev dependency`]),
      ...(path.endsWith(PAGE_SCRIPT) ? [] : sourceMapProblems(path, text, all, read)),
    ];
  });
}

function sourceMapProblems(
  path: string,
  text: string,
  all: ReadonlySet<string>,
  read: (path: string) => string,
): readonly string[] {
  const url = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
  if (url === undefined) return [`${path}: has no source map`];
  const mapPath = posix.join(posix.dirname(path), url);
  if (!all.has(mapPath)) return [`${path}: its source map ${mapPath} is not in the package`];
  const map = JSON.parse(read(mapPath)) as {
    readonly sources: readonly string[];
    readonly sourcesContent?: readonly (string | null)[];
  };
  const missing = map.sources.find((_, i) => typeof map.sourcesContent?.[i] !== 'string');
  return missing === undefined ? [] : [`${mapPath}: does not hold the text of ${missing}`];
}
