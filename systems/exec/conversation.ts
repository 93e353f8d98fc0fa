/**
 * Talks with one process of a program: the handshake, then trace after trace. Commands are sent ahead of the answers, as
 * many as the window holds. After its last command each trace is followed by one more reset, because damage to a heap
 * often shows only when the heap is taken down.
 */
import { class_to_size } from '../../model/sizeclasses';
import { quoted } from '../../properties/input/badInput';
import type { Command } from '../../properties/trace/command';
import type { Death, Observe } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import type { FixedFields } from '../figures';
import { AnswerReader, MalformedAnswer, readHello, type Hello } from './answers';
import { Deadline } from './deadline';
import type { ExecProcess } from './process';

/** Lines that may be without an answer: enough to keep the pipe full, few enough to throw away. */
const WINDOW = 256;
/** Time for the leftovers of a trace that ended early; starting again is about as fast. */
const LEFTOVERS_MS = 250;
/** The command with which the answer to reset is observed, since it answers none of the trace. */
const RESET: Command = { op: 'readMemStats' };

/** The trace that is running. */
interface Turn {
  readonly reader: AnswerReader;
  readonly trace: Trace;
  readonly observe: Observe;
  /** Lines to send: the reset, the commands and the reset after them. */
  readonly lineCount: number;
  readonly fulfil: (death: Death | undefined) => void;
  readonly reject: (error: unknown) => void;
  sent: number;
  answered: number;
  isFull: boolean;
}

export class Conversation {
  /** Why the program ended between two traces, if it did so by itself. */
  idleEnd: string | undefined;
  private reader: AnswerReader | undefined;
  private turn: Turn | undefined;
  /** Answers that are still to come, to commands of a trace that ended early. */
  private leftovers = 0;
  private onLeftovers: () => void = () => undefined;
  private readonly deadline: Deadline;

  /** @param fields those of the system's first answer, whichever process gave it. */
  constructor(
    private readonly process: ExecProcess,
    private readonly fields: FixedFields,
    private readonly deadlineMs: number,
  ) {
    this.deadline = this.newDeadline((reason) => this.die('hang', reason));
  }

  /** Shakes hands with the program, which has just been started. */
  greet(): Promise<Hello> {
    return new Promise((fulfil, reject) => {
      const deadline = this.newDeadline((reason) =>
        reject(new Error(reason.replace('no answer', 'no answer to the handshake'))),
      );
      this.process.listener = {
        line: (line) => {
          deadline.stop();
          this.listenIdle();
          try {
            const hello = readHello(line);
            this.reader = new AnswerReader(hello, this.fields);
            fulfil(hello);
          } catch (error) {
            reject(error);
          }
        },
        drain: () => undefined,
        end: (reason) => {
          deadline.stop();
          reject(new Error(reason ?? 'was closed'));
        },
      };
      deadline.start();
      this.process.write(`${JSON.stringify({ spancheck: 1, classSizes: [...class_to_size] })}\n`);
    });
  }

  /** Runs one trace, from its reset to the answer to the reset after it. A death at the reset before it has step -1. */
  run(trace: Trace, observe: Observe): Promise<Death | undefined> {
    const { reader } = this;
    if (reader === undefined) throw new Error('no trace can run before the handshake');
    return new Promise((fulfil, reject) => {
      const lineCount = trace.commands.length + 2;
      this.turn = { reader, trace, observe, lineCount, fulfil, reject, sent: 0, answered: 0, isFull: false };
      this.process.listener = {
        line: (line) => this.hear(line),
        drain: () => {
          if (this.turn !== undefined) this.turn.isFull = false;
          this.send();
        },
        end: (reason) => (reason === undefined ? this.finish(undefined) : this.die('crash', reason)),
      };
      this.deadline.start();
      this.send();
    });
  }

  /** Waits for the leftovers of the last trace; returns whether the process can run the next one. */
  async isReady(): Promise<boolean> {
    if (this.process.isAlive && this.leftovers > 0) {
      await new Promise<void>((fulfil) => {
        const timer = setTimeout(fulfil, LEFTOVERS_MS);
        this.onLeftovers = () => {
          clearTimeout(timer);
          fulfil();
        };
      });
    }
    if (this.leftovers > 0) this.process.kill();
    return this.process.isAlive;
  }

