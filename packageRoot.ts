import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package, from its sources as well as from what they compile to. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
