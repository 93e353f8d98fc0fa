/**
 * Decides what a trace file may run. Its commands are data, but its plant is source code, its system may be a command line, and
 * its runtime may be files of this machine. A file can come from anywhere, so none of these runs unless the suite
 * ships it or the user's own command line names it. See docs/trust.md.
 */
import { isShipped } from '../../faults/shipped';
import type { RecordedRuntime, TraceFile } from '../../properties/trace/traceFile';
import type { Edit } from '../../systems/edits';
import { printable } from '../output/printable';
import { shellWord } from '../output/shellWord';

/** A file wants to run what nobody has vouched for. The lines show it, and what to type to run it all the same. */
export class UntrustedFileError extends Error {
  override readonly name = 'UntrustedFileError';

  constructor(
    /** The refusal in one line. */
    message: string,
    /** Source, command line or paths that would run. */
    readonly lines: readonly string[],
    /** Words to add to the command line. */
    readonly way: string,
  ) {
    super(printable(message));
  }
}

/** Parts of the file that the command line replaces, or that the user trusts. */
export interface TrustOptions {
  /** Trusts the plant and the runtime of the file: `--trust-plant`. */
  readonly trustsPlant: boolean;
  readonly hasOwnPlant: boolean;
  readonly hasOwnSystem: boolean;
  readonly hasOwnRuntime: boolean;
}

/** Throws `UntrustedFileError` if the file would run something that neither the suite nor the user vouches for. */
export function requireTrust(path: string, file: TraceFile, options: TrustOptions): void {
  const { system = 'model', plant, runtime } = file;
  if (!options.hasOwnSystem && system.startsWith('exec:')) {
    throw new UntrustedFileError(
      `${path}: names a program to run, and a file is not trusted to do that`,
      [`  ${bounded(system.slice('exec:'.length))}`],
      `--system ${shellWord(printable(system))}`,
    );
  }
  if (options.trustsPlant) return;
  if (plant && plant.edits.length > 0 && !options.hasOwnPlant && !isShipped(plant)) {
    throw new UntrustedFileError(
      `${path}: plants code that spancheck does not ship, and a file is not trusted to do that`,
      editLines(plant.edits),
      '--trust-plant',
    );
  }
  if (runtime !== undefined && !options.hasOwnRuntime && usesPaths(runtime)) {
    throw new UntrustedFileError(
      `${path}: runs Go from files of this machine, and a file is not trusted to choose them`,
      runtimeLines(runtime),
      '--trust-plant',
    );
  }
}

function usesPaths({ goroot, replace = [] }: RecordedRuntime): boolean {
  return goroot !== undefined || replace.length > 0;
}

function runtimeLines({ goroot, replace = [] }: RecordedRuntime): readonly string[] {
  const lines = goroot === undefined ? [] : [`  --goroot ${bounded(goroot)}`];
  return [...lines, ...replace.map(({ file, path }) => `  --replace ${bounded(`${file}=${path}`)}`)].slice(
    0,
    MAX_LINES,
  );
}

function editLines(edits: readonly Edit[]): readonly string[] {
  const lines = edits.flatMap(({ file, find, replace }) => [
    `  ${bounded(file)}`,
    ...find.split('\n').map((line) => `    - ${bounded(line)}`),
    ...replace.split('\n').map((line) => `    + ${bounded(line)}`),
  ]);
  if (lines.length <= MAX_LINES) return lines;
  return [
    ...lines.slice(0, MAX_LINES),
    `  … ${lines.length - MAX_LINES} more lines are not shown: read the file itself`,
  ];
}

/** A line of a stranger's file: escaped, and cut with a word that says so. */
function bounded(line: string): string {
  const text = printable(line).replaceAll('\n', '\\u000a');
  if (text.length <= MAX_WIDTH) return text;
  return `${text.slice(0, MAX_WIDTH)} … ${text.length - MAX_WIDTH} more characters are not shown: read the file itself`;
}

const MAX_LINES = 100;
const MAX_WIDTH = 500;
