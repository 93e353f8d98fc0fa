/** The hook before a verb: a call that plants code which spancheck does not ship runs in a child process instead. */
import type { Command } from 'commander';
import { plantsStrangersCode } from './input/untrustedPlant';
import { SHRINK_SECONDS } from './search/keepAndShrink';
import { supervise } from './search/supervise';

/** Thrown instead of running the verb: a child has run it. */
export class SupervisedEnd extends Error {
  override readonly name = 'SupervisedEnd';

  constructor(readonly exitCode: number) {
    super(`a child process ended with exit code ${exitCode}`);
  }
}

/** Verbs that run traces on a planted model. */
const PLANTING_VERBS: ReadonlySet<string> = new Set(['run', 'replay', 'shrink', 'explain', 'export', 'view']);

/** @throws SupervisedEnd if a child ran the verb. */
export async function superviseStrangersCode(verb: Command): Promise<void> {
  const name = verb.name();
  if (!PLANTING_VERBS.has(name)) return;
  const { system, plant, time, json } = verb.opts<{
    readonly system?: string;
    readonly plant?: readonly string[] | string | false;
    readonly time?: number;
    readonly json?: boolean;
  }>();
  if (!(await plantsStrangersCode({ system, plant, traces: verb.args }))) return;
  const limitSeconds = (time ?? Infinity) + 2 * SHRINK_SECONDS;
  throw new SupervisedEnd(await supervise({ verb: name, limitSeconds, isJson: json === true }));
}
