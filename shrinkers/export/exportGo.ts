/**
 * A trace as a test for Go's `src/runtime`, to paste into a bug report: it does what the commands do with what a Go program
 * has for it, reads the statistics both ways, and compares them with each other and with what the commands add to them.
 * One file of package runtime_test, for which the runtime's own export_test.go opens ReadMemStatsSlow and CountPagesInUse.
 */
import { PAGE_SIZE_BYTES, TINY_SIZE_CLASS, class_to_size } from '../../model/sizeclasses';
import { BadInputError } from '../../properties/input/badInput';
import type { Command } from '../../properties/trace/command';
import type { Shape } from '../../properties/trace/trace';
import type { TraceFile } from '../../properties/trace/traceFile';
import { endLines } from '../explain/terminal';
import type { ExportInput } from './exportInput';
import { goStatements, type GoStatement } from './goStatements';
import { goReadings, type GoReading } from './goReadings';

/** The release that a test is for if nothing else is known. */
const NEWEST_MINOR = 27;

/** Since then a function without a body may be linked to one of the runtime's by name. */
const LINKNAME_MINOR = 12;

/** Since then there is freegc, as an experiment. */
const FREEGC_MINOR = 26;

/** Since then the runtime can be told to throw when the statistics of the pacer are not the published ones. */
const DOUBLE_CHECK_MINOR = 19;

export async function exportGo({ file, release, readsEachStep = false, explanation }: ExportInput): Promise<string> {
  const minor = Number(/go1\.(\d+)/.exec(release ?? '')?.[1] ?? NEWEST_MINOR);
  refuse(file, minor);
  const told = await explanation();
  const failure = told?.failure ?? file.failure;
  const actions = goStatements(failure === undefined ? file.commands : file.commands.slice(0, failure.step + 1));
  const commands = actions.flatMap(({ command }) => command ?? []);
  const readings = goReadings(file.shape, actions, readsEachStep || file.shape.readsEachStep === true);
  const name = testName(failure?.drifts[0]?.counter, commands);
  const story = told === undefined ? [] : endLines({ ...told, certificate: undefined, nearestPassing: undefined });
  const isFreeing = commands.some(({ op }) => op === 'freegc');
  const isPinned = commands.some((command) => 'p' in command && command.p > 0);
  const isDoubleChecked = failure?.drifts.some(({ counter }) => counter.startsWith('gcController')) === true;
  return [
    ...head(name, release, failure?.message ?? 'nothing', story, isPinned, isFreeing),
    ...commands.flatMap(variable),
    ...(commands.some((command) => 'name' in command) ? [''] : []),
    ...performing(file.shape, actions, readings, isPinned),
    ...testing(name, readings, minor, isDoubleChecked, isPinned),
    ...(isPinned ? [PINNING] : []),
  ].join('\n');
}

/** What cannot be done from outside of package runtime. */
function refuse({ commands }: TraceFile, minor: number): void {
  for (const [i, command] of commands.entries()) {
    const { op } = command;
    if (op === 'allocStack' || op === 'freeStack') {
      throw new BadInputError(
        `export: commands[${i}]: a Go test cannot do ${op}, which is inside of the runtime; use --to markdown`,
      );
    }
    if (op === 'freegc' && minor < FREEGC_MINOR) {
      throw new BadInputError(
        `export: commands[${i}]: there is freegc since Go 1.${FREEGC_MINOR}, and this trace is of Go 1.${minor}; use --to markdown`,
      );
    }
    if ('p' in command && command.p > 0 && minor < LINKNAME_MINOR) {
      throw new BadInputError(
        `export: commands[${i}]: a Go test can be on a chosen P since Go 1.12, and this trace is of Go 1.${minor}; use --to markdown`,
      );
    }
  }
}

/** `TestMemStatsMallocsAfterGC`. */
function testName(counter = 'Hold', commands: readonly Command[]): string {
  const last = commands[commands.length - 1]?.op ?? 'Start';
  const words = `${counter} after ${{ gcStart: 'GC', setProcs: 'GOMAXPROCS' }[last as string] ?? last}`;
  return `TestMemStats${words.replace(/[^A-Za-z0-9]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^\w/, (letter) => letter.toUpperCase())}`;
}