  kill(): void {
    this.process.kill();
  }

  /** Kills the program, and ends the trace that is running. */
  abandon(): void {
    this.process.kill();
    this.finish(undefined);
  }

  close(): Promise<void> {
    return this.process.close();
  }

  private send(): void {
    const { turn } = this;
    if (turn === undefined) return;
    const { trace, lineCount } = turn;
    // The reset after the trace waits for all answers: it must not be taken for one that is missing.
    const end = turn.answered === lineCount - 1 ? lineCount : Math.min(lineCount - 1, turn.answered + WINDOW);
    if (turn.sent >= end) return;
    let text = '';
    for (; turn.sent < end; turn.sent++) {
      const command = trace.commands[turn.sent - 1];
      text += command === undefined ? `${resetLine(trace)}\n` : `${JSON.stringify(command)}\n`;
    }
    turn.isFull = !this.process.write(text);
  }

  private hear(line: string): void {
    const { turn } = this;
    if (turn === undefined) return;
    if (turn.answered === turn.sent) return this.die('crash', unasked(line));
    try {
      const error = turn.reader.read(line);
      if (error !== undefined) return this.die('throw', error);
      this.take(turn);
    } catch (error) {
      if (error instanceof MalformedAnswer) return this.die('crash', error.message);
      // The observer is broken, not the program; but what is still to come would be taken for another trace's.
      this.endTurn();
      this.process.kill();
      turn.reject(error);
    }
  }

  /** Shows an answer to the observer, and sends on. */
  private take(turn: Turn): void {
    const { reader, trace, lineCount } = turn;
    this.deadline.restart();
    turn.answered++;
    const step = turn.answered - 2;
    if (turn.answered < lineCount && !turn.observe(step, trace.commands[step] ?? RESET, reader.observation))
      return this.finish(undefined);
    if (turn.answered < lineCount - 1) {
      if (!turn.isFull && turn.sent - turn.answered <= WINDOW / 2) this.send();
      return;
    }
    // A second answer to one command arrives together with the first, most of the time.
    setImmediate(() => {
      if (this.turn !== turn) return;
      if (turn.answered < lineCount) this.send();
      else this.finish(undefined);
    });
  }

  private die(kind: Death['kind'], reason: string): void {
    const { turn } = this;
    if (turn === undefined) return;
    const { answered, sent, lineCount, trace } = turn;
    const isAfter = sent === lineCount;
    this.process.kill();
    this.finish({
      step: Math.min(answered, trace.commands.length) - 1,
      kind,
      message: isAfter ? `at the reset after this trace: ${reason}` : reason,
    });
  }

  private finish(death: Death | undefined): void {
    const { turn } = this;
    this.endTurn();
    turn?.fulfil(death);
  }

  private endTurn(): void {
    const { turn } = this;
    if (turn !== undefined) this.leftovers = turn.sent - turn.answered;
    this.turn = undefined;
    this.deadline.stop();
    if (this.process.isAlive) this.listenIdle();
  }

  private newDeadline(expired: (reason: string) => void): Deadline {
    return new Deadline(this.deadlineMs, () => this.process.isStopped, expired);
  }

  private listenIdle(): void {
    this.process.listener = {
      line: (line) => {
        if (this.leftovers === 0) {
          this.process.kill();
          this.idleEnd = unasked(line);
        } else if (--this.leftovers === 0) this.onLeftovers();
      },
      drain: () => undefined,
      // A program that dies of the rest of a trace that had failed already is only started again.
      end: (reason) => {
        if (this.leftovers === 0) this.idleEnd = reason;
        else this.onLeftovers();
      },
    };
  }
}

function resetLine({ shape }: Trace): string {
  return JSON.stringify({ op: 'reset', procs: shape.procs });
}

function unasked(line: string): string {
  return `answered ${quoted(line, 120)} when nothing was asked`;
}
