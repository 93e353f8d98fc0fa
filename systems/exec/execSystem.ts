/**
 * A program in any language as a system. It speaks a small protocol, a JSON line in and a JSON line out, which
 * docs/protocol.md describes.
 */
import { BadInputError } from '../../properties/input/badInput';
import { EnvironmentError } from '../../properties/input/environmentError';
import type { AsyncSystem, Death, Observe, System } from '../../properties/system';
import type { Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { FixedFields } from '../figures';
import type { Hello } from './answers';
import { splitCommandLine } from './commandLine';
import { Conversation } from './conversation';
import { ExecProcess } from './process';

export interface ExecOptions {
  /** Time that the program has for each answer, in milliseconds; 10,000 if not given. */
  readonly deadlineMs?: number;
  /** Working folder of the program. */
  readonly cwd?: string;
}

/** Starts the program; rejects with an `EnvironmentError` if it cannot be started or does not speak the protocol. */
export async function execSystem(commandLine: string, options: ExecOptions = {}): Promise<AsyncSystem> {
  const { deadlineMs = 10_000, cwd } = options;
  if (!(deadlineMs > 0 && deadlineMs <= MAX_DEADLINE_MS))
    throw new TypeError(`execSystem: deadlineMs is ${deadlineMs}; it must be more than 0, and a day at the most`);
  const name = `exec:${commandLine}`;
  const launch: Launch = { name, words: splitCommandLine(commandLine), cwd, deadlineMs };
  const fields = new FixedFields();
  try {
    const { conversation, hello } = await start(launch, fields);
    return new ExecSystem(launch, hello, fields, conversation);
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    throw new EnvironmentError(`${name}: ${messageOf(error)}`);
  }
}

const MAX_DEADLINE_MS = 86_400_000;

/** The things needed to start the program again. */
interface Launch {
  readonly name: string;
  readonly words: readonly string[];
  readonly cwd: string | undefined;
  readonly deadlineMs: number;
}

class ExecSystem implements AsyncSystem {
  readonly isAsync = true;
  readonly name: string;
  readonly ops: ReadonlySet<Op>;
  readonly shows: System['shows'];
  readonly collection = 'whole';
  readonly observationFlushes: boolean;
  readonly maxProcs: number;
  private isRunning = false;
  /** True once the program has answered a reset, which shows that it can run traces. */
  private hasRun = false;
  /** Whether no trace has run in the program's present process. */
  isFresh = true;

  constructor(
    private readonly launch: Launch,
    private readonly hello: Hello,
    private readonly fields: FixedFields,
    private conversation: Conversation | undefined,
  ) {
    this.name = launch.name;
    this.ops = new Set(hello.ops);
    this.shows = new Set([...(hello.rescan ? ['rescan' as const] : []), ...(hello.twins ? ['twins' as const] : [])]);
    this.observationFlushes = hello.flushes;
    this.maxProcs = hello.maxProcs;
  }

  async run(trace: Trace, observe: Observe): Promise<Death | undefined> {
    if (this.isRunning) throw new Error(`${this.name} runs a trace already; one at a time`);
    this.isRunning = true;
    try {
      this.refuseUnsupported(trace);
      return await this.runOn(trace, observe);
    } finally {
      this.isRunning = false;
    }
  }

  /** Kills the program's process, so that the next trace runs in a new one. */
  refresh(): void {
    if (this.isFresh) return;
    this.conversation?.abandon();
    this.conversation = undefined;
    this.isFresh = true;
  }

  async close(): Promise<void> {
    await this.conversation?.close();
  }

  private async runOn(trace: Trace, observe: Observe): Promise<Death | undefined> {
    const isReady = (await this.conversation?.isReady()) ?? false;
    const idleEnd = this.conversation?.idleEnd;
    if (!isReady) this.conversation = undefined;
    if (idleEnd !== undefined) return this.deathBefore(trace, 'crash', `before this trace began: ${idleEnd}`);
    try {
      this.conversation ??= await this.restart();
    } catch (error) {
      if (error instanceof EnvironmentError) throw error;
      return this.deathBefore(trace, 'crash', `the program cannot be started again: ${messageOf(error)}`);
    }
    this.isFresh = false;
    const death = await this.conversation.run(trace, observe);
    // It was killed, so the next trace runs in a new process.
    if (death !== undefined) this.refresh();
    if (death?.step === -1)
      return this.deathBefore(trace, death.kind, `at the reset before this trace: ${death.message}`);
    this.hasRun = true;
    return death;
  }

  /** Blames the first step for what happened before it. A program that has never run a trace cannot be used at all. */
  private deathBefore(trace: Trace, kind: Death['kind'], message: string): Death {
    if (this.hasRun && trace.commands.length > 0) return { step: 0, kind, message };
    throw new EnvironmentError(`${this.name}: ${message}`);
  }

  private async restart(): Promise<Conversation> {
    const { conversation, hello } = await start(this.launch, this.fields);
    if (JSON.stringify(hello) === JSON.stringify(this.hello)) return conversation;
    conversation.kill();
    throw new Error(`it answered ${JSON.stringify(hello)} to the handshake, and ${JSON.stringify(this.hello)} before`);
  }

  private refuseUnsupported({ shape, commands }: Trace): void {
    const { name, ops, maxProcs } = this;
    const tooMany = (procs: number): string => `${name} has at most ${maxProcs} Ps, not ${procs}`;
    if (shape.readsEachStep === true)
      throw new BadInputError(`shape.readsEachStep: ${name} cannot be observed by a read at each step; remove it`);
    if (shape.procs > maxProcs) throw new BadInputError(`shape.procs: ${tooMany(shape.procs)}`);
    for (const [i, command] of commands.entries()) {
      if (!ops.has(command.op)) throw new BadInputError(`commands[${i}].op: ${name} does not perform ${command.op}`);
      if (command.op === 'setProcs' && command.procs > maxProcs)
        throw new BadInputError(`commands[${i}].procs: ${tooMany(command.procs)}`);
    }
  }
}

async function start(
  { name, words, cwd, deadlineMs }: Launch,
  fields: FixedFields,
): Promise<{ readonly conversation: Conversation; readonly hello: Hello }> {
  const process = new ExecProcess(words, cwd);
  const conversation = new Conversation(process, fields, deadlineMs);
  try {
    return { conversation, hello: await conversation.greet() };
  } catch (error) {
    conversation.kill();
    throw process.isStarted ? error : new EnvironmentError(`${name}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
