/** A trace from a file with the system that it is to run on, as explain, shrink and export need them. */
import { isVisible, CHECKS, type Check } from '../../properties/checks/checks';
import { BadInputError } from '../../properties/input/badInput';
import type { System } from '../../properties/system';
import type { TraceFile } from '../../properties/trace/traceFile';
import type { Fault } from '../../faults/fault';
import type { Command } from 'commander';
import { modelSystem } from '../../systems/model';
import { readFault } from './faultFiles';
import { openSystem } from './openSystem';
import { collect, replacements } from './optionParsers';
import { readTraceFile } from './readTraceFile';

export interface OpenTraceOptions {
  readonly system?: string;
  readonly plant?: string | false;
  readonly toolchain?: string;
  readonly goroot?: string;
  readonly replace?: readonly string[];
}

export interface OpenedTrace {
  readonly file: TraceFile;
  readonly system: System;
  readonly checks: readonly Check[];
  readonly plant: Fault | undefined;
  /** What it runs on: the release of Go. */
  readonly note: string | undefined;
  /** The same allocator without a fault, where that is known: the clean model. */
  readonly reference: System | undefined;
}

/** The options that say on what a trace runs. */
const TRACED_OPTIONS = [
  ['--system <system>', 'run it on another system than the file names'],
  ['--plant <fault.json>', 'plant this fault instead of the one in the file'],
  ['--no-plant', 'run it without the fault that the file names'],
  ['--toolchain <version>', 'Go release to run it on'],
  ['--goroot <dir>', 'a work tree of Go to run it on'],
] as const;

/** Adds them to a verb. */
export function withOpenTraceOptions(verb: Command): Command {
  for (const [flags, text] of TRACED_OPTIONS) verb.option(flags, text);
  return verb.option('--replace <file=path>', "run it with this file in place of the runtime's own", collect);
}

export async function openTrace(
  path: string,
  { system: name, plant, toolchain, goroot, replace }: OpenTraceOptions,
): Promise<OpenedTrace> {
  const file = await readTraceFile(path);
  const fault =
    typeof plant === 'string'
      ? await readFault(plant)
      : plant === false || !file.plant
        ? undefined
        : { origin: '', text: '', ...file.plant };
  const choice = {
    system: name ?? file.system ?? 'model',
    plants: fault === undefined ? [] : [fault],
    toolchain,
    goroot,
    replace: replacements(replace),
  };
  const { system, note } = await openSystem(choice);
  const missing = file.commands.findIndex(({ op }) => !system.ops.has(op));
  if (missing >= 0)
    throw new BadInputError(
      `${path}: commands[${missing}]: ${system.name} cannot perform ${file.commands[missing].op}`,
    );
  const named = file.checks;
  const checks = CHECKS.filter(
    (check) => isVisible(check, system) && (named === undefined || named.includes(check.name)),
  );
  return { file, system, checks, plant: fault, note, reference: choice.system === 'model' ? modelSystem() : undefined };
}
