/** `spancheck.config.json`: options of `spancheck run` for everybody who works in a folder. The command line wins. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { BadInputError, shown } from '../../properties/input/badInput';
import { didYouMean } from '../../properties/input/didYouMean';
import { parseJson, type Fail } from '../../properties/input/parseJson';
import { readTextFile } from './files';

export const CONFIG_FILE = 'spancheck.config.json';

const WHOLE = z.int().positive();
const TIME = z.union([z.number().nonnegative(), z.string().regex(/^\d+(\.\d+)?[smh]?$/)]);

/** Every key is the option of `spancheck run` with this name. */
export const CONFIG = z.strictObject({
  $schema: z.string().describe('where the JSON schema is, for editors').optional(),
  system: z.string().describe('model, go or exec:COMMAND').optional(),
  seed: z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1)
    .describe('seed of every trace')
    .optional(),
  traces: WHOLE.describe('run at most this many traces').optional(),
  commands: WHOLE.describe('length of the longest trace').optional(),
  time: TIME.describe('search each system for this long: seconds, or a text such as 30s or 5m').optional(),
  jobs: WHOLE.describe('search in this many threads').optional(),
  maxFailures: WHOLE.describe('go on until this many different failures').optional(),
  checks: z.array(z.string()).min(1).describe('evaluate only these checks').optional(),
  plant: z.array(z.string()).describe('fault files to plant').optional(),
  toolchain: z.string().describe('Go release to run').optional(),
  goroot: z.string().describe('Go source tree whose runtime to run').optional(),
  replace: z.array(z.string()).describe("files in place of the runtime's own: mcache.go=./mcache.go").optional(),
  out: z.string().min(1).describe('folder for counterexamples').optional(),
  junit: z.string().min(1).describe('JUnit report to write').optional(),
  quiet: z.boolean().describe('print nothing unless something fails').optional(),
});

type Config = z.infer<typeof CONFIG>;

/** Returns the JSON schema of the file. */
export function configSchema(): object {
  return { ...z.toJSONSchema(CONFIG), title: CONFIG_FILE };
}

/** Gives a verb the options of the config file in this folder that the command line leaves open; only `run` has any. */
export async function applyConfig(verb: Command): Promise<void> {
  if (verb.name() !== 'run' || !existsSync(CONFIG_FILE)) return;
  for (const [key, value] of Object.entries(parseConfig(await readTextFile(CONFIG_FILE)))) {
    const source = verb.getOptionValueSource(key);
    if (key === '$schema' || (source !== undefined && source !== 'default')) continue;
    verb.setOptionValueWithSource(key, parsed(verb, key, value), 'config');
  }
}

/** Parses the file; throws `BadInputError`, which names the place, on anything that it must not hold. */
export function parseConfig(text: string): Config {
  const fail: Fail = (place, problem) => {
    throw new BadInputError(`${CONFIG_FILE}: ${place === '' ? '' : `${place}: `}${problem}`);
  };
  const value = parseJson(text, fail);
  const result = CONFIG.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return fail(key, `unknown key${didYouMean(key, Object.keys(CONFIG.shape))}`);
  }
  const [key] = issue?.path ?? [];
  if (key === undefined) return fail('', `${shown(value)} is not an object of options`);
  const held = (value as Record<PropertyKey, unknown>)[key];
  return fail(issue?.path.join('.') ?? '', `${shown(held)} cannot be used (${issue?.message ?? 'see the schema'})`);
}

/** Returns the value as the option's own parser returns it for a word on the command line. */
function parsed(verb: Command, key: string, value: Config[keyof Config]): unknown {
  const option = verb.options.find((candidate) => candidate.attributeName() === key);
  const parse = option?.parseArg;
  if (parse === undefined || key === 'plant' || key === 'replace') return value;
  try {
    return parse(Array.isArray(value) ? value.join(',') : String(value), undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new BadInputError(`${CONFIG_FILE}: ${key}: ${error.message}`);
    throw error;
  }
}
