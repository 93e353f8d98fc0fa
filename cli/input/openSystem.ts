/** Opens the system that `--system` names. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Fault } from '../../faults/fault';
import { plantModel } from '../../faults/plantModel';
import { BadInputError } from '../../properties/input/badInput';
import type { System } from '../../properties/system';
import type { RecordedRuntime } from '../../properties/trace/traceFile';
import { execSystem } from '../../systems/exec/execSystem';
import { findGo, goSystem } from '../../systems/go/goSystem';
import type { PlacedEdit } from '../../systems/go/source';
import { modelSystem } from '../../systems/model';
import { readTextFile } from './files';

export interface OpenedSystem {
  readonly system: System;
  /** The release of Go that it is. */
  readonly note?: string;
  readonly runtime?: RecordedRuntime;
}

export interface SystemChoice {
  /** `model`, `go` or `exec:COMMAND`. */
  readonly system: string;
  readonly plants: readonly Fault[];
  readonly toolchain?: string | undefined;
  readonly goroot?: string | undefined;
  /** Files that stand in for the runtime's own: `mcache.go` to a path. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
}

/** Every system, with one line each: `spancheck list systems`. */
export const SYSTEMS: Readonly<Record<string, string>> = {
  model: "the reference model of Go's heap, in this process; everything is visible",
  go: 'the runtime of a Go toolchain (--toolchain, --goroot, --replace); needs go on the PATH',
  'exec:COMMAND': 'any program that speaks the protocol of docs/protocol.md: a JSON line in, a JSON line out',
};

/** @param onProgress called with what takes long: a toolchain is fetched, a driver is built. */
export async function openSystem(choice: SystemChoice, onProgress?: (text: string) => void): Promise<OpenedSystem> {
  const { system, plants } = choice;
  if (system !== 'go' && (choice.toolchain ?? choice.goroot ?? choice.replace) !== undefined) {
    throw new BadInputError(`--toolchain, --goroot and --replace go with --system go, not with --system ${system}`);
  }
  if (system === 'model') {
    const [plant] = plants;
    return { system: plant === undefined ? modelSystem() : modelSystem(plantModel(merged(plants))) };
  }
  if (system === 'go') return openGo(choice, onProgress);
  if (system.startsWith('exec:')) {
    if (plants.length > 0)
      throw new BadInputError(
        '--plant: a fault can be planted into the model and into Go, not into a program of your own',
      );
    return { system: await execSystem(system.slice('exec:'.length)) };
  }
  throw new BadInputError(`--system ${system}: not a system; it is model, go or exec:COMMAND`);
}

async function openGo(choice: SystemChoice, onProgress: ((text: string) => void) | undefined): Promise<OpenedSystem> {
  const { plants, toolchain, goroot, replace } = choice;
  const onNotice = (text: string): void => void process.stderr.write(`spancheck: ${text}\n`);
  const options = { toolchain, goroot, replace, onProgress, onNotice, edits: plants.flatMap(placedEdits) };
  const go = await findGo(options);
  const runtime = await recordedRuntime(choice, go.version);
  return { system: await goSystem(options), note: go.version, runtime };
}

/** Returns what a counterexample records of its runtime, for a plain `replay` to find the same one. */
async function recordedRuntime(
  { toolchain, goroot, replace }: SystemChoice,
  release: string,
): Promise<RecordedRuntime> {
  const replaced = [];
  for (const [file, path] of replace ?? []) {
    const text = await readTextFile(path);
    replaced.push({ file, path: resolve(path), sha256: sha256(text) });
  }
  return {
    release,
    ...(toolchain !== undefined && { toolchain }),
    ...(goroot !== undefined && { goroot: resolve(goroot) }),
    ...(replaced.length > 0 && { replace: replaced }),
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function placedEdits({ name, edits }: Fault): readonly PlacedEdit[] {
  return edits.map((edit, i) => ({ ...edit, place: `${name}: edits[${i}]` }));
}

/** Several faults as one. */
export function merged(plants: readonly Fault[]): Fault {
  const [first, ...rest] = plants;
  if (first === undefined) throw new Error('no fault to plant');
  if (rest.length === 0) return first;
  return {
    name: plants.map(({ name }) => name).join('+'),
    origin: plants.map(({ origin }) => origin).join('; '),
    text: plants.map(({ text }) => text).join('; '),
    edits: plants.flatMap(({ edits }) => edits),
  };
}
