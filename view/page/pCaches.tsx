/** The caches of the Ps: cached spans with what is left of the bet, the tiny block, and counts that wait for a flush. */
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { formatNumber } from '../../properties/formatNumber';
import type { Follow } from './follow';
import { CACHE_CELLS, type Playback } from './playback';

const MAX_PS = 16;
const MAX_SPANS = 12;

export interface PartProps {
  readonly playback: Playback;
  readonly step: number;
  readonly onFollow: (follow: Follow) => void;
}

export function PCaches({ playback, onFollow }: PartProps) {
  const procs = playback.figure(playback.rowNamed('gomaxprocs'), 0) ?? playback.procs;
  const shown = Math.min(Math.max(procs, 1), MAX_PS);
  return (
    <div class="p-caches">
      <div class="part-head">
        <h3>
          mcache of each P <small>▨ bet: charged, not allocated</small>
        </h3>
      </div>
      <div class="cards">
        {Array.from({ length: shown }, (_, p) => (
          <PCache key={p} playback={playback} p={p} onFollow={onFollow} />
        ))}
      </div>
      {procs > MAX_PS ? <p class="note">{procs - MAX_PS} more Ps</p> : null}
    </div>
  );
}

function PCache({
  playback,
  p,
  onFollow,
}: {
  readonly playback: Playback;
  readonly p: number;
  readonly onFollow: (follow: Follow) => void;
}) {
  const cells: { readonly cell: number; readonly span: number }[] = [];
  for (let cell = 0; cell < CACHE_CELLS; cell++) {
    const span = playback.cached(p, cell);
    if (span !== 0) cells.push({ cell, span });
  }
  return (
    <div class="card">
      <h4>P{p}</h4>
      <div class="chips">
        {cells.length === 0 ? <span class="none">no span cached</span> : null}
        {cells.slice(0, MAX_SPANS).map(({ cell, span }) => (
          <CachedSpan key={cell} playback={playback} cell={cell} span={span} onFollow={onFollow} />
        ))}
        {cells.length > MAX_SPANS ? <span class="none">and {cells.length - MAX_SPANS} more</span> : null}
      </div>
      <TinyBlock playback={playback} p={p} />
      <LocalCounts playback={playback} p={p} />
    </div>
  );
}

function CachedSpan({
  playback,
  cell,
  span,
  onFollow,
}: {
  readonly playback: Playback;
  readonly cell: number;
  readonly span: number;
  readonly onFollow: (follow: Follow) => void;
}) {
  const nelems = playback.span(span, 'nelems');
  const allocCount = playback.span(span, 'allocCount');
  const isStale = playback.run.hasAddresses && !playback.isSpan(span);
  return (
    <button type="button" class="chip" onClick={() => onFollow({ kind: 'span', id: span })}>
      class {cell % NUM_SIZE_CLASSES}
      {cell >= NUM_SIZE_CLASSES ? ' ptr' : ''} · span {span}
      {isStale ? ' · stale' : ` · ${formatNumber(allocCount)}/${formatNumber(nelems)}`}
      {allocCount < nelems ? <b> ▨ {formatNumber(nelems - allocCount)}</b> : null}
    </button>
  );
}

function TinyBlock({ playback, p }: { readonly playback: Playback; readonly p: number }) {
  const figure = (name: string): number => playback.figure(playback.rowNamed(name, p), 0) ?? 0;
  const span = figure('tinySpan');
  if (span === 0) return null;
  return (
    <p class="tiny">
      tiny block: span {span}, slot {figure('tinySlot')},{' '}
      <meter min={0} max={16} value={figure('tinyoffset')} aria-label={`tinyoffset of P${p}`} /> {figure('tinyoffset')}{' '}
      of 16 B
    </p>
  );
}

function LocalCounts({ playback, p }: { readonly playback: Playback; readonly p: number }) {
  const counts = playback.run.rows.flatMap((row, index) => {
    const value = row.group === 'local' && row.p === p ? (playback.figure(index, 0) ?? 0) : 0;
    return value === 0 ? [] : [`${row.name}${row.class === undefined ? '' : `[${row.class}]`} ${formatNumber(value)}`];
  });
  if (counts.length === 0) return null;
  return <p class="local">{counts.slice(0, 8).join(' · ')}</p>;
}
