/**
 * Sends questions to a driver, one after the other. The next question may be sent before the last one is answered: the
 * driver then finds it waiting, whenever this process gets its turn. When a driver dies, the question that it was working
 * on learns of the death, and a fresh driver gets the questions behind it.
 */
import { EnvironmentError } from '../../properties/input/environmentError';
import { Answers } from './answers';
import { DriverProcess } from './driverProcess';
import type { Greeting } from './greeting';
import { deathOf } from './parseCrash';

/** The end of a driver that was working on a question; undefined if the answer is complete. */
export type End = DriverProcess | 'hang' | undefined;

/**
 * Reads the answers that have arrived, and returns whether it needs more or is done; or `spoilt` if it wants no more because
 * the runtime is broken: it would count wrong from here on, in the traces that follow too.
 */
export type Take = (answers: Answers) => 'more' | 'done' | 'spoilt';

export interface ConversationOptions {
  readonly binary: string;
  /** A driver that says nothing for so long hangs. */
  readonly stepTimeoutMs: number;
  /** Throws where the driver is not the runtime it should be. */
  readonly check: (greeting: Greeting) => void;
  /** True if the runtime is somebody's experiment: if that does not start, blame the runtime and not the machine. */
  readonly isChanged: boolean;
}

interface Question {
  readonly lines: string;
  readonly take: Take;
  readonly fulfil: (end: End) => void;
  readonly reject: (error: Error) => void;
}

/** Looks at a driver that says nothing before it counts as hanging. */
const WATCHES = 8;

export class Conversation {
  /** The greeting of the driver that was started last. */
  greeting: Greeting | undefined;
  /** True if the driver that is asked next has performed nothing yet. */
  isFresh = true;
  private driver: DriverProcess | undefined;
  private answers = new Answers();
  private isHung = false;
  private questions: Question[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** The number of looks at the driver, while not stopped, since it last said something. */
  private silentWatches = 0;

  constructor(private readonly options: ConversationOptions) {}

  /** Starts a driver, if there is none, and has it say which runtime it is. */
  greet(): Promise<End> {
    return new Promise((fulfil, reject) => this.send({ lines: '', take: () => 'done', fulfil, reject }));
  }

  ask(lines: string, take: Take): Promise<End> {
    this.isFresh = false;
    return new Promise((fulfil, reject) => this.send({ lines, take, fulfil, reject }));
  }

  /** Ends the driver, and with it the questions that it has; a fresh one is asked what comes next. */
  restart(): void {
    const { questions } = this;
    this.questions = [];
    if (this.driver !== undefined) this.drop(this.driver);
    for (const { fulfil } of questions) fulfil(undefined);
  }

  async close(): Promise<void> {
    await this.driver?.close();
    this.driver = undefined;
    this.isFresh = true;
  }

  private send(question: Question): void {
    try {
      const driver = this.driver ?? this.start();
      this.questions.push(question);
      driver.write(question.lines);
    } catch (error) {
      question.reject(asError(error));
      return;
    }
    if (this.questions.length > 1) return;
    this.silentWatches = 0;
    this.timer = setTimeout(this.watch, this.options.stepTimeoutMs / WATCHES);
  }

  private start(): DriverProcess {
    const driver = new DriverProcess(this.options.binary);
    this.driver = driver;
    this.answers = new Answers();
    this.isHung = false;
    driver.listener = { bytes: (chunk) => this.read(driver, chunk), end: () => this.ended(driver) };
    return driver;
  }

  private read(driver: DriverProcess, chunk: Uint8Array): void {
    const { answers } = this;
    this.silentWatches = 0;
    answers.put(chunk);
    for (let [question] = this.questions; question !== undefined; [question] = this.questions) {
      try {
        if (answers.greeting === undefined) {
          this.greeting = answers.greet();
          if (this.greeting === undefined) return;
          this.options.check(this.greeting);
        }
        const is = question.take(answers);
        if (is === 'more') return;
        if (is === 'spoilt') this.drop(driver);
        else this.questions.shift();
        question.fulfil(undefined);
        if (is === 'spoilt') return;
      } catch (error) {
        // The observer has failed. What is still to come would be taken for another trace's.
        this.drop(driver);
        question.reject(asError(error));
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
    const { isHung, answers, options } = this;
    this.startAfter();
    if (question === undefined) return;
    const { shortage } = driver;
    if (isHung && answers.greeting !== undefined) question.fulfil('hang');
    else if (shortage !== undefined) question.reject(shortage);
    else if (answers.greeting !== undefined || options.isChanged) question.fulfil(isHung ? 'hang' : driver);
    else {
      const words = isHung ? 'it says nothing' : deathOf(0, driver.stderr, driver.signal).message;
      question.reject(new EnvironmentError(`go: the driver ${options.binary} does not start (${words})`));
    }
  }

  /** Asks a fresh driver the questions behind the first one. */
  private startAfter(): void {
    clearTimeout(this.timer);
    this.driver = undefined;
    const [, ...rest] = this.questions;
    this.questions = [];
    this.isFresh = rest.length === 0;
    for (const question of rest) this.send(question);
  }

  /**
   * Looks at the driver several times before it counts as hanging. While it is stopped it is not counted, and if this
   * process was stopped itself, only one look is.
   */
  private readonly watch = (): void => {
    if (this.driver?.isStopped !== true) this.silentWatches++;
    if (this.silentWatches < WATCHES) {
      this.timer?.refresh();
      return;
    }
    // Read what has arrived meanwhile first: it may be this process that was busy.
    setImmediate(() => {
      if (this.questions.length === 0) return;
      if (this.silentWatches < WATCHES) {
        this.timer?.refresh();
        return;
      }
      this.isHung = true;
      this.driver?.kill();
    });
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
