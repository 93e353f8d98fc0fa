import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Returns the folder of this package, whether this file runs from source or compiled. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
