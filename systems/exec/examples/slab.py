"""A slab allocator with incremental counters, checked by spancheck: run --system "exec:python3 slab.py".

A slab is 8 KiB (or eight objects, if that is more) of slots of one size; each P allocates from a slab of its
own. An object that is freed waits for the next collection. docs/protocol.md explains the conversation.
"""
import json, sys

PAGE = 8192

class Allocator:
    def __init__(self, sizes):
        self.sizes = sizes                             # bytes of an object, by class
        self.slabs = [[] for _ in sizes]               # by class: bytearrays, one byte a slot, 1 is in use
        self.current = {}                              # (p, class): the slab that this P allocates from
        self.large, self.objects, self.dropped = {}, {}, []
        self.mallocs, self.frees = [0] * len(sizes), [0] * len(sizes)      # row 0: large objects
        self.large_bytes = self.large_freed_bytes = self.collections = 0

    def smallAlloc(self, p, cls, count, name):
        self.objects[name] = [self.take(p, cls) for _ in range(count)]
        self.mallocs[cls] += count

    def take(self, p, cls):
        slab = self.current.get((p, cls))
        if slab is None or 0 not in slab:
            used = [s for (_, c), s in self.current.items() if c == cls]
            slab = next((s for s in self.slabs[cls] if 0 in s and not any(s is u for u in used)), None)
            if slab is None:
                slab = bytearray(max(8, PAGE // self.sizes[cls]))
                self.slabs[cls].append(slab)
            self.current[p, cls] = slab
        slot = slab.index(0)
        slab[slot] = 1
        return cls, slab, slot

    def largeAlloc(self, p, size, name):
        self.large[name] = -(-size // PAGE) * PAGE     # rounded up to pages
        self.large_bytes += self.large[name]
        self.mallocs[0] += 1

    def free(self, name):
        self.dropped.append(name)

    def gcStart(self):
        self.collections += 1
        for name in self.dropped:
            if name in self.large:
                self.large_freed_bytes += self.large.pop(name)
                self.frees[0] += 1
            for cls, slab, slot in self.objects.pop(name, []):
                slab[slot] = 0
                self.frees[cls] += 1
        self.dropped = []

    def stats(self):                                   # from the counters alone
        total = self.large_bytes + sum(n * size for n, size in zip(self.mallocs, self.sizes))
        return self.published(self.mallocs, total)

    def rescan(self):                                  # from a look at every slot
        live = [len(self.large)] + [sum(sum(slab) for slab in slabs) for slabs in self.slabs[1:]]
        total = sum(self.large.values()) + self.large_freed_bytes
        total += sum((l + f) * size for l, f, size in zip(live, self.frees, self.sizes))
        return self.published([l + f for l, f in zip(live, self.frees)], total)

    def published(self, mallocs, total):
        freed = self.large_freed_bytes + sum(n * size for n, size in zip(self.frees, self.sizes))
        return {"Mallocs": sum(mallocs), "Frees": sum(self.frees), "HeapObjects": sum(mallocs) - sum(self.frees),
                "TotalAlloc": total, "Alloc": total - freed, "NumGC": self.collections,
                "BySize": [[c, m, f] for c, (m, f) in enumerate(zip(mallocs, self.frees)) if c and m]}

def answer(line):
    print(json.dumps(line, separators=(",", ":")), flush=True)

sizes = json.loads(sys.stdin.readline())["classSizes"]
answer({"spancheck": 1, "name": "slab", "rescan": True, "maxProcs": 4,
        "ops": ["smallAlloc", "largeAlloc", "free", "gcStart", "readMemStats"]})
for line in sys.stdin:                                 # ends when spancheck closes the pipe
    c = json.loads(line)
    match c["op"]:
        case "reset": heap = Allocator(sizes)
        case "smallAlloc": heap.smallAlloc(c["p"], c["class"], c["count"], c["name"])
        case "largeAlloc": heap.largeAlloc(c["p"], c["size"], c["name"])
        case "free": heap.free(c["object"])
        case "gcStart": heap.gcStart()
    answer({"stats": heap.stats(), "rescan": heap.rescan()})
