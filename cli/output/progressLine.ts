/** The progress line of a run. It appears on a terminal only, and on standard error: standard output is for results. */
import { SingleBar } from 'cli-progress';
import { formatNumber } from '../../properties/formatNumber';
import { progressTerminal } from './supervised';

export class ProgressLine {
  private readonly bar: SingleBar | undefined;
  private readonly startMs = performance.now();

  /** @param totalSeconds the work takes at most this long. */
  constructor(
    label: string,
    private readonly totalSeconds: number,
    isShown: boolean,
  ) {
    // A dumb terminal cannot redraw a line.
    const stream = isShown && process.env['TERM'] !== 'dumb' ? progressTerminal() : undefined;
    if (stream === undefined) return;
    const format = `${label.padEnd(7)} {bar} {text}`;
    this.bar = new SingleBar({
      format,
      stream,
      clearOnComplete: true,
      hideCursor: true,
      barsize: 24,
      barCompleteChar: '━',
      barIncompleteChar: '─',
      linewrap: false,
    });
    this.bar.start(1000, 0, { text: '' });
  }

  steps(steps: number, traces: number): void {
    const seconds = (performance.now() - this.startMs) / 1000;
    const rate = Math.round(steps / Math.max(seconds, 0.001));
    const left =
      this.totalSeconds === Infinity ? '' : ` · ${Math.max(0, Math.ceil(this.totalSeconds - seconds))} s left`;
    this.show(seconds / this.totalSeconds, `${formatNumber(rate)} steps/s · ${formatNumber(traces)} traces${left}`);
  }

  shrinking(commands: number, pass: string, tries: number): void {
    this.show(0.99, `shrinking: ${commands} commands left · ${pass} · ${formatNumber(tries)} tried`);
  }

  /** @param share the part of the work that is done, from 0 to 1. */
  say(text: string, share = 0): void {
    this.show(share, text);
  }

  close(): void {
    this.bar?.stop();
  }

  private show(share: number, text: string): void {
    this.bar?.update(Math.min(1000, Math.round(share * 1000)), { text });
  }
}
