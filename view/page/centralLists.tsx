/** The central lists of each class, as chains of spans. */
import { useMemo } from 'preact/hooks';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { PartProps } from './pCaches';
import type { Playback } from './playback';
import { listText, spanText } from './spanWords';

const MAX_LISTS = 24;
const MAX_CHAIN = 10;

export function CentralLists({ playback, onFollow }: PartProps) {
  const chains = useMemo(() => chainsOf(playback), [playback, playback.layout]);
  return (
    <div class="central">
      <div class="part-head">
        <h3>mcentral lists</h3>
      </div>
      {chains.length === 0 ? <p class="note">All central lists are empty.</p> : null}
      {chains.slice(0, MAX_LISTS).map(({ list, spans }) => (
        <div class="chain" key={list}>
          <span class="chain-name">{listText(list)}</span>
          {spans.slice(0, MAX_CHAIN).map((span) => (
            <button
              type="button"
              class="chip"
              key={span}
              title={spanText(playback, span)}
              onClick={() => onFollow({ kind: 'span', id: span })}
            >
              {span}
            </button>
          ))}
          {spans.length > MAX_CHAIN ? <span class="none">+{spans.length - MAX_CHAIN}</span> : null}
        </div>
      ))}
      {chains.length > MAX_LISTS ? <p class="note">{chains.length - MAX_LISTS} more lists</p> : null}
    </div>
  );
}

/** Returns each central list that has spans, in its order. Spans that a broken link loses come at the end. */
function chainsOf(playback: Playback): readonly { readonly list: number; readonly spans: readonly number[] }[] {
  const members = new Map<number, Set<number>>();
  const followers = new Set<number>();
  for (let span = 1; span <= playback.maxSpan; span++) {
    const list = playback.span(span, 'list');
    if (list < 2 || list >= 2 * NUM_SIZE_CLASSES || !playback.isSpan(span)) continue;
    const known = members.get(list);
    if (known === undefined) members.set(list, new Set([span]));
    else known.add(span);
    followers.add(playback.span(span, 'next'));
  }
  return [...members]
    .toSorted(([left], [right]) => left - right)
    .map(([list, spans]) => ({ list, spans: ordered(playback, spans, followers) }));
}

function ordered(playback: Playback, members: ReadonlySet<number>, followers: ReadonlySet<number>): readonly number[] {
  const order = new Set<number>();
  for (const head of members) {
    if (followers.has(head)) continue;
    for (let span = head; members.has(span) && !order.has(span); span = playback.span(span, 'next')) order.add(span);
  }
  for (const span of members) order.add(span);
  return [...order];
}
