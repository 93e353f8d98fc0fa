/** The page: commands on the left, the heap in the middle, figures on the right. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ViewData, ViewRun } from '../viewData';
import { CommandList } from './commandList';
import { alignedSteps, firstDifference } from './compare';
import { Controls } from './controls';
import { Figures } from './figures';
import { follow, type Follow } from './follow';
import { readPlace, writePlace } from './hash';
import { HeapView } from './heapView';
import { Playback } from './playback';
import { tellingRow } from './rowWords';
import { paletteOf, preferredTheme, type Theme } from './theme';
import { Verdict } from './verdict';

const PLAY_INTERVAL_MS = 700;
const MAX_PLAY_STEPS = 200;
/** Steps to go back for a span that is still there. */
const MAX_LOOK_BACK = 400;

export function App({ data }: { readonly data: ViewData }) {
  const [run] = data.runs;
  const playback = useMemo(() => new Playback(run), [run]);
  const start = { step: (run.corruptingStep ?? run.steps - 1) + 1, run: 0 };
  const [place, setPlace] = useState(() => readPlace(location.hash, start));
  const [theme, setTheme] = useState<Theme>(preferredTheme);
  const [isPlaying, setPlaying] = useState(false);
  const [what, setWhat] = useState<Follow>();
  const telling = useMemo(() => tellingRow(run, playback.firstDrift), [run, playback]);
  const [selected, setSelected] = useState(
    telling >= 0
      ? telling
      : Math.max(
          0,
          run.rows.findIndex(({ name }) => name === 'Mallocs'),
        ),
  );
  const step = Math.max(-1, Math.min(place.step - 1, playback.steps - 1));
  playback.seek(step);

  const beside = useBeside(data, playback, step, place.run);

  const go = useCallback(
    (to: number) => setPlace((old) => ({ ...old, step: Math.max(0, Math.min(to + 1, playback.steps)) })),
    [playback],
  );
  useKeyboard({ step, steps: playback.steps, go, setPlaying });
  usePlay({ isPlaying, setPlaying, step, steps: playback.steps, go });
  useAddress(place, setPlace);
  // Before the chart reads its colors.
  useLayoutEffect(() => document.documentElement.setAttribute('data-theme', theme), [theme]);

  const followed = useMemo(() => follow(playback, what), [playback, what]);
  const followedSteps = useMemo(() => new Set(followed.steps), [followed]);
  const focus = focusOf(playback, step, what, followed.spans);
  const palette = paletteOf(theme);
  const onFollow = useCallback((to: Follow | undefined) => setWhat(to), []);
  return (
    <main class={run.lanes === undefined || run.rows.length > 0 ? 'app' : 'app only-lanes'}>
      <Header
        data={data}
        theme={theme}
        beside={place.run}
        onTheme={setTheme}
        onBeside={(index) => setPlace((old) => ({ ...old, run: index }))}
      />
      <Verdict playback={playback} row={telling} onStep={go} onRow={setSelected} />
      <Controls
        playback={playback}
        step={step}
        isPlaying={isPlaying}
        what={what}
        followed={followed}
        onStep={go}
        onPlay={setPlaying}
        onFollow={onFollow}
      />
      <CommandList run={run} step={step} followed={followedSteps} difference={beside?.difference ?? -1} onStep={go} />
      <div class="heaps">
        <HeapView
          playback={playback}
          step={step}
          title={beside === undefined ? undefined : run.label}
          palette={palette}
          followed={followed.spans}
          focus={focus}
          onFollow={onFollow}
        />
        {beside === undefined ? null : (
          <HeapView
            playback={beside.playback}
            step={beside.step}
            title={beside.playback.run.label}
            palette={palette}
            followed={followed.spans}
            focus={focusOf(beside.playback, beside.step, what, followed.spans)}
            onFollow={onFollow}
          />
        )}
      </div>
      <Figures
        playback={playback}
        step={step}
        system={data.system}
        selected={selected}
        theme={theme}
        other={beside?.playback}
        onSelect={setSelected}
      />
    </main>
  );
}

interface Beside {
  readonly playback: Playback;
  readonly step: number;
  /** The first step after which the two runs differ, or -1. */
  readonly difference: number;
}

/** Returns the run that stands beside the first one, at the step that matches; undefined if there is none. */
function useBeside(data: ViewData, playback: Playback, step: number, run: number): Beside | undefined {
  const beside = useMemo(() => {
    const other = run > 0 ? data.runs[run] : undefined;
    if (other === undefined) return undefined;
    const aligned = alignedSteps(playback.run, other);
    const otherPlayback = new Playback(other);
    return { playback: otherPlayback, aligned, difference: firstDifference(playback, otherPlayback, aligned) };
  }, [data, playback, run]);
  if (beside === undefined) return undefined;
  const otherStep = beside.aligned[step] ?? -1;
  beside.playback.seek(otherStep);
  return { playback: beside.playback, step: otherStep, difference: beside.difference };
}

