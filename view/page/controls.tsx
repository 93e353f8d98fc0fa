/** Moves through the steps: buttons, a slider, play, and what the step did. */
import { describeEvents } from '../../shrinkers/explain/describeEvents';
import { formatNumber } from '../../properties/formatNumber';
import type { Follow, Followed } from './follow';
import type { Playback } from './playback';

export interface ControlsProps {
  readonly playback: Playback;
  readonly step: number;
  readonly isPlaying: boolean;
  readonly what: Follow | undefined;
  readonly followed: Followed;
  readonly onStep: (step: number) => void;
  readonly onPlay: (isPlaying: boolean) => void;
  readonly onFollow: (follow: Follow | undefined) => void;
}

const MAX_ACTIONS = 6;

export function Controls({ playback, step, isPlaying, what, followed, onStep, onPlay, onFollow }: ControlsProps) {
  const { steps, run } = playback;
  return (
    <section class="controls" aria-label="Steps">
      <div class="buttons">
        <StepButton label="First (Home)" sign="first" isOff={step < 0} onClick={() => onStep(-1)} />
        <StepButton label="Back (←)" sign="back" isOff={step < 0} onClick={() => onStep(step - 1)} />
        <StepButton
          label={isPlaying ? 'Pause (space)' : 'Play (space)'}
          sign={isPlaying ? 'pause' : 'play'}
          isOff={false}
          onClick={() => onPlay(!isPlaying)}
        />
        <StepButton label="Forward (→)" sign="forward" isOff={step >= steps - 1} onClick={() => onStep(step + 1)} />
        <StepButton label="Last (End)" sign="last" isOff={step >= steps - 1} onClick={() => onStep(steps - 1)} />
      </div>
      <input
        type="range"
        class="slider"
        min={0}
        max={steps}
        value={step + 1}
        aria-label="Step"
        aria-valuetext={step < 0 ? 'before the first command' : `command ${step + 1}: ${run.commands.text[step]}`}
        onInput={(event) => onStep(Number(event.currentTarget.value) - 1)}
      />
      <p class="position">
        <b>{formatNumber(step + 1)}</b> of {formatNumber(steps)}
      </p>
      <p class="did">
        <b>{step < 0 ? 'Before the first command' : run.commands.text[step]}</b>
        <span>{step < 0 ? '' : actionText(playback, step)}</span>
      </p>
      <div class="following">
        {what === undefined ? (
          <FollowObject playback={playback} step={step} onFollow={onFollow} />
        ) : (
          <Following what={what} followed={followed} step={step} onStep={onStep} onFollow={onFollow} />
        )}
      </div>
    </section>
  );
}

function StepButton({
  label,
  sign,
  isOff,
  onClick,
}: {
  readonly label: string;
  readonly sign: keyof typeof ICONS;
  readonly isOff: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button type="button" aria-label={label} title={label} disabled={isOff} onClick={onClick}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d={ICONS[sign]} fill="currentColor" />
      </svg>
    </button>
  );
}

/** Outlines, since fonts differ in which arrows they have. */
const ICONS = {
  first: 'M1 2h2v12H1zM9 2v12L3 8zM15 2v12L9 8z',
  back: 'M10 2v12L2 8zM12 2h2v12h-2z',
  play: 'M4 2l10 6-10 6z',
  pause: 'M3 2h4v12H3zM9 2h4v12H9z',
  forward: 'M6 2v12l8-6zM2 2h2v12H2z',
  last: 'M13 2h2v12h-2zM1 2v12l6-6zM7 2v12l6-6z',
} as const;

function FollowObject({ playback, step, onFollow }: Pick<ControlsProps, 'playback' | 'step' | 'onFollow'>) {
  const { born, object, text } = playback.run.commands;
  const id = Math.max(born[step] ?? -1, object[step] ?? -1);
  if (id < 0) return null;
  const letter = (text[step] ?? '').includes(`s${id}`) ? 's' : 'o';
  return (
    <button type="button" onClick={() => onFollow({ kind: 'object', id })}>
      Follow {letter}
      {id}
    </button>
  );
}

function Following({
  what,
  followed,
  step,
  onStep,
  onFollow,
}: Pick<ControlsProps, 'followed' | 'step' | 'onStep' | 'onFollow'> & { readonly what: Follow }) {
  const before = followed.steps.findLast((other) => other < step);
  const after = followed.steps.find((other) => other > step);
  const name = what.kind === 'span' ? `span ${what.id}` : `o${what.id}`;
  return (
    <>
      <span>
        Following <b>{name}</b>, touched by {formatNumber(followed.steps.length)}{' '}
        {followed.steps.length === 1 ? 'step' : 'steps'}
      </span>
      <button
        type="button"
        aria-label={`Earlier step that touches ${name}`}
        disabled={before === undefined}
        onClick={() => onStep(before ?? step)}
      >
        ‹
      </button>
      <button
        type="button"
        aria-label={`Later step that touches ${name}`}
        disabled={after === undefined}
        onClick={() => onStep(after ?? step)}
      >
        ›
      </button>
      <button type="button" aria-label={`Stop following ${name}`} onClick={() => onFollow(undefined)}>
        ✕
      </button>
    </>
  );
}

function actionText(playback: Playback, step: number): string {
  const actions = describeEvents(playback.eventsOf(step));
  const more = actions.length - MAX_ACTIONS;
  return `${actions.slice(0, MAX_ACTIONS).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
