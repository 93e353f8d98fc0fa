/**
 * A trace as a test for Go's `src/runtime`, to paste into a bug report. It performs the commands by means that any Go
 * program has, reads the statistics both ways, and compares them with each other and with what the commands add to them. It
 * is a file of package runtime_test, for which the runtime's own export_test.go opens ReadMemStatsSlow and CountPagesInUse.
 */
import { createHash } from 'node:crypto';
import { BadInputError, oneLine } from '../../properties/input/badInput';
import type { Command } from '../../properties/trace/command';
import type { TraceFile } from '../../properties/trace/traceFile';
import { endLines } from '../explain/terminal';
import type { ExportInput } from './exportInput';
import { performingSource } from './goPerforming';
import { goReadings, type GoReading } from './goReadings';
import { goStatements } from './goStatements';
import { declared, pinningSource, readingSource } from './goTemplates';

/** The release that a test is written for if the trace's own is not known. */
const NEWEST_MINOR = 27;

/** The first release in which a function without a body may be linked to one of the runtime's by name. */
const LINKNAME_MINOR = 12;

/** The first release with freegc, as an experiment. */
const FREEGC_MINOR = 26;

/** The first release that can be told to throw when the pacer's statistics differ from the published ones. */
const DOUBLE_CHECK_MINOR = 19;

interface GoTest {
  readonly name: string;
  /** Ends every name that the test declares, so that several tests can stand in one package. */
  readonly suffix: string;
  readonly minor: number;
  readonly release: string | undefined;
  /** The failure and what is known about it, line by line. */
  readonly story: readonly string[];
  readonly isPinned: boolean;
  readonly isFreeing: boolean;
  /** True if the test is about a counter of the pacer. */
  readonly isDoubleChecked: boolean;
}

/** Returns the test file; throws a `BadInputError` if the trace cannot become one. */
export async function exportGo({ file, release, readsEachStep = false, explanation }: ExportInput): Promise<string> {
  refuseOtherSystems(file);
  const minor = Number(/go1\.(\d+)/.exec(release ?? '')?.[1] ?? NEWEST_MINOR);
  refuseCommands(file, minor);
  const told = await explanation();
  const failure = told?.failure ?? file.failure;
  const statements = goStatements(failure === undefined ? file.commands : file.commands.slice(0, failure.step + 1));
  const commands = statements.flatMap(({ command }) => command ?? []);
  const isPinned = commands.some((command) => 'p' in command && command.p > 0);
  const readings = goReadings(file.shape, statements, readsEachStep || file.shape.readsEachStep === true);
  const suffix = suffixOf(file, readings);
  const conclusions =
    told === undefined ? [] : endLines({ ...told, certificate: undefined, nearestPassing: undefined });
  const test: GoTest = {
    name: `${testName(failure?.drifts[0]?.counter, commands)}${suffix}`,
    suffix,
    minor,
    release,
    story: [failure?.message ?? 'nothing', ...conclusions],
    isPinned,
    isFreeing: commands.some(({ op }) => op === 'freegc'),
    isDoubleChecked: failure?.drifts.some(({ counter }) => counter.startsWith('gcController')) === true,
  };
  return [
    ...head(test),
    ...performingSource({ shape: file.shape, statements, readings, isPinned, suffix }),
    ...testing(test, readings),
    ...(isPinned ? [pinningSource(suffix)] : []),
  ].join('\n');
}

/** A Go test tests Go's runtime: a bug of another program, or one planted into the model, is not in there. */
function refuseOtherSystems({ system = 'model', plant }: TraceFile): void {
  if (system === 'go' || (system === 'model' && !plant)) return;
  const [what, instead] =
    system === 'model'
      ? [`of the model with a planted fault${plant ? ` (${plant.name})` : ''}`, 'vitest']
      : [`of ${system}`, system.startsWith('exec:') ? 'vitest' : 'markdown'];
  throw new BadInputError(
    `export: this trace is ${what}, and a Go test would run it on Go's runtime, which does not have that bug; use --to ${instead}`,
  );
}

/** Refuses what cannot be done from outside package runtime. */
function refuseCommands({ commands }: TraceFile, minor: number): void {
  for (const [i, command] of commands.entries()) {
    const problem = problemWith(command, minor);
    if (problem !== undefined) throw new BadInputError(`export: commands[${i}]: ${problem}; use --to markdown`);
  }
}

function problemWith(command: Command, minor: number): string | undefined {
  const { op } = command;
  if (op === 'allocStack' || op === 'freeStack') return `a Go test cannot do ${op}, which only the runtime itself can`;
  if (op === 'freegc' && minor < FREEGC_MINOR)
    return `freegc exists since Go 1.${FREEGC_MINOR}, but this trace is from Go 1.${minor}`;
  if ('p' in command && command.p > 0 && minor < LINKNAME_MINOR)
    return `a Go test can choose its P since Go 1.${LINKNAME_MINOR}, but this trace is from Go 1.${minor}`;
  return undefined;
}