function head(
  name: string,
  release: string | undefined,
  message: string,
  story: readonly string[],
  isPinned: boolean,
  isFreeing: boolean,
): readonly string[] {
  const file = `memstats_${name.slice('TestMemStats'.length).toLowerCase()}_test.go`;
  return [
    `// Copy this file to src/runtime/${file} and run`,
    '//',
    `//	${isFreeing ? 'GOEXPERIMENT=runtimefreegc ' : ''}go test runtime -run ${name} -count=1`,
    '//',
    `// It fails while the bug is there${release === undefined ? '' : ` (seen with ${release})`} and passes once it is gone:`,
    '//',
    ...[message, ...story].flatMap((line) => wrapped(line)).map((line) => `//	${line}`),
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
    ...(isFreeing ? ['	"unsafe"'] : isPinned ? ['	_ "unsafe" // for go:linkname'] : []),
    ')',
    '',
  ];
}

/** What a name stands for is a global variable: nothing else refers to the objects. */
function variable(command: Command): readonly string[] {
  switch (command.op) {
    case 'smallAlloc':
    case 'tinyAlloc':
    case 'largeAlloc':
      return [`var o${command.name} ${typeOf(command)}`];
    default:
      return [];
  }
}

type Alloc = Extract<Command, { readonly op: 'smallAlloc' | 'tinyAlloc' | 'largeAlloc' }>;

function typeOf(command: Alloc): string {
  if (command.op === 'largeAlloc') return '[]byte';
  const pointer = `*${elementOf(command)}`;
  return command.op === 'smallAlloc' && command.count > 1 ? `[${command.count}]${pointer}` : pointer;
}

/**
 * Eight bytes without pointers would go to the tiny allocator, and 32,768 are a large object since Go 1.22; since then, too,
 * objects with pointers of more than 512 bytes have a header of eight.
 */
function elementOf(command: Exclude<Alloc, { readonly op: 'largeAlloc' }>): string {
  if (command.op === 'tinyAlloc') return `[${command.size}]byte`;
  const size = class_to_size[command.class];
  if (command.class === 1) return '*byte';
  if (command.pointers === true) return `[${(size > 512 ? size - 8 : size) / 8}]*byte`;
  return `[${Math.min(size, 32_760)}]byte`;
}

function performing(
  shape: Shape,
  actions: readonly GoStatement[],
  readings: readonly GoReading[],
  isPinned: boolean,
): readonly string[] {
  const commands = actions.flatMap(({ command }) => command ?? []);
  const lines = [
    '//go:noinline',
    'func performCommands() {',
    `	runtime.GOMAXPROCS(${shape.procs})`,
    '	// A read flushes the Ps, which hold on to their tiny blocks until then.',
    '	readBothWays(0)',
    '	runtime.GC()',
    '	readBothWays(0)',
    '',
  ];
  const types = new Map(
    commands.flatMap((command) => (isAlloc(command) ? [[command.name, typeOf(command)] as const] : [])),
  );
  for (const [i, { text, command }] of actions.entries()) {
    lines.push(`	// ${text}`, ...(command === undefined ? [] : doing(command, types, isPinned)));
    const reading = readings.findIndex(({ step }) => step === i);
    if (reading >= 0) lines.push(`	readBothWays(${reading + 1})`);
    if (i < actions.length - 1) lines.push('');
  }
  const freed = new Set(
    commands.flatMap((command) => (command.op === 'free' || command.op === 'freegc' ? [command.object] : [])),
  );
  const left = [...types.keys()].filter((object) => !freed.has(object));
  if (left.length > 0)
    lines.push('', '	// Nothing is left for the next run.', ...left.map((object) => `	${dropping(object, types)}`));
  return [...lines, '}', ''];
}

function isAlloc(command: Command): command is Alloc {
  return command.op === 'smallAlloc' || command.op === 'tinyAlloc' || command.op === 'largeAlloc';
}

