/**
 * The third system: a program, in whatever language, that speaks a small protocol, a JSON line in, a JSON line out
 * (docs/protocol.md). The commands of a trace are sent ahead of the answers, as many as the window holds.
 */
import { class_to_size } from '../../model/sizeclasses';
import { BadInputError, oneLine } from '../../properties/input/badInput';
import type { Command, Op } from '../../properties/trace/command';
import type { AsyncSystem, Death, Observe, System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { splitCommandLine } from './commandLine';
import { EnvironmentError } from '../../properties/input/environmentError';
import { AnswerReader, MalformedAnswer, readHello, type Hello } from './answers';
import { PublishedFields } from '../figures';
import { ExecProcess } from './process';

export interface ExecOptions {
  /** Time that the program has for one answer. */
  readonly deadlineMs?: number;
  /** Where it is started. */
  readonly cwd?: string;
}

/** Starts the program; `EnvironmentError` if it cannot be, or does not speak the protocol. */
export async function execSystem(commandLine: string, options: ExecOptions = {}): Promise<AsyncSystem> {
  const words = splitCommandLine(commandLine);
  const start: Start = {
    name: `exec:${commandLine}`,
    words,
    cwd: options.cwd,
    deadlineMs: options.deadlineMs ?? 10_000,
  };
  return new ExecSystem(start, await startProgram(start));
}

/** What it takes to start the program again. */
interface Start {
  readonly name: string;
  readonly words: readonly string[];
  readonly cwd: string | undefined;
  readonly deadlineMs: number;
}

interface Program {
  readonly process: ExecProcess;
  readonly hello: Hello;
  readonly reader: AnswerReader;
  /** Answers that are still to come, to commands of a trace that has ended. */
  leftovers: number;
}

/** Lines that may be without an answer: enough to keep the pipe full, few enough to throw away. */
const WINDOW = 256;
/** Time for the leftovers of a trace that ended early; starting again is about as fast. */
const LEFTOVERS_MS = 250;
/** What the answer to reset is shown with, since it answers no command of the trace. */
const RESET: Command = { op: 'readMemStats' };

class ExecSystem implements AsyncSystem {
  readonly isAsync = true;
  readonly name: string;
  readonly ops: ReadonlySet<Op>;
  readonly shows: System['shows'];
  readonly collection = 'whole';
  readonly observationFlushes: boolean;
  readonly maxProcs: number;
  private isRunning = false;

  constructor(
    private readonly start: Start,
    private program: Program,
  ) {
    const { hello } = program;
    this.name = start.name;
    this.ops = new Set(hello.ops);
    this.shows = new Set([...(hello.rescan ? ['rescan' as const] : []), ...(hello.twins ? ['twins' as const] : [])]);
    this.observationFlushes = hello.flushes;
    this.maxProcs = hello.maxProcs;
  }

  async run(trace: Trace, observe: Observe): Promise<Death | undefined> {
    if (this.isRunning) throw new Error(`${this.name} runs a trace already; one at a time`);
    this.isRunning = true;
    try {
      this.refuseWhatItCannot(trace);
      if (!(await isReady(this.program))) this.program = await startProgram(this.start);
      const death = await converse(this.program, trace, observe, this.start.deadlineMs);
      if (death === undefined || death.step >= 0) return death;
      // A program that has run traces before may have been dying of the last one; a new one has no excuse.
      this.program = await startProgram(this.start);
      const again = await converse(this.program, trace, observe, this.start.deadlineMs);
      if (again === undefined || again.step >= 0) return again;
      throw new EnvironmentError(oneLine(`${this.name}: at ${resetLine(trace)}: ${again.message}`));
    } finally {
      this.isRunning = false;
    }
  }

  async close(): Promise<void> {
    await this.program.process.close();
  }

  private refuseWhatItCannot({ shape, commands }: Trace): void {
    const { name, ops, maxProcs } = this;
    const tooMany = (procs: number): string => `${name} has ${maxProcs} Ps at the most, not ${procs}`;
    if (shape.readsEachStep === true)
      throw new BadInputError(`shape.readsEachStep: ${name} is observed in its own way only; take that out`);
    if (shape.procs > maxProcs) throw new BadInputError(`shape.procs: ${tooMany(shape.procs)}`);
    for (const [i, command] of commands.entries()) {
      if (!ops.has(command.op)) throw new BadInputError(`commands[${i}].op: ${name} does not perform ${command.op}`);
      if (command.op === 'setProcs' && command.procs > maxProcs)
        throw new BadInputError(`commands[${i}].procs: ${tooMany(command.procs)}`);
    }
  }
}

async function startProgram(start: Start): Promise<Program> {
  const { name, words, cwd, deadlineMs } = start;
  const process = new ExecProcess(words, cwd);
  try {
    const hello = await firstLine(
      process,
      `${JSON.stringify({ spancheck: 1, classSizes: [...class_to_size] })}\n`,
      deadlineMs,
    ).then(readHello);
    return { process, hello, reader: new AnswerReader(hello, new PublishedFields()), leftovers: 0 };
  } catch (error) {
    process.kill();
    throw new EnvironmentError(oneLine(`${name}: ${error instanceof Error ? error.message : String(error)}`));
  }
}

function firstLine(process: ExecProcess, question: string, deadlineMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer to the handshake within ${deadlineMs / 1000} s`)),
      deadlineMs,
    );
    process.listener = {
      line: (line) => {
        clearTimeout(timer);
        process.listener = undefined;
        resolve(line);
      },
      drain: () => undefined,
      end: (words) => {
        clearTimeout(timer);
        reject(new Error(words ?? 'was closed'));
      },
    };
    process.write(question);
  });
}

/** Whether the program can run the next trace: it is alive and has given the answers that nobody waits for. */
async function isReady(program: Program): Promise<boolean> {
  const { process } = program;
  if (process.isAlive && program.leftovers > 0) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LEFTOVERS_MS);
      dropLeftovers(program, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  if (program.leftovers !== 0) process.kill();
  return process.isAlive;
}

/** Hears the answers that nobody waits for; `done` when they have all come, or the program is gone. */
function dropLeftovers(program: Program, done: () => void): void {
  program.process.listener = {
    line: () => {
      if (--program.leftovers === 0) done();
    },
    drain: () => undefined,
    end: done,
  };
}

/** One trace, from reset to the last answer. A death at reset has step -1. */
function converse(program: Program, trace: Trace, observe: Observe, deadlineMs: number): Promise<Death | undefined> {
  const { process, reader } = program;
  const { commands } = trace;
  const lineCount = commands.length + 1;
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    let isFull = false;
    let isOver = false;
    let lastAnswerAt = performance.now();
    let timer = setTimeout(look, deadlineMs);

    const finish = (death: Death | undefined): void => {
      isOver = true;
      clearTimeout(timer);
      program.leftovers = sent - answered;
      dropLeftovers(program, () => undefined);
      if (death !== undefined) process.kill();
      resolve(death);
    };
    const die = (kind: Death['kind'], message: string): void => finish({ step: answered - 1, kind, message });

    process.listener = {
      line: (line) => {
        try {
          const error = reader.read(line);
          if (error !== undefined) return die('throw', error);
          lastAnswerAt = performance.now();
          const step = answered++ - 1;
          const goesOn = observe(step, step < 0 ? RESET : commands[step], reader.observation);
          if (!goesOn || answered === lineCount) return finish(undefined);
        } catch (error) {
          if (error instanceof MalformedAnswer) return die('crash', error.message);
          isOver = true;
          clearTimeout(timer);
          process.kill();
          return reject(error);
        }
        if (!isFull && sent - answered <= WINDOW / 2) send();
      },
      drain: () => {
        isFull = false;
        send();
      },
      end: (words) => (words === undefined ? finish(undefined) : die('crash', words)),
    };
    send();

    function send(): void {
      const end = Math.min(lineCount, answered + WINDOW);
      if (sent >= end) return;
      let text = '';
      for (; sent < end; sent++)
        text += sent === 0 ? `${resetLine(trace)}\n` : `${JSON.stringify(commands[sent - 1])}\n`;
      isFull = !process.write(text);
    }

    /** What has come in while this process was busy itself is read before the program is judged. */
    function look(): void {
      setImmediate(() => {
        if (isOver) return;
        const leftMs = deadlineMs - (performance.now() - lastAnswerAt);
        if (leftMs <= 0) return die('hang', `no answer within ${deadlineMs / 1000} s`);
        timer = setTimeout(look, leftMs);
      });
    }
  });
}

function resetLine({ shape }: Trace): string {
  return JSON.stringify({ op: 'reset', procs: shape.procs });
}
