"""The slab allocator of slabAllocator.ts under Hypothesis: what does each seed's failing run shrink to?

    python slab_hypothesis.py BUG SEEDS

prints a JSON array with the steps of each seed's smallest failing run.
"""
import json, sys

from hypothesis import HealthCheck, Phase, seed, settings, strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

PAGE, SLOTS = 8192, 64
BUG = sys.argv[1]


class Slab:
    def __init__(self):
        self.slabs = {}                                # by class: bytearrays, one byte a slot, 1 is in use
        self.mallocs, self.frees = {}, {}              # by class; 0: large objects
        self.large_bytes = self.large_freed_bytes = 0
        self.large, self.dropped = [], []
        self.swept, self.pages = set(), set()          # classes, and pages of large objects, at the last collection

    def small(self, cls, count):
        self.mallocs[cls] = self.mallocs.get(cls, 0) + count
        return [self.take(cls) for _ in range(count)]

    def take(self, cls):
        slabs = self.slabs.setdefault(cls, [])
        if BUG == "slot-taken-twice" and cls in self.swept:
            self.swept.remove(cls)
            slabs[0][0] = 1
            return cls, slabs[0], 0
        slab = next((s for s in slabs if 0 in s), None)
        if slab is None:
            if BUG == "spill-not-counted" and cls in self.swept:
                self.swept.remove(cls)
                self.mallocs[cls] -= 1
            slab = bytearray(SLOTS)
            slabs.append(slab)
        slot = slab.index(0)
        slab[slot] = 1
        return cls, slab, slot

    def big(self, size):
        self.large.append(size)
        if BUG != "same-pages-not-counted" or rounded(size) not in self.pages:
            self.large_bytes += rounded(size)
        self.mallocs[0] = self.mallocs.get(0, 0) + 1
        return size

    def collect(self):
        for gone in self.dropped:
            if isinstance(gone, int):
                self.large.remove(gone)
                self.large_freed_bytes += rounded(gone)
                self.frees[0] = self.frees.get(0, 0) + 1
                continue
            for cls, slab, slot in gone:
                slab[slot] = 0
                if BUG != "sweep-not-counted":
                    self.frees[cls] = self.frees.get(cls, 0) + 1
        self.dropped = []
        self.swept = set(cls for cls, slabs in self.slabs.items() if 0 in slabs[-1])
        self.pages = set(map(rounded, self.large))

    def stats(self):
        return published(self.mallocs, self.frees, self.large_bytes, self.large_freed_bytes)

    def rescan(self):
        live = {cls: sum(map(sum, slabs)) for cls, slabs in self.slabs.items()}
        live[0] = len(self.large)
        mallocs = {cls: n + self.frees.get(cls, 0) for cls, n in live.items()}
        return published(mallocs, self.frees, self.large_freed_bytes + sum(map(rounded, self.large)), self.large_freed_bytes)


def rounded(size):
    return -(-size // PAGE) * PAGE


def published(mallocs, frees, large_bytes, large_freed_bytes):
    total = large_bytes + sum(16 * cls * n for cls, n in mallocs.items())
    freed = large_freed_bytes + sum(16 * cls * n for cls, n in frees.items())
    return total, total - freed, sum(mallocs.values()), sum(frees.values())


class Machine(RuleBasedStateMachine):
    objects = Bundle("objects")
    last = []

    def __init__(self):
        super().__init__()
        self.slab = Slab()
        Machine.last = []

    @rule(target=objects, cls=st.integers(1, 66), count=st.integers(1, 64))
    def small(self, cls, count):
        Machine.last.append(f"smallAlloc {cls} {count}")
        return self.slab.small(cls, count)

    @rule(target=objects, size=st.integers(32769, 200000))
    def big(self, size):
        Machine.last.append(f"largeAlloc {size}")
        return self.slab.big(size)

    @rule(gone=consumes(objects))
    def free(self, gone):
        Machine.last.append("free")
        self.slab.dropped.append(gone)

    @rule()
    def gc(self):
        Machine.last.append("gcStart")
        self.slab.collect()

    @invariant()
    def counters_are_what_a_rescan_finds(self):
        assert self.slab.stats() == self.slab.rescan()


ends = []
for number in range(1, int(sys.argv[2]) + 1):
    try:
        run_state_machine_as_test(
            seed(number)(Machine),
            settings=settings(max_examples=300, stateful_step_count=50, database=None, deadline=None, print_blob=False,
                              phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck)),
        )
    except AssertionError:
        ends.append(list(Machine.last))
print(json.dumps(ends), file=sys.__stdout__)
