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
  onStep(step: number): void;
  onPlay(isPlaying: boolean): void;
  onFollow(follow: Follow | undefined): void;
}

const MAX_ACTIONS = 6;

export function Controls({ playback, step, isPlaying, what, followed, onStep, onPlay, onFollow }: ControlsProps) {
  const { steps, run } = playback;
  return (
    <section class="controls" aria-label="Steps">
      <div class="buttons">
        <StepButton label="First (Home)" sign="⏮" isOff={step < 0} onClick={() => onStep(-1)} />
        <StepButton label="Back (←)" sign="◀" isOff={step < 0} onClick={() => onStep(step - 1)} />
        <StepButton
          label={isPlaying ? 'Pause (space)' : 'Play (space)'}
          sign={isPlaying ? '⏸' : '▶▶'}
          isOff={false}
          onClick={() => onPlay(!isPlaying)}
        />
        <StepButton label="Forward (→)" sign="▶" isOff={step >= steps - 1} onClick={() => onStep(step + 1)} />
        <StepButton label="Last (End)" sign="⏭" isOff={step >= steps - 1} onClick={() => onStep(steps - 1)} />
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
  readonly sign: string;
  readonly isOff: boolean;
  onClick(): void;
}) {
  return (
    <button type="button" aria-label={label} title={label} disabled={isOff} onClick={onClick}>
      {sign}
    </button>
  );
}

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
