/**
 * Plants a fault into the model: edits its source, compiles it in memory and runs it beside the clean one.
 *
 * Edited text is somebody's experiment. Whatever it throws becomes an ordinary `Error`; loops count their rounds, since a
 * ruined list may have no end; loading has a time limit; and the names by which it would reach the process, timers, promises
 * and files are shadowed. That stops accidents, not an attacker: `Function('return process')()` gets out, and nothing here
 * bounds memory.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Script, runInThisContext } from 'node:vm';
import type * as ts from 'typescript';
import { allocator as cleanAllocator, type Allocator } from '../model/allocator';
import { packageRoot } from '../packageRoot';
import { BadInputError } from '../properties/input/badInput';
import { applyEdits, type Edit } from '../systems/edits';
import { describeThrown } from '../systems/thrown';
import type { Fault } from './fault';

/** Loads the compiler when a fault is planted: it takes longer to load than all that the other verbs need. */
function typescript(): typeof ts {
  return require('typescript') as typeof ts;
}

/** The most rounds of all loops in one command; a command that needs more hangs. */
const MAX_ROUNDS = 20_000_000;
/** Loading takes milliseconds, but the machine may be busy. */
const LOAD_TIMEOUT_MS = 10_000;

/** Returns the model with the fault's edits made. Throws `BadInputError` if the edited model does not load. */
export function plantModel(fault: Pick<Fault, 'name' | 'edits'>): Allocator {
  const rounds = new Rounds();
  const loader = new Loader(fault, rounds);
  loader.compile();
  const planted = loading(
    fault.name,
    () => {
      const exports = loader.load('./allocator')['allocator'];
      if (typeof exports !== 'object' || exports === null)
        throw new BadInputError(`${fault.name}: allocator.ts: the edited text does not export allocator`);
      refuseIncomplete(exports, fault.name);
      return exports as Allocator;
    },
    () => loader.file,
  );
  const [unused] = loader.unusedFiles;
  if (unused !== undefined) throw new BadInputError(`${fault.name}: edits.file: the model does not use ${unused}`);
  return guarded(planted, rounds);
}

/** Loads the modules of the model, edited or not, each once. */
class Loader {
  /** The file that is loading, for a message. */
  file = '';
  private readonly editsOf = new Map<string, Edit[]>();
  private readonly edited = new Map<string, Script>();
  private readonly modules = new Map<string, Record<string, unknown>>();

  constructor(
    private readonly fault: Pick<Fault, 'name' | 'edits'>,
    private readonly rounds: Rounds,
  ) {
    for (const edit of fault.edits) {
      if (!/^\w+\.ts$/.test(edit.file))
        throw new BadInputError(
          `${fault.name}: edits.file: ${edit.file} is not a file of model/, such as mcentral.ts${edit.file.endsWith('.go') ? '; a fault of Go is planted with --system go' : ''}`,
        );
      this.editsOf.set(edit.file, [...(this.editsOf.get(edit.file) ?? []), edit]);
    }
  }

  /** The edited files that nothing has imported. */
  get unusedFiles(): Iterable<string> {
    return this.editsOf.keys();
  }

  load(path: string): Record<string, unknown> {
    const [, name] = /^\.\/(\w+)$/.exec(path) ?? [];
    if (name === undefined)
      throw new BadInputError(`${this.fault.name}: ${this.file}: ${path} cannot be imported; only files of model/ can`);
    const loaded = this.modules.get(name);
    if (loaded !== undefined) return loaded;
    const exports: Record<string, unknown> = {};
    this.modules.set(name, exports);
    const importer = this.file;
    this.file = `${name}.ts`;
    const run = this.scriptOf(this.file).runInThisContext() as Run;
    run(exports, (imported) => this.load(imported), this.rounds);
    this.file = importer;
    return exports;
  }

  /** Compiles the edited files, and the clean ones once and for all, as the time limit is for running them. */
  compile(): void {
    for (const file of modelFiles()) cleanScript(file);
    const { name } = this.fault;
    for (const [file, edits] of this.editsOf)
      this.edited.set(file, compiled(applyEdits(sourceOf(file, name), edits, name), file, true));
  }

  private scriptOf(file: string): Script {
    this.editsOf.delete(file);
    return this.edited.get(file) ?? cleanScript(file);
  }
}

type Run = (exports: object, require: (path: string) => unknown, rounds: Rounds) => void;

/** Counts for compiled loops. */
class Rounds {
  private count = 0;

  start(): void {
    this.count = 0;
  }

  next(): void {
    if (++this.count > MAX_ROUNDS) throw new Hang(`a loop did not end in ${MAX_ROUNDS} rounds`);
  }
}

class Hang extends Error {
  override readonly name = 'Hang';
}

/** Does what loads edited text, within the time limit; whatever goes wrong becomes a `BadInputError`. */
function loading<T>(name: string, load: () => T, file: () => string): T {
  try {
    return withTimeout(load);
  } catch (thrown) {
    if (isOwn(thrown)) throw thrown;
    throw new BadInputError(
      `${name}: ${file() || 'newHeap'}: the edited text cannot be loaded: ${describeThrown(thrown)}`,
    );
  }
}

function isOwn(thrown: unknown): boolean {
  try {
    return thrown instanceof BadInputError;
  } catch {
    return false;
  }
}