/** The same for the same test only: two with one suffix are the same file. */
function suffixOf({ shape, commands }: TraceFile, readings: readonly GoReading[]): string {
  const hash = createHash('sha256').update(JSON.stringify([shape, commands, readings]));
  return `_${hash.digest('hex').slice(0, 8)}`;
}

/** A counter of another system may have any name. */
const MAX_NAME_LENGTH = 60;

/** `TestMemStatsMallocsAfterGC`. */
function testName(counter = 'Hold', commands: readonly Command[]): string {
  const last = commands[commands.length - 1]?.op ?? 'Start';
  const words = `${counter.slice(0, MAX_NAME_LENGTH)} after ${OP_WORDS.get(last) ?? last}`.match(/[A-Za-z0-9]+/g) ?? [];
  return `TestMemStats${words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('')}`;
}

const OP_WORDS: ReadonlyMap<string, string> = new Map([
  ['gcStart', 'GC'],
  ['setProcs', 'GOMAXPROCS'],
]);

function head({ name, release, story, isPinned, isFreeing }: GoTest): readonly string[] {
  const file = `memstats_${name.slice('TestMemStats'.length).toLowerCase()}_test.go`;
  const seen = release === undefined ? '' : ` (seen with ${oneLine(release)})`;
  return [
    `// Copy this file to src/runtime/${file} and run`,
    '//',
    `//	${isFreeing ? 'GOEXPERIMENT=runtimefreegc ' : ''}go test runtime -run ${name} -count=1`,
    '//',
    `// It fails while the bug is there${seen} and passes once it is gone:`,
    '//',
    ...story.flatMap((line) => wrapped(oneLine(line))).map((line) => `//	${line}`),
    '//',
    '// Written by spancheck export.',
    '',
    'package runtime_test',
    '',
    'import (',
    '	"reflect"',
    '	"runtime"',
    '	"runtime/debug"',
    ...(isPinned ? ['	"sync/atomic"'] : []),
    '	"testing"',
    ...unsafeImport(isPinned, isFreeing),
    ')',
    '',
  ];
}

function unsafeImport(isPinned: boolean, isFreeing: boolean): readonly string[] {
  if (isFreeing) return ['	"unsafe"'];
  return isPinned ? ['	_ "unsafe" // for go:linkname'] : [];
}

function testing(
  { name, suffix, minor, isDoubleChecked, isPinned }: GoTest,
  readings: readonly GoReading[],
): readonly string[] {
  return [
    `func ${name}(t *testing.T) {`,
    '	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))',
    '	defer debug.SetGCPercent(debug.SetGCPercent(-1))',
    ...doubleChecking(minor, isDoubleChecked),
    ...(isPinned ? [`	${declared('warmUpPs', suffix)}()`] : []),
    '',
    "	// The runtime's own goroutines allocate at times: what is off once may be",
    '	// theirs, what is off in every run is not.',
    '	for run := 0; ; run++ {',
    `		${declared('performCommands', suffix)}()`,
    `		if ${declared('areAsExpected', suffix)}(t, run == 9) || run == 9 {`,
    '			break',
    '		}',
    '	}',
    '}',
    '',
    `// ${declared('wantedMoves', suffix)} is what the commands so far add to what was counted`,
    '// before the first of them.',
    `var ${declared('wantedMoves', suffix)} = []struct {`,
    '	after                              string',
    '	mallocs, frees, totalAlloc, allocd uint64',
    `	bySize                             []${declared('wantedRow', suffix)}`,
    '}{',
    '	{after: "the start"},',
    ...readings.map((reading) => `	${rowText(reading, suffix)},`),
    '}',
    '',
    `type ${declared('wantedRow', suffix)} struct {`,
    '	size           uint32',
    '	mallocs, frees uint64',
    '}',
    '',
    readingSource(readings.length + 1, suffix),
  ];
}

/** The runtime's tests make it throw when the pacer counts differently; then nothing else that is off would be shown. */
function doubleChecking(minor: number, isWanted: boolean): readonly string[] {
  if (minor < DOUBLE_CHECK_MINOR) return [];
  return [
    '	defer func(was bool) { *runtime.DoubleCheckReadMemStats = was }(*runtime.DoubleCheckReadMemStats)',
    isWanted
      ? '	// The runtime throws where the pacer counts differently.'
      : '	// Go on where the runtime would throw, to see all that is off.',
    `	*runtime.DoubleCheckReadMemStats = ${isWanted}`,
  ];
}

function rowText({ after, mallocs, frees, totalAlloc, alloc, rows }: GoReading, suffix: string): string {
  const figures = Object.entries({ mallocs, frees, totalAlloc, allocd: alloc }).filter(([, value]) => value !== 0);
  const sizes = rows.map((row) => `{${row.sizeBytes}, ${row.mallocs}, ${row.frees}}`);
  const parts = [`after: ${JSON.stringify(after)}`, ...figures.map(([key, value]) => `${key}: ${value}`)];
  if (sizes.length > 0) parts.push(`bySize: []${declared('wantedRow', suffix)}{${sizes.join(', ')}}`);
  return `{${parts.join(', ')}}`;
}

const WIDTH = 90;

/** Breaks a text at spaces. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
