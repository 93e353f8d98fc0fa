/**
 * The Go source that is the same in every exported test. Several exported tests stand side by side in package runtime_test,
 * so every name that they declare there ends in a suffix of the test's own.
 */
import { PAGE_SIZE_BYTES } from '../../model/sizeclasses';

/** Names that an exported test declares at the package level, besides the test and its objects. */
const DECLARED = [
  'performCommands',
  'wantedMoves',
  'wantedRow',
  'reading',
  'readings',
  'readBothWays',
  'areAsExpected',
  'procPin',
  'procUnpin',
  'pinned',
  'onP',
  'takeP',
  'warmUpPs',
] as const;

/** A name that a test declares at the package level. */
export type Declared = (typeof DECLARED)[number];

/** Returns the name as the test with that suffix declares it. */
export function declared(name: Declared, suffix: string): string {
  return `${name}${suffix}`;
}

/** Returns the declarations that read the statistics both ways, `readings` times, and compare them. */
export function readingSource(readings: number, suffix: string): string {
  return withSuffix(READING.replace('READINGS', String(readings)), suffix);
}

/** Returns the declarations that run a function on a chosen P. */
export function pinningSource(suffix: string): string {
  return withSuffix(PINNING, suffix);
}

/** Leaves fields and package members of such a name alone. */
function withSuffix(source: string, suffix: string): string {
  return source.replace(new RegExp(`(?<!\\.)\\b(?:${DECLARED.join('|')})\\b`, 'g'), (name) => `${name}${suffix}`);
}

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

const PINNING = `//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

var pinned struct {
	id                    int
	f                     func()
	wanted, arrived, gone int32
}

// onP runs f on the P with that number. It has a goroutine take each P and hold
// it until all have arrived; the one on that P runs f. The caller is one of them,
// and spins at the end: to sleep it would allocate on a P that is new.
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
