/** From what `--system` says to a system that runs. */
import type { Fault } from '../../faults/fault';
import { plantModel } from '../../faults/plantModel';
import { BadInputError } from '../../properties/input/badInput';
import type { System } from '../../properties/system';
import { execSystem } from '../../systems/exec/execSystem';
import { findGo, goSystem } from '../../systems/go/goSystem';
import type { PlacedEdit } from '../../systems/go/source';
import { modelSystem } from '../../systems/model';

export interface SystemChoice {
  /** `model`, `go` or `exec:COMMAND`. */
  readonly system: string;
  readonly plants: readonly Fault[];
  readonly toolchain?: string | undefined;
  readonly goroot?: string | undefined;
  /** Files to put in place of the runtime's own: `mcache.go` to a path. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
}

/** Every system, with one line each: `spancheck list systems`. */
export const SYSTEMS: Readonly<Record<string, string>> = {
  model: "the reference model of Go's heap, in this process; everything is visible",
  go: 'the runtime of a Go toolchain (--toolchain, --goroot, --replace); needs go on the PATH',
  'exec:COMMAND': 'any program that speaks the protocol of docs/protocol.md: a JSON line in, a JSON line out',
};

/** @param onProgress told what takes long: a toolchain that is fetched, a driver that is built. */
export async function openSystem(
  choice: SystemChoice,
  onProgress?: (text: string) => void,
): Promise<{ readonly system: System; readonly note?: string }> {
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

async function openGo(
  { plants, toolchain, goroot, replace }: SystemChoice,
  onProgress: ((text: string) => void) | undefined,
): Promise<{ system: System; note: string }> {
  const onNotice = (text: string): void => void process.stderr.write(`spancheck: ${text}\n`);
  const options = { toolchain, goroot, replace, onProgress, onNotice, edits: plants.flatMap(placedEdits) };
  const go = await findGo(options);
  return { system: await goSystem(options), note: go.version };
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
