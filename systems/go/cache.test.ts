import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cachedBinary, defaultCacheDir } from './cache';

const PROGRAM = '#!/bin/sh\necho hello\n';

let folder = '';
let builds = 0;
let notices: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spancheck-cache-test-'));
  builds = 0;
  notices = [];
  vi.stubEnv('TMPDIR', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function open(cacheDir: string): Promise<string> {
  const built = join(folder, 'built');
  writeFileSync(built, PROGRAM);
  return cachedBinary('driver-1', { cacheDir, onNotice: (text) => notices.push(text) }, (keep) => {
    builds++;
    return keep(built);
  });
}

test('a binary is built once', async () => {
  const dir = join(folder, 'some', 'cache');
  const path = await open(dir);
  expect(await open(dir)).toBe(path);
  expect({ path, builds, notices }).toEqual({ path: join(dir, 'driver-1'), builds: 1, notices: [] });
});

test.each<readonly [string, (path: string) => void]>([
  ['empty', (path) => truncateSync(path, 0)],
  ['cut', (path) => truncateSync(path, 10)],
  ['changed by a byte', (path) => writeFileSync(path, PROGRAM.replace('hello', 'hallo'))],
  ['not executable', (path) => chmodSync(path, 0o644)],
  ['without its sum', (path) => rmSync(`${path}.sha256`)],
])('a binary that is %s is built anew', async (_, damage) => {
  const path = await open(join(folder, 'cache'));
  damage(path);
  expect(await open(join(folder, 'cache'))).toBe(path);
  expect(readFileSync(path, 'utf8')).toBe(PROGRAM);
  expect(statSync(path).mode & 0o777).toBe(0o755);
  expect(builds).toBe(2);
});

test.each(['/proc/spancheck', '/dev/null/spancheck'])(
  'where %s cannot hold it, the temporary folder does',
  async (dir) => {
    const path = await open(dir);
    expect(path.startsWith(join(folder, 'spancheck-cache-'))).toBe(true);
    expect(await open(dir)).toBe(path);
    expect(builds).toBe(1);
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(
      /^go: no driver can be kept in \/\S+ \(.*\), so .* is used; set SPANCHECK_CACHE to choose$/,
    );
  },
);

test('where nothing can hold it, one line says how to choose a folder', async () => {
  writeFileSync(join(folder, `spancheck-cache-${process.getuid?.() ?? 0}`), '');
  await expect(open('/dev/null/spancheck')).rejects.toThrow(/^go: no driver can be kept in [^\n]*set SPANCHECK_CACHE/);
});

test('the environment chooses the folder', () => {
  vi.stubEnv('SPANCHECK_CACHE', '/own');
  vi.stubEnv('XDG_CACHE_HOME', '/xdg');
  vi.stubEnv('HOME', '/own-home');
  expect(defaultCacheDir()).toBe('/own');
  vi.stubEnv('SPANCHECK_CACHE', '');
  expect(defaultCacheDir()).toBe('/xdg/spancheck');
  vi.stubEnv('XDG_CACHE_HOME', '');
  expect(defaultCacheDir()).toBe('/own-home/.cache/spancheck');
  vi.stubEnv('HOME', '');
  expect(defaultCacheDir()).toBeUndefined();
  expect(existsSync('/own')).toBe(false);
});