/** Calls the function from a script, since only a script can be given a time limit. */
function withTimeout<T>(call: () => T): T {
  const key = Symbol.for('spancheck.load');
  const holder = globalThis as { [key]?: (() => T) | undefined };
  holder[key] = call;
  try {
    return runInThisContext(`globalThis[Symbol.for('spancheck.load')]()`, { timeout: LOAD_TIMEOUT_MS }) as T;
  } finally {
    delete holder[key];
  }
}

/** Refuses a model that lacks a function, or whose heap lacks a part, before a system is built on it. */
function refuseIncomplete(planted: Partial<Allocator>, name: string): void {
  for (const call of Object.keys(cleanAllocator) as (keyof Allocator)[]) {
    if (typeof planted[call] !== 'function')
      throw new BadInputError(`${name}: the edited model has no function ${call}`);
  }
  const heap: unknown = planted.newHeap?.(1);
  if (typeof heap !== 'object' || heap === null)
    throw new BadInputError(`${name}: newHeap of the edited model returns no heap`);
  for (const part of Object.keys(cleanAllocator.newHeap(1))) {
    if ((heap as Record<string, unknown>)[part] === undefined)
      throw new BadInputError(`${name}: newHeap of the edited model returns a heap without ${part}`);
  }
}

/** Starts the count anew at each call from outside, and makes an ordinary `Error` of whatever is thrown. */
function guarded(allocator: Allocator, rounds: Rounds): Allocator {
  const calls = Object.entries(allocator).map(([name, call]) => [
    name,
    (...args: unknown[]) => {
      rounds.start();
      try {
        return (call as (...args: unknown[]) => unknown)(...args);
      } catch (thrown) {
        throw new PlantedError(nameOf(thrown), describeThrown(thrown));
      }
    },
  ]);
  return Object.fromEntries(calls) as Allocator;
}

/** An error from edited text, under the name it had there. */
class PlantedError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

function nameOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.name : 'Error';
  } catch {
    return 'Error';
  }
}

/** Compiles a file without edits once, however many faults are planted elsewhere. */
function cleanScript(file: string): Script {
  let script = cleanScripts.get(file);
  if (script === undefined) cleanScripts.set(file, (script = compiled(sourceOf(file, file), file, false)));
  return script;
}

const cleanScripts = new Map<string, Script>();

/** The globals that edited text does not see. */
const SHADOWED =
  'process,global,globalThis,module,Buffer,Promise,Worker,WebAssembly,fetch,navigator,setTimeout,setInterval,' +
  'setImmediate,queueMicrotask,structuredClone,SharedArrayBuffer,Atomics';

function compiled(source: string, file: string, isEdited: boolean): Script {
  const body = compile(source, file, isEdited);
  try {
    const text = `(function (${SHADOWED}) { return function (exports, require, spancheckRounds) {${body}\n}; })()`;
    return new Script(text, { filename: `planted/${file}` });
  } catch (error) {
    throw new BadInputError(`${file}: the edited text does not compile: ${describeThrown(error)}`);
  }
}

function modelFiles(): readonly string[] {
  return readdirSync(join(packageRoot(), 'model')).filter((file) => /^\w+\.ts$/.test(file));
}

function sourceOf(file: string, place: string): string {
  try {
    return readFileSync(join(packageRoot(), 'model', file), 'utf8');
  } catch {
    throw new BadInputError(`${place}: edits.file: model/ has no ${file}`);
  }
}

function compile(source: string, fileName: string, isEdited: boolean): string {
  const { ScriptTarget, ModuleKind, transpileModule, flattenDiagnosticMessageText } = typescript();
  const { outputText, diagnostics } = transpileModule(source, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS },
    transformers: { before: [(context) => countingRounds(context, isEdited)] },
  });
  const [diagnostic] = diagnostics ?? [];
  if (diagnostic !== undefined) {
    throw new BadInputError(
      `${fileName}: the edited text does not compile: ${flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`,
    );
  }
  return outputText;
}

/** Puts `spancheckRounds.next()` into the body of every loop, and, of edited text, of every function. */
function countingRounds(context: ts.TransformationContext, countsCalls: boolean): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const compiler = typescript();
  const next = (): ts.Statement => {
    const call = factory.createPropertyAccessExpression(factory.createIdentifier('spancheckRounds'), 'next');
    return factory.createExpressionStatement(factory.createCallExpression(call, undefined, []));
  };
  const counted = (body: ts.Statement): ts.Statement => factory.createBlock([next(), body]);
  const countedBody = (body: ts.Node): ts.Node => {
    if (compiler.isBlock(body)) return factory.updateBlock(body, [next(), ...body.statements]);
    return compiler.isExpression(body) ? factory.createBlock([next(), factory.createReturnStatement(body)]) : body;
  };
  const visit = (node: ts.Node): ts.Node => {
    const body = countsCalls && compiler.isFunctionLike(node) && 'body' in node ? node.body : undefined;
    const visited = compiler.visitEachChild(
      node,
      (child) => (child === body ? countedBody(visit(child)) : visit(child)),
      context,
    );
    return compiler.isIterationStatement(visited, false) ? countedLoop(visited) : visited;
  };
  const countedLoop = (loop: ts.IterationStatement): ts.Node => {
    const body = counted(loop.statement);
    if (compiler.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
    if (compiler.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
    if (compiler.isForStatement(loop))
      return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
    if (compiler.isForInStatement(loop))
      return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
    if (compiler.isForOfStatement(loop))
      return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
    return loop;
  };
  return (file) => compiler.visitEachChild(file, visit, context);
}
