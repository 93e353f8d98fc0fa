/** Opens a trace file and the system that it runs on, for replay, shrink, explain and export alike. */
import type { Command } from 'commander';
import type { Fault } from '../../faults/fault';
import { CHECKS, isVisible, type Check } from '../../properties/checks/checks';
import { BadInputError } from '../../properties/input/badInput';
import type { System } from '../../properties/system';
import type { RecordedRuntime, TraceFile } from '../../properties/trace/traceFile';
import { modelSystem } from '../../systems/model';
import { readFault } from './faultFiles';
import { readTextFile } from './files';
import { merged, openSystem, sha256, type SystemChoice } from './openSystem';
import { checkList, collect, replacements } from './optionParsers';
import { readTraceFile } from './readTraceFile';
import { requireTrust } from './trust';

/** The options of every verb that runs a trace file. */
export interface OpenTraceOptions {
  readonly system?: string;
  readonly checks?: readonly Check[];
  readonly plant?: readonly string[] | false;
  readonly toolchain?: string;
  readonly goroot?: string;
  readonly replace?: readonly string[];
  readonly trustPlant?: boolean;
}

export interface OpenedTrace {
  readonly file: TraceFile;
  readonly system: System;
  readonly checks: readonly Check[];
  readonly plant: Fault | undefined;
  /** The release of Go that the system is. */
  readonly note: string | undefined;
  readonly runtime: RecordedRuntime | undefined;
  /** The same allocator without a fault, where there is one: the clean model. */
  readonly reference: System | undefined;
}

/** Adds the options to a verb. */
export function withOpenTraceOptions(verb: Command): Command {
  return verb
    .option('--system <system>', 'run on this system instead of the one in the file')
    .option('--checks <a,b>', 'evaluate these checks instead of those in the file', checkList)
    .option('--plant <fault.json>', 'plant this fault instead of the one in the file; may be repeated', collect)
    .option('--no-plant', 'run without the fault in the file')
    .option('--toolchain <version>', 'run on this Go release')
    .option('--goroot <dir>', 'run on this work tree of Go')
    .option('--replace <file=path>', "run with this file in place of the runtime's own", collect)
    .option('--trust-plant', 'run the code that the file plants, or the files that it names');
}

/** The part of a verb's help that says what a file may run. */
export const TRUST_HELP = `A file may come from a stranger. Its commands are data. A fault that it plants runs
if spancheck ships that fault; any other is shown and needs --trust-plant, or your
own --plant. So do --goroot and --replace of a file. A program (exec:...) runs if
you name it yourself with --system.`;

/** Throws `BadInputError`, or `UntrustedFileError` before anything of the file has run. */
export async function openTrace(path: string, options: OpenTraceOptions): Promise<OpenedTrace> {
  const file = await readTraceFile(path);
  const { plant, toolchain, goroot, replace } = options;
  const hasOwnRuntime = (toolchain ?? goroot ?? replace) !== undefined;
  const hasOwnPlant = plant !== undefined;
  const name = options.system ?? file.system ?? 'model';
  const { runtime } = file;
  const usesRuntime = name === 'go' && !hasOwnRuntime && runtime !== undefined;
  requireTrust(path, file, {
    trustsPlant: options.trustPlant ?? false,
    hasOwnPlant,
    hasOwnSystem: options.system !== undefined,
    hasOwnRuntime: !usesRuntime,
  });
  const plants = hasOwnPlant ? await readFaults(plant) : plantsOf(file);
  const own = { toolchain, goroot, replace: replacements(replace) };
  const choice = { system: name, plants, ...(usesRuntime ? await recordedChoice(path, runtime) : own) };
  const opened = await openSystem(choice);
  const { system } = opened;
  try {
    requirePerformable(path, file, system);
    const checks = visibleChecks(path, file, system, options.checks);
    return {
      file,
      system,
      checks,
      plant: plants.length === 0 ? undefined : merged(plants),
      note: opened.note,
      runtime: opened.runtime,
      reference: name === 'model' ? modelSystem() : undefined,
    };
  } catch (error) {
    await system.close?.();
    throw error;
  }
}

function readFaults(paths: readonly string[] | false): Promise<readonly Fault[]> {
  return paths === false ? Promise.resolve([]) : Promise.all(paths.map(readFault));
}

function plantsOf({ plant }: TraceFile): readonly Fault[] {
  return plant ? [{ origin: '', text: '', ...plant }] : [];
}

/** Finds the runtime that the file names. Throws `BadInputError` if it is no longer the one that the trace ran on. */
async function recordedChoice(
  path: string,
  { release, toolchain, goroot, replace = [] }: RecordedRuntime,
): Promise<Pick<SystemChoice, 'toolchain' | 'goroot' | 'replace'>> {
  for (const [i, { file, path: replacement, sha256: recorded }] of replace.entries()) {
    const place = `${path}: runtime.replace[${i}]`;
    const way = `give the file with --replace ${file}=PATH`;
    const text = await readTextFile(replacement).catch((error: unknown) => {
      throw error instanceof BadInputError ? new BadInputError(`${place}: ${error.message}; ${way}`) : error;
    });
    if (sha256(text) !== recorded)
      throw new BadInputError(`${place}: ${replacement} has changed since this trace failed with it; ${way}`);
  }
  // Without --toolchain the run took the Go on its path; here that may be another release.
  const isRelease = /^go1\.\d+(\.\d+)?(rc\d+|beta\d+)?$/.test(release ?? '');
  return {
    goroot,
    toolchain: toolchain ?? (goroot === undefined && isRelease ? release : undefined),
    replace: replace.length === 0 ? undefined : new Map(replace.map((one) => [one.file, one.path])),
  };
}

function requirePerformable(path: string, { shape, commands }: TraceFile, system: System): void {
  for (const [i, { op }] of commands.entries()) {
    if (!system.ops.has(op)) throw new BadInputError(`${path}: commands[${i}]: ${system.name} cannot perform ${op}`);
  }
  const procs = commands.reduce((most, command) => Math.max(most, 'procs' in command ? command.procs : 0), shape.procs);
  if (procs > system.maxProcs)
    throw new BadInputError(
      `${path}: the trace has ${procs} Ps, and ${system.name} has ${system.maxProcs} at most; run it on another --system`,
    );
}

/**
 * Returns the checks that the command line names, or else the file, as far as the system shows what they need. The file
 * names those of its own system, so all count on another one.
 */
function visibleChecks(path: string, file: TraceFile, system: System, own?: readonly Check[]): readonly Check[] {
  const recorded = (file.system ?? 'model') === system.name ? file.checks : undefined;
  const chosen = own ?? CHECKS.filter(({ name }) => recorded?.includes(name) ?? true);
  const visible = chosen.filter((check) => isVisible(check, system));
  if (visible.length === 0) {
    const names = chosen.map(({ name }) => name).join(', ');
    throw new BadInputError(
      `${path}: ${system.name} shows nothing that these checks need: ${names === '' ? 'none' : names}; choose others with --checks`,
    );
  }
  return visible;
}
