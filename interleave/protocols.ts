/** The protocols that can be searched, by name, each with its scopes and its slips. */
import { explore, type Exploration, type ExploreOptions } from './explore';
import { heapStats } from './heapStats';
import { EQUIVALENT_SLIPS, SLIPS, slipped } from './heapStatsSlips';
import { mcentral } from './mcentral';
import { MCENTRAL_EQUIVALENTS, MCENTRAL_SLIPS, slippedMcentral } from './mcentralSlips';
import { protocolOf } from './program';

/** Something to search: a protocol in a scope, with a slip in it or without. */
export interface Search {
  readonly name: string;
  /** The scope, or what the slip does. */
  readonly text: string;
  /** The project or change the slip comes from. */
  readonly origin?: string;
  /** Why an equivalent slip breaks no rule. */
  readonly because?: string;
  readonly participants: readonly string[];
  run(options?: ExploreOptions): Exploration;
}

export interface SearchedProtocol {
  readonly name: string;
  readonly text: string;
  /** The protocol as it is, in scopes that grow. */
  readonly scopes: readonly Search[];
  /** Mistakes that some execution must show. */
  readonly slips: readonly Search[];
  /** Changes that none may show. */
  readonly equivalents: readonly Search[];
}

const HEAP_STATS_SCOPES = [
  { writers: 2, windows: 2, reads: 2 },
  { writers: 3, windows: 2, reads: 2 },
  { writers: 3, withoutP: 1, windows: 2, reads: 2 },
] as const;

const MCENTRAL_SCOPES = [
  { procs: 1, flows: 3, sweeps: 2 },
  { procs: 2, flows: 2, sweeps: 2 },
  { procs: 2, flows: 3, sweeps: 2 },
] as const;

export const PROTOCOLS: readonly SearchedProtocol[] = [
  {
    name: 'heap-stats',
    text: 'consistentHeapStats (Go 1.16 and later): each read is a consistent cut at window boundaries',
    scopes: HEAP_STATS_SCOPES.map((scope) => {
      const noP = 'withoutP' in scope ? `, ${scope.withoutP} without a P` : '';
      const text = `${scope.writers} writers${noP} x ${scope.windows} windows x ${scope.reads} reads`;
      return searchOf({ name: 'heap-stats', text }, heapStats(scope));
    }),
    slips: SLIPS.map((slip) => searchOf(slip, slipped(slip))),
    equivalents: EQUIVALENT_SLIPS.map((slip) => searchOf(slip, slipped(slip))),
  },
  {
    name: 'mcentral',
    text: 'cacheSpan, uncacheSpan and sweepone (Go 1.9): no update is lost, no span has two owners',
    scopes: MCENTRAL_SCOPES.map((scope) => {
      const text = `${scope.procs} P${scope.procs === 1 ? '' : 's'} x ${scope.flows} flows, ${scope.sweeps} sweeps`;
      return searchOf({ name: 'mcentral', text }, mcentral(scope));
    }),
    slips: MCENTRAL_SLIPS.map((slip) => searchOf(slip, slippedMcentral(slip))),
    equivalents: MCENTRAL_EQUIVALENTS.map((slip) => searchOf(slip, slippedMcentral(slip))),
  },
];

type Described = Pick<Search, 'name' | 'text' | 'origin' | 'because'>;

function searchOf<P>({ name, text, origin, because }: Described, program: Parameters<typeof protocolOf<P>>[0]): Search {
  return {
    name,
    text,
    ...(origin !== undefined && { origin }),
    ...(because !== undefined && { because }),
    participants: program.participants.map((participant) => participant.name),
    run: (options) => explore(protocolOf(program), options),
  };
}
