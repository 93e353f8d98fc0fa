/** Tells whether a call runs code that is planted into the model and that spancheck does not ship. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isShipped } from '../../faults/shipped';
import { MAX_FILE_BYTES } from '../../properties/input/parseJson';

/** The names on a command line that decide which code it plants. */
export interface PlantingCall {
  /** Value of `--system`. */
  readonly system: string | undefined;
  /** Fault files of `--plant`; `false` for `--no-plant`. */
  readonly plant: readonly string[] | string | false | undefined;
  /** Trace files, or folders of them. */
  readonly traces: readonly string[];
}

/**
 * Returns whether the call plants into the model what is no shipped fault. A file that is unusable counts as shipped,
 * since the verb refuses it before it runs anything; one that can be read only once, such as a pipe, does not.
 */
export async function plantsStrangersCode({ system, plant, traces }: PlantingCall): Promise<boolean> {
  if (system !== undefined && system !== 'model') return false;
  const faults = plant === undefined || plant === false ? [] : [plant].flat();
  for (const path of faults) if (await isStranger(path, FAULT)) return true;
  if (plant === false || faults.length > 0) return false;
  for (const path of traces) for (const file of await filesAt(path)) if (await isStranger(file, TRACE)) return true;
  return false;
}

const EDITS = z.array(z.looseObject({ file: z.string(), find: z.string(), replace: z.string() }));
const FAULT = z.looseObject({ edits: EDITS });
const TRACE = z.looseObject({ plant: FAULT }).transform(({ plant }) => plant);

async function isStranger(path: string, schema: z.ZodType<{ edits: z.infer<typeof EDITS> }>): Promise<boolean> {
  try {
    const status = await stat(path);
    if (!status.isFile()) return !status.isDirectory();
    if (status.size > MAX_FILE_BYTES) return false;
    const result = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return result.success && !isShipped(result.data);
  } catch {
    return false;
  }
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).filter((name) => name.endsWith('.json')).map((name) => join(path, name));
  } catch {
    return [path];
  }
}
