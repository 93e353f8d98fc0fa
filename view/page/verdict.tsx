/** The verdict on the run, in a sentence or two: which figure is wrong, since which step, and why. */
import { formatNumber } from '../../properties/formatNumber';
import { CLEAN, LEDGER, RESCAN, VALUE } from '../viewData';
import type { Playback } from './playback';
import { rowName, signed } from './rowWords';

export interface VerdictProps {
  readonly playback: Playback;
  /** The row that says most about what is wrong, or -1. */
  readonly row: number;
  readonly onStep: (step: number) => void;
  readonly onRow: (row: number) => void;
}

export function Verdict({ playback, row, onStep, onRow }: VerdictProps) {
  const { run } = playback;
  const { failure, corruptingStep, commands } = run;
  if (failure === undefined)
    return (
      <section class="verdict holds" aria-label="Verdict">
        <p class="headline">
          <b>✓ Holds.</b> {formatNumber(run.steps)} steps; every figure equals what it must equal.
        </p>
      </section>
    );
  const step = corruptingStep ?? failure.step;
  const story = row < 0 ? undefined : storyOf(playback, row, step);
  return (
    <section class="verdict fails" aria-label="Verdict">
      <p class="headline">
        {story === undefined ? (
          <b>
            ✗ Since{' '}
            <button type="button" class="link" onClick={() => onStep(step)}>
              command {step + 1}
            </button>
            , {commands.text[step]}: {failure.message}
          </b>
        ) : (
          <>
            <b>
              ✗{' '}
              <button type="button" class="link" onClick={() => onRow(row)}>
                {story.name}
              </button>{' '}
              is wrong since{' '}
              <button type="button" class="link" onClick={() => onStep(step)}>
                command {step + 1}
              </button>
              , {commands.text[step]}.
            </b>{' '}
            {story.why}
          </>
        )}
      </p>
      <p class="details">
        {failure.step === step ? 'Noticed at once' : `Noticed at command ${failure.step + 1}`} by <b>{failure.check}</b>
        {story === undefined ? '' : `: ${failure.message}`}
        {failure.also.length === 0 ? '' : `; also by ${failure.also.join(', ')}`}.
        {failure.equals === undefined ? null : (
          <>
            {' '}
            <span class="equals">{failure.equals}</span>
          </>
        )}
      </p>
    </section>
  );
}

/** Tells how the step moved the row, and how it should have. */
function storyOf(
  playback: Playback,
  row: number,
  step: number,
): { readonly name: string; readonly why: string } | undefined {
  const shown = playback.run.rows[row];
  if (shown === undefined) return undefined;
  const columns = [CLEAN, LEDGER, RESCAN].filter((column) => (shown.columns & (1 << column)) !== 0);
  if (shown.group === 'twin') {
    const history = playback.history(row);
    const [value, expected] = [VALUE, RESCAN].map((column) => formatNumber(history[column]?.[step + 1] ?? 0));
    return { name: rowName(shown), why: `It is ${value}; counted anew it is ${expected}.` };
  }
  const by = playback.movedBy(step, 0).get(row) ?? 0;
  for (const column of columns) {
    const expected = playback.movedBy(step, column).get(row) ?? 0;
    if (expected === by) continue;
    const whose = { [CLEAN]: 'the clean model moves it', [LEDGER]: 'the ledger expects', [RESCAN]: 'the rescan finds' }[
      column
    ];
    return {
      name: rowName(shown),
      why:
        `It moved by ${signed(by)}; ${whose} by ${signed(expected)}`
          .replace('expects by', 'expects')
          .replace('finds by', 'finds a move of') + '.',
    };
  }
  return { name: rowName(shown), why: '' };
}
