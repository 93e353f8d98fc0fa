/**
 * What is asked of a driver, one question after the other. A question may be asked before the last one is answered: then
 * the driver has it at hand, and need not wait until this process has its turn. When a driver ends, the question that it
 * was at is told so, and a fresh driver gets those behind it.
 */
import { Answers } from './answers';
import { classLines } from './commands';
import { DriverProcess } from './driverProcess';

/** How the driver ended that was asked; not at all if the answer is complete. */
export type End = DriverProcess | 'hang' | undefined;

/**
 * Reads the answers that have arrived, and says whether it needs more or is done; or that it wants no more, since the
 * runtime is not as it was: what it counts is wrong from here on, also in the traces that follow.
 */
export type Take = (answers: Answers) => 'more' | 'done' | 'spoilt';

interface Question {
  readonly lines: string;
  readonly take: Take;
  readonly fulfil: (end: End) => void;
  readonly reject: (error: Error) => void;
}

export class Conversation {
  private driver: DriverProcess | undefined;
  private answers = new Answers();
  private isGreeted = false;
  private isHung = false;
  private questions: Question[] = [];
  private timer: NodeJS.Timeout | undefined;
  private lastChunkTime = 0;

  constructor(
    private readonly binary: string,
    private readonly stepTimeoutMs: number,
  ) {}

  /** The model's rows of BySize that the runtime publishes. */
  get rows(): readonly number[] {
    return this.answers.rows;
  }

  ask(lines: string, take: Take): Promise<End> {
    return new Promise((fulfil, reject) => this.send({ lines, take, fulfil, reject }));
  }

  /** Whether the driver that is asked next has answered nothing yet. */
  get isFresh(): boolean {
    return this.driver === undefined;
  }

  /** Ends the driver, which nothing is asked of now; a fresh one is asked what comes next. */
  restart(): void {
    if (this.questions.length > 0) throw new Error('a driver that is asked something cannot be ended');
    if (this.driver !== undefined) this.drop(this.driver);
  }

  async close(): Promise<void> {
    await this.driver?.close();
    this.driver = undefined;
  }

  private send(question: Question): void {
    this.questions.push(question);
    const driver = this.driver ?? this.start();
    driver.write(question.lines);
    if (this.questions.length > 1) return;
    this.lastChunkTime = performance.now();
    this.timer = setTimeout(this.watch, this.stepTimeoutMs);
  }

  private start(): DriverProcess {
    const driver = new DriverProcess(this.binary);
    this.driver = driver;
    this.answers = new Answers();
    this.isGreeted = false;
    this.isHung = false;
    driver.listener = { bytes: (chunk) => this.read(driver, chunk), end: () => this.ended(driver) };
    driver.write(classLines());
    return driver;
  }

  private read(driver: DriverProcess, chunk: Uint8Array): void {
    const { answers } = this;
    this.lastChunkTime = performance.now();
    answers.put(chunk);
    if (!this.isGreeted && !(this.isGreeted = answers.hello())) return;
    for (let [question] = this.questions; question !== undefined; [question] = this.questions) {
      try {
        const is = question.take(answers);
        if (is === 'more') return;
        if (is === 'spoilt') this.drop(driver);
        else this.questions.shift();
        question.fulfil(undefined);
        if (is === 'spoilt') return;
      } catch (error) {
        // Whoever observes has failed; what is still to come would be taken for another trace's.
        this.drop(driver);
        question.reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
    }
    clearTimeout(this.timer);
    driver.idle();
  }

  private drop(driver: DriverProcess): void {
    driver.listener = undefined;
    driver.kill();
    driver.idle();
    this.startAfter();
  }

  private ended(driver: DriverProcess): void {
    const [question] = this.questions;
    const end = this.isHung ? 'hang' : driver;
    this.startAfter();
    question?.fulfil(end);
  }

  /** Asks a fresh driver what the first question has kept from its turn. */
  private startAfter(): void {
    clearTimeout(this.timer);
    this.driver = undefined;
    const [, ...rest] = this.questions;
    this.questions = [];
    for (const question of rest) this.send(question);
  }

  private readonly watch = (): void => {
    if (performance.now() - this.lastChunkTime < this.stepTimeoutMs) return void this.timer?.refresh();
    // What has arrived meanwhile is read first: it may be this process that was busy.
    setImmediate(() => {
      if (this.questions.length === 0) return;
      if (performance.now() - this.lastChunkTime < this.stepTimeoutMs) return void this.timer?.refresh();
      this.isHung = true;
      this.driver?.kill();
    });
  };
}
