/** Writes docs/config.schema.json; `npm run docs:config`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '../cli/input/config';
import { packageRoot } from '../packageRoot';

writeFileSync(join(packageRoot(), 'docs', 'config.schema.json'), `${JSON.stringify(configSchema(), null, 2)}\n`);