function doing(command: Command, types: ReadonlyMap<number, string>, isPinned: boolean): readonly string[] {
  switch (command.op) {
    case 'smallAlloc':
    case 'tinyAlloc':
    case 'largeAlloc':
      return onItsP(command.p, allocating(command), isPinned);
    case 'free':
      return [`	${dropping(command.object, types)}`];
    case 'freegc':
      return [...onItsP(command.p, givingBack(command.object, types), isPinned), `	${dropping(command.object, types)}`];
    case 'gcStart':
      return ['	runtime.GC()'];
    case 'setProcs':
      return [`	runtime.GOMAXPROCS(${command.procs})`];
    default:
      // readMemStats: it is read below.
      return [];
  }
}

function onItsP(p: number, lines: readonly string[], isPinned: boolean): readonly string[] {
  return isPinned && lines.length > 0 ? [`	onP(${p}, func() {`, ...lines.map((line) => `	${line}`), '	})'] : lines;
}

/** What freegc does not take it is not given: objects that are tiny, have pointers or are large. */
function givingBack(object: number, types: ReadonlyMap<number, string>): readonly string[] {
  const [, count, bytes] = /^(\[\d+\])?\*\[(\d+)\]byte$/.exec(types.get(object) ?? '') ?? [];
  if (bytes === undefined || Number(bytes) < class_to_size[TINY_SIZE_CLASS]) return [];
  if (count === undefined) return [`	runtime.Freegc(unsafe.Pointer(o${object}), ${bytes}, true)`];
  return [`	for i := range o${object} {`, `		runtime.Freegc(unsafe.Pointer(o${object}[i]), ${bytes}, true)`, '	}'];
}

function allocating(command: Alloc): readonly string[] {
  const { name } = command;
  if (command.op === 'largeAlloc') return [`	o${name} = make([]byte, ${command.size})`];
  const made = `new(${elementOf(command)})`;
  if (command.op === 'tinyAlloc' || command.count === 1) return [`	o${name} = ${made}`];
  return [`	for i := range o${name} {`, `		o${name}[i] = ${made}`, '	}'];
}

function dropping(object: number, types: ReadonlyMap<number, string>): string {
  const type = types.get(object) ?? '';
  return `o${object} = ${/^\[\d+\]/.test(type) ? `${type}{}` : 'nil'}`;
}

function testing(
  name: string,
  readings: readonly GoReading[],
  minor: number,
  isDoubleChecked: boolean,
  isPinned: boolean,
): readonly string[] {
  return [
    `func ${name}(t *testing.T) {`,
    '	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))',
    '	defer debug.SetGCPercent(debug.SetGCPercent(-1))',
    ...doubleChecking(minor, isDoubleChecked),
    ...(isPinned ? ['	warmUpPs()'] : []),
    '',
    "	// The runtime's own goroutines allocate at times: what is off once may be",
    '	// theirs, what is off in every run is not.',
    '	for run := 0; ; run++ {',
    '		performCommands()',
    '		if areAsExpected(t, run == 9) || run == 9 {',
    '			break',
    '		}',
    '	}',
    '}',
    '',
    '// wantedMoves is what the commands so far add to what was counted before the',
    '// first of them.',
    'var wantedMoves = []struct {',
    '	after                              string',
    '	mallocs, frees, totalAlloc, allocd uint64',
    '	bySize                             []wantedRow',
    '}{',
    '	{after: "the start"},',
    ...readings.map((reading) => `	${rowText(reading)},`),
    '}',
    '',
    'type wantedRow struct {',
    '	size           uint32',
    '	mallocs, frees uint64',
    '}',
    '',
    READING.replace('READINGS', String(readings.length + 1)),
  ];
}

/** Tests of the runtime have it throw when the pacer counts otherwise, and so not tell what else is off. */
function doubleChecking(minor: number, isWanted: boolean): readonly string[] {
  if (minor < DOUBLE_CHECK_MINOR) return [];
  return [
    '	defer func(was bool) { *runtime.DoubleCheckReadMemStats = was }(*runtime.DoubleCheckReadMemStats)',
    ...(isWanted
      ? ['	// The runtime throws where the pacer counts otherwise.']
      : ['	// Go on where the runtime would throw, to see all that is off.']),
    `	*runtime.DoubleCheckReadMemStats = ${isWanted}`,
  ];
}

