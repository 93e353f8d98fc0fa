/** The line that says how far a run is; on a terminal only, on standard error, so that standard output stays clean. */
import { SingleBar } from 'cli-progress';
import { formatNumber } from '../../properties/formatNumber';

export class ProgressLine {
  private readonly bar: SingleBar | undefined;
  private readonly startMs = performance.now();

  /** @param totalSeconds how long the work takes at the most. */
  constructor(
    label: string,
    private readonly totalSeconds: number,
    isShown: boolean,
  ) {
    if (!isShown || !process.stderr.isTTY) return;
    const format = `${label.padEnd(7)} {bar} {text}`;
    this.bar = new SingleBar({
      format,
      stream: process.stderr,
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
    const left = Math.max(0, Math.ceil(this.totalSeconds - seconds));
    this.show(
      seconds / this.totalSeconds,
      `${formatNumber(rate)} steps/s · ${formatNumber(traces)} traces · ${left} s left`,
    );
  }

  shrinking(commands: number, pass: string, tries: number): void {
    this.show(0.99, `shrinking: ${commands} commands left · ${pass} · ${formatNumber(tries)} tried`);
  }

  /** @param share of the work that is done. */
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
