/* consistentHeapStats of Go 1.16 and later, as interleave/heapStats.ts has it: 3 writers x 2 windows, 2 reads. Each counter of
 * each generation holds, for each window of each writer, how often it was added: 2 bits. */
#define WRITERS 3
#define WINDOWS 2
#define READS 2
#define UNIT(w, i) (1 << (2 * ((w) * WINDOWS + (i))))
#define PREV ((currGen + 2) % 3)

byte gen = 0;
bool noPLock = false;
bool seq[WRITERS];
short a[3];
short b[3];
byte released = 0;

active [WRITERS] proctype writer() {
  byte w = _pid;
  byte i = 0;
  byte g = 0;
  do
  :: i < WINDOWS ->
    atomic { seq[w] = !seq[w] };
    atomic { g = gen };
    atomic { a[g] = a[g] + UNIT(w, i) };
    atomic { b[g] = b[g] + UNIT(w, i) };
    atomic { seq[w] = !seq[w]; released = released | (1 << (w * WINDOWS + i)); i++; g = 0 }
  :: else -> break
  od
}

active proctype reader() {
  byte reads = 0;
  byte currGen = 0;
  byte p = 0;
  short loaded = 0;
  short outA = 0;
  byte before = 0;
  byte last = 0;
  byte had = 0;
  byte k = 0;
  do
  :: reads < READS ->
    atomic { currGen = gen; before = released };
    atomic { !noPLock -> noPLock = true };
    atomic { gen = (currGen + 1) % 3 };
    atomic { noPLock = false; p = 0 };
    do
    :: atomic { p < WRITERS && !seq[p] -> p++ }
    :: p == WRITERS -> break
    od;
    atomic { loaded = a[currGen] + a[PREV] };
    atomic { a[currGen] = loaded; loaded = 0 };
    atomic { loaded = b[currGen] + b[PREV] };
    atomic { b[currGen] = loaded; loaded = 0 };
    atomic { a[PREV] = 0 };
    atomic { b[PREV] = 0 };
    atomic { outA = a[currGen] };
    atomic {
      had = 0;
      k = 0;
      do
      :: k < WRITERS * WINDOWS ->
        assert(((outA >> (2 * k)) & 3) < 2);
        assert(((outA >> (2 * k)) & 3) == ((b[currGen] >> (2 * k)) & 3));
        if
        :: ((outA >> (2 * k)) & 3) == 1 -> had = had | (1 << k)
        :: else -> assert(((before >> k) & 1) == 0); assert(((last >> k) & 1) == 0)
        fi;
        k++
      :: else -> break
      od;
      last = had; had = 0; k = 0; outA = 0; before = 0; reads++
    }
  :: else -> break
  od
}