function rowText({ after, mallocs, frees, totalAlloc, alloc, rows }: GoReading): string {
  const figures = Object.entries({ mallocs, frees, totalAlloc, allocd: alloc }).filter(([, value]) => value !== 0);
  const sizes = rows.map((row) => `{${row.sizeBytes}, ${row.mallocs}, ${row.frees}}`);
  const parts = [`after: ${JSON.stringify(after)}`, ...figures.map(([key, value]) => `${key}: ${value}`)];
  if (sizes.length > 0) parts.push(`bySize: []wantedRow{${sizes.join(', ')}}`);
  return `{${parts.join(', ')}}`;
}

/** The same in every test: reading both ways, and comparing. */
const READING = `type reading struct {
	base, slow          runtime.MemStats
	pagesInUse, counted uintptr
}

var readings [READINGS]reading

func readBothWays(i int) {
	r := &readings[i]
	r.base, r.slow = runtime.ReadMemStatsSlow()
	r.pagesInUse, r.counted = runtime.CountPagesInUse()
}

// areAsExpected compares what was read: MemStats with ReadMemStatsSlow and pages
// with a count of the spans, and both with what the commands must add.
func areAsExpected(t *testing.T, isLast bool) bool {
	ok := true
	errorf := func(format string, args ...interface{}) {
		ok = false
		if isLast {
			t.Errorf(format, args...)
		}
	}
	first := &readings[0].base
	for i, want := range wantedMoves {
		r := &readings[i]
		if r.base != r.slow {
			errorf("after %s: MemStats and ReadMemStatsSlow differ", want.after)
			if isLast {
				logDiff(t, "MemStats", reflect.ValueOf(r.base), reflect.ValueOf(r.slow))
			}
		}
		if r.pagesInUse != r.counted {
			errorf("after %s: pagesInUse is %d, but spans have %d pages", want.after, r.pagesInUse, r.counted)
		}
		if inuse := uint64(r.counted) * ${PAGE_SIZE_BYTES}; r.base.HeapInuse != inuse {
			errorf("after %s: HeapInuse is %d, but spans have %d bytes", want.after, r.base.HeapInuse, inuse)
		}
		moved := func(field string, now, before, by uint64) {
			if now-before != by {
				errorf("after %s: %s moved by %d since the start, want %d", want.after, field, int64(now-before), by)
			}
		}
		moved("Mallocs", r.base.Mallocs, first.Mallocs, want.mallocs)
		moved("Frees", r.base.Frees, first.Frees, want.frees)
		moved("TotalAlloc", r.base.TotalAlloc, first.TotalAlloc, want.totalAlloc)
		moved("Alloc", r.base.Alloc, first.Alloc, want.allocd)
		for _, row := range want.bySize {
			for c := range r.base.BySize {
				if now, before := &r.base.BySize[c], &first.BySize[c]; now.Size == row.size {
					moved("BySize.Mallocs", now.Mallocs, before.Mallocs, row.mallocs)
					moved("BySize.Frees", now.Frees, before.Frees, row.frees)
				}
			}
		}
	}
	return ok
}
`;

/** For a trace that is on several Ps. */
const PINNING = `//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

var pinned struct {
	id                    int
	f                     func()
	wanted, arrived, gone int32
}

// onP runs f on the P of that number. There is a goroutine on each P then, which
// keeps it until all have come, and the one on that P runs f. This one is one of
// them, and waits in a loop: to sleep it would allocate on a P that is new.
func onP(id int, f func()) {
	procs := int32(runtime.GOMAXPROCS(0))
	pinned.id, pinned.f = id, f
	pinned.wanted, pinned.arrived, pinned.gone = procs, 0, 0
	for i := int32(1); i < procs; i++ {
		go takeP()
	}
	takeP()
	for atomic.LoadInt32(&pinned.gone) < procs {
	}
}

func takeP() {
	id := procPin()
	atomic.AddInt32(&pinned.arrived, 1)
	for atomic.LoadInt32(&pinned.arrived) < pinned.wanted {
	}
	if id == pinned.id {
		pinned.f()
	}
	procUnpin()
	atomic.AddInt32(&pinned.gone, 1)
}

// warmUpPs makes the threads and goroutines that onP will need.
func warmUpPs() {
	for i := 0; i < 200; i++ {
		onP(0, func() {})
	}
}
`;

const WIDTH = 90;

/** Broken at spaces. */
function wrapped(text: string): readonly string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines[lines.length - 1];
    if (line !== '' && line.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
