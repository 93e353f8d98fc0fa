/** One span with its slots, in the runtime's words. */
import { formatNumber } from '../../properties/formatNumber';
import type { Follow } from './follow';
import type { Playback } from './playback';
import { elemSizeBytes, holdersOf, kindOf, listText, shortBytes, sweepOf } from './spanWords';

const MAX_SLOTS = 256;

export interface SpanDetailProps {
  readonly playback: Playback;
  readonly span: number;
  readonly step: number;
  readonly onFollow: (follow: Follow) => void;
}

export function SpanDetail({ playback, span, step, onFollow }: SpanDetailProps) {
  if (!playback.isSpan(span))
    return (
      <div class="span-detail">
        <h3>No span yet</h3>
        <p class="note">The step touched no span.</p>
      </div>
    );
  const kind = kindOf(playback, span);
  const holders = holdersOf(playback, span);
  const nelems = playback.span(span, 'nelems');
  const allocCount = playback.span(span, 'allocCount');
  const unused = nelems - allocCount;
  const size = elemSizeBytes(playback, span);
  const isBet = kind === 'small' && holders.length > 0 && unused > 0;
  return (
    <div class="span-detail">
      <div class="part-head">
        <h3>
          <button type="button" class="link" onClick={() => onFollow({ kind: 'span', id: span })}>
            span {span}
          </button>{' '}
          <small>
            {kind === 'small' ? `class ${playback.span(span, 'class')}, ${formatNumber(size)} B a slot` : kind}
          </small>
        </h3>
        <span class={`bet-text ${isBet ? 'on' : ''}`}>
          {isBet ? `▨ the bet: ${formatNumber(unused)} unused slots charged in full, ${shortBytes(unused * size)}` : ''}
        </span>
      </div>
      <dl class="facts">
        {kind === 'small' ? (
          <Fact name="allocCount" value={`${formatNumber(allocCount)} of ${formatNumber(nelems)}`} />
        ) : null}
        {kind === 'small' && playback.run.hasAddresses ? (
          <Fact name="freeindex" value={formatNumber(playback.span(span, 'freeindex'))} />
        ) : null}
        <Fact name="npages" value={formatNumber(playback.span(span, 'npages'))} />
        {playback.run.hasAddresses ? (
          <Fact name="base" value={`page ${formatNumber(playback.span(span, 'base'))}`} />
        ) : null}
        {playback.run.hasAddresses ? <Fact name="list" value={listText(playback.span(span, 'list'))} /> : null}
        <Fact name="incache" value={holders.length === 0 ? 'no' : holders.map((p) => `P${p}`).join(', ')} />
        <Fact name="sweepgen" value={kind === 'free' ? '–' : sweepOf(playback, span)} />
      </dl>
      {kind === 'small' ? <Slots playback={playback} span={span} step={step} isBet={isBet} /> : null}
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Slots({
  playback,
  span,
  step,
  isBet,
}: {
  readonly playback: Playback;
  readonly span: number;
  readonly step: number;
  readonly isBet: boolean;
}) {
  const nelems = playback.span(span, 'nelems');
  const length = Math.min(nelems, MAX_SLOTS);
  const { data } = playback.eventsOf(step);
  const placed = new Set<number>();
  for (let i = 0; i < data.length; i += 3) if (data[i] === 0 && data[i + 1] === span) placed.add(data[i + 2] ?? 0);
  const allocated = Array.from({ length }, (_, slot) => playback.isAllocated(span, slot));
  const dead = allocated.filter((isAllocated, slot) => isAllocated && !playback.isReachable(span, slot)).length;
  return (
    <>
      <div
        class="slots"
        role="img"
        aria-label={`Slots: ${playback.span(span, 'allocCount')} of ${nelems} allocated, ${dead} of them without a reference`}
      >
        {allocated.map((isAllocated, slot) => {
          const state = isAllocated ? (playback.isReachable(span, slot) ? 'live' : 'dead') : isBet ? 'bet' : 'free';
          return (
            <i
              key={slot}
              class={`slot ${state}${placed.has(slot) ? ' new' : ''}`}
              title={`slot ${slot}: ${SLOT_WORDS[state]}`}
            />
          );
        })}
      </div>
      <p class="note slot-note">
        <i class="slot live" /> allocated <i class="slot dead" /> no reference left <i class="slot bet" /> bet on{' '}
        <i class="slot free" /> free
        {nelems > MAX_SLOTS ? `; the first ${MAX_SLOTS} of ${formatNumber(nelems)} slots` : ''}
      </p>
    </>
  );
}

const SLOT_WORDS = {
  live: 'allocated',
  dead: 'allocated, no reference left; a sweep frees it',
  bet: 'free, charged as if allocated (the bet)',
  free: 'free',
} as const;