function Header({
  data,
  theme,
  beside,
  onTheme,
  onBeside,
}: {
  readonly data: ViewData;
  readonly theme: Theme;
  readonly beside: number;
  readonly onTheme: (theme: Theme) => void;
  readonly onBeside: (run: number) => void;
}) {
  const { title, system, note, plant, runs } = data;
  return (
    <header>
      <h1>
        <span class="brand">spancheck</span> {title}
      </h1>
      <p class="about">
        {system}
        {note === undefined ? '' : ` · ${note}`}
        {plant === undefined ? null : (
          <span title={plant.text}>
            {' · planted: '}
            <b>{plant.name}</b>
          </span>
        )}
      </p>
      {runs.length > 1 ? (
        <label class="beside-choice">
          Beside it{' '}
          <select value={String(beside)} onChange={(event) => onBeside(Number(event.currentTarget.value))}>
            <option value="0">nothing</option>
            {runs.map((other, i) =>
              i === 0 ? null : (
                <option key={i} value={String(i)}>
                  {choiceText(other)}
                </option>
              ),
            )}
          </select>
        </label>
      ) : null}
      {runs.findIndex(({ kind }) => kind === 'twin') > 0 ? (
        <TwinToggle index={runs.findIndex(({ kind }) => kind === 'twin')} beside={beside} onBeside={onBeside} />
      ) : null}
      <button
        type="button"
        aria-label={`Switch to the ${theme === 'dark' ? 'light' : 'dark'} theme`}
        onClick={() => onTheme(theme === 'dark' ? 'light' : 'dark')}
      >
        {theme === 'dark' ? '☀ light' : '☾ dark'}
      </button>
    </header>
  );
}

function TwinToggle({
  index,
  beside,
  onBeside,
}: {
  readonly index: number;
  readonly beside: number;
  readonly onBeside: (run: number) => void;
}) {
  return (
    <button type="button" aria-pressed={beside === index} onClick={() => onBeside(beside === index ? 0 : index)}>
      ⇄ Nearest passing twin
    </button>
  );
}

function choiceText({ kind, label, failure }: ViewRun): string {
  const outcome = failure === undefined ? 'holds' : `fails: ${failure.check}`;
  return kind === 'twin' ? `the passing twin: ${label}` : `${label}: ${outcome}`;
}

/** The span to show in full: the one that is followed, else the one that the step touched, else the last one touched. */
function focusOf(playback: Playback, step: number, what: Follow | undefined, followed: ReadonlySet<number>): number {
  if (what?.kind === 'span') return what.id;
  for (const span of followed) if (playback.isSpan(span)) return span;
  for (let at = step; at >= 0 && at > step - MAX_LOOK_BACK; at--) {
    const last = [...playback.touchedIn(at)].findLast((span) => playback.isSpan(span));
    if (last !== undefined) return last;
  }
  return 0;
}

interface Motion {
  readonly step: number;
  readonly steps: number;
  readonly go: (step: number) => void;
}

function useKeyboard({
  step,
  steps,
  go,
  setPlaying,
}: Motion & { readonly setPlaying: (change: (isPlaying: boolean) => boolean) => void }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
      if (isTyping) return;
      const to = stepOfKey(event.key, step, steps);
      if (to !== undefined) go(to);
      else if (event.key === ' ' && !(target instanceof HTMLButtonElement)) setPlaying((isPlaying) => !isPlaying);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [step, steps, go]);
}

function stepOfKey(key: string, step: number, steps: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
    case 'j':
      return step + 1;
    case 'ArrowLeft':
    case 'ArrowUp':
    case 'k':
      return step - 1;
    case 'PageDown':
      return step + 20;
    case 'PageUp':
      return step - 20;
    case 'Home':
      return -1;
    case 'End':
      return steps - 1;
    default:
      return undefined;
  }
}

function usePlay({
  isPlaying,
  setPlaying,
  step,
  steps,
  go,
}: Motion & { readonly isPlaying: boolean; readonly setPlaying: (isPlaying: boolean) => void }): void {
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (step >= steps - 1) {
      setPlaying(false);
      return undefined;
    }
    // A long trace is played in strides, so that it comes to an end.
    const stride = Math.max(1, Math.round(steps / MAX_PLAY_STEPS));
    const timer = setTimeout(
      () => go(Math.min(steps - 1, step + stride)),
      steps > MAX_PLAY_STEPS ? PLAY_INTERVAL_MS / 5 : PLAY_INTERVAL_MS,
    );
    return () => clearTimeout(timer);
  }, [isPlaying, step, steps, go]);
}

function useAddress(
  place: { readonly step: number; readonly run: number },
  setPlace: (place: { step: number; run: number }) => void,
): void {
  const written = useRef('');
  useEffect(() => {
    const hash = writePlace(place);
    // Many browsers allow a hundred changes of the address in some seconds; the last one is enough.
    const timer = setTimeout(() => {
      if (location.hash === hash) return;
      written.current = hash;
      history.replaceState(null, '', hash);
    }, 150);
    return () => clearTimeout(timer);
  }, [place]);
  useEffect(() => {
    const onHash = (): void => {
      if (location.hash !== written.current) setPlace(readPlace(location.hash, { step: 0, run: 0 }));
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, [setPlace]);
}
