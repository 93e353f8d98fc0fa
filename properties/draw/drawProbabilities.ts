/**
 * The probabilities, weights and lengths by which traces are drawn, in one place, so that `--json` and
 * `spancheck list draw` can print them. Changing any of them changes what every seed draws.
 *
 * A `Percent` is a chance in a hundred. A `Stride` is the average distance between two events: a stride of 20
 * allocations means that one allocation in 20 is such an event. A list is picked from evenly, so that an entry that
 * stands in it twice is twice as likely.
 */
export const drawProbabilities = {
  /** Relative frequency of each command, before the swarm mask of the trace multiplies it. */
  commandWeights: {
    smallAlloc: 30,
    tinyAlloc: 8,
    largeAlloc: 5,
    free: 22,
    freegc: 16,
    cacheSpan: 6,
    uncacheSpan: 6,
    sweepSpan: 12,
    gcStart: 3,
    readMemStats: 2,
    setProcs: 2,
    allocStack: 2,
    freeStack: 2,
  },

  /**
   * The swarm mask of a trace: each command's weight is multiplied by one of these. A command with multiplier 0 is left
   * out of the trace (Groce et al., "Swarm Testing", 2012).
   */
  swarmMultipliers: [0, 1, 1, 1, 2, 4],
  /** The swarm mask leaves smallAlloc at least this percentage of its weight, or nothing else would apply for long. */
  minSmallAllocWeightPercent: 50,

  /** Length of a trace that fast-check biases towards small values, in commands, at most. */
  shortTraceCommands: 24,

  /** Ps at the start of a trace. */
  initialProcs: [1, 2, 2, 2, 2, 3, 3, 4],
  /** The largest number of Ps that setProcs sets, in most traces and in `manyProcsPercent` of them. */
  usualMaxProcs: 4,
  manyMaxProcs: 8,
  manyProcsPercent: 20,

  /** Traces observed by a flushing read at each step, where the system can be. */
  readsEachStepPercent: 25,
  /** Small objects with pointers, in a trace that has any. */
  pointersPercent: 20,

  /** Size classes of a trace, at most: usually, and in `manyClassesPercent` of traces. */
  usualClasses: 5,
  manyClasses: 16,
  manyClassesPercent: 25,
  /** Classes picked from the boundary classes instead of from all. */
  boundaryClassPercent: 40,
  /** Classes outside the trace's own, and how seldom an allocation uses one of them. */
  strayClasses: 2,
  strayClassStrideAllocations: 20,

  /** Objects in one smallAlloc: one, a few (1 to `fewObjects`), or else a boundary count of the class's span. */
  oneObjectPercent: 70,
  fewObjectsPercent: 20,
  fewObjects: 4,
  /**
   * Filling a span of more than `manySlots` slots takes many allocations in one step, so the more slots it has, the more
   * often 1 to `someObjects` are allocated instead.
   */
  manySlots: 64,
  someObjects: 16,

  /** Tiny allocations that may move to another P instead of filling the block of the last one. */
  tinyChangesProcPercent: 30,
  /** Sizes of tiny objects: aligned, boundary values, relative to the bytes left in the block, or else any. */
  alignedTinyBytes: [2, 4, 8],
  alignedTinyPercent: 25,
  boundaryTinyPercent: 15,
  fittingTinyPercent: 30,
  /** Sizes relative to the block that are the bytes left, or one more; the others repeat the bytes taken. */
  fillsTinyBlockPercent: 70,

  /** Large objects of boundary sizes; of the others, those one page longer than the arena grows by. */
  boundaryLargePercent: 50,
  longerThanArenaPercent: 15,
  /**
   * Traces that may allocate objects of gigabytes, how often they do, and how often at most: each one makes the page map
   * of the arena megabytes longer.
   */
  hugeTracePercent: 12,
  hugeObjectPercent: 30,
  hugeObjectsPerTrace: 3,

  /** Stacks of 1 to `shortStackPages` pages; the others have up to `longStackPages`. */
  shortStackPercent: 80,
  shortStackPages: 4,
  longStackPages: 40,

  /** Objects to free that are among the last `recentObjects` allocated. */
  recentObjectPercent: 50,
  recentObjects: 8,
  /** A collection visits every span, so with more objects in play than this, collections become rarer. */
  objectsPerCollection: 32,

  /**
   * Scenarios that reach distant boundaries (65,536 objects, 350 spans, every class, 4 GiB): one trace in so many begins
   * with each of them. The first traces of a run are eager: there it is one in fewer.
   */
  distantScenarioStrideTraces: 200,
  eagerDistantScenarioStrideTraces: 6,
  /** Traces, of the others, that begin with an arena that few free runs fill. */
  tightArenaPercent: 40,
  eagerTightArenaPercent: 80,
  /** Tight arenas that are one page too short for the next object; the others have two free runs of nearly one length. */
  shortArenaPercent: 40,

  /** Traces that weave scenarios into what they draw, and how far apart the scenarios begin. */
  scenarioTracePercent: 50,
  scenarioStrideCommands: 24,
  /** Which scenario: a span with holes, a P that leaves with tiny allocations; otherwise the life of a span. */
  holesPercent: 15,
  departurePercent: 15,
  /** The life of a span: of a class with many slots; of a large object; followed by a read of the statistics. */
  manySlotsClassPercent: 25,
  largeLifePercent: 30,
  readAfterLifePercent: 50,
  boundaryLargeLifePercent: 50,
  /** Two free runs that are given back in the reverse order. */
  reversedRunsPercent: 25,
} as const;
