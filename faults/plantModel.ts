/**
 * Plants a fault into the model: its source is edited and compiled in memory, and runs beside the clean one. Loops
 * of the edited model count their rounds, since a ruined list may have no end.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type * as ts from 'typescript';
import type { Allocator } from '../model/allocator';
import { packageRoot } from '../packageRoot';
import { BadInputError } from '../properties/input/badInput';
import { applyEdits, type Edit } from '../systems/edits';
import type { Fault } from './fault';

/** Loaded when a fault is planted: it takes longer to load than all that the other verbs need. */
function typescript(): typeof ts {
  return require('typescript') as typeof ts;
}

/** Rounds of all loops in one command, after which it hangs. */
const MAX_ROUNDS = 20_000_000;

/** The model with the fault's edits made. */
export function plantModel(fault: Pick<Fault, 'name' | 'edits'>): Allocator {
  const editsOf = new Map<string, Edit[]>();
  for (const edit of fault.edits) {
    if (!/^\w+\.ts$/.test(edit.file))
      throw new BadInputError(
        `${fault.name}: edits.file: ${edit.file} is not a file of model/, such as mcentral.ts${edit.file.endsWith('.go') ? '; a fault of Go is planted with --system go' : ''}`,
      );
    editsOf.set(edit.file, [...(editsOf.get(edit.file) ?? []), edit]);
  }
  const rounds = new Rounds();
  const modules = new Map<string, Record<string, unknown>>();
  const load = (name: string): Record<string, unknown> => {
    const loaded = modules.get(name);
    if (loaded !== undefined) return loaded;
    const exports: Record<string, unknown> = {};
    modules.set(name, exports);
    const file = `${name}.ts`;
    const edits = editsOf.get(file);
    const script =
      edits === undefined
        ? cleanScript(file)
        : scriptOf(applyEdits(sourceOf(file, fault.name), edits, fault.name), file);
    editsOf.delete(file);
    (script.runInThisContext() as Run)(exports, (path: string) => load(path.replace('./', '')), rounds);
    return exports;
  };
  const { allocator } = load('allocator') as { allocator: Allocator };
  const [unused] = editsOf.keys();
  if (unused !== undefined) throw new BadInputError(`${fault.name}: edits.file: the model does not use ${unused}`);
  return withRoundsPerCall(allocator, rounds);
}

type Run = (exports: object, require: (path: string) => unknown, rounds: Rounds) => void;

/** What compiled loops call. */
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

/** Each call from outside starts counting anew. */
function withRoundsPerCall(allocator: Allocator, rounds: Rounds): Allocator {
  const guarded = Object.entries(allocator).map(([name, call]) => [
    name,
    (...args: unknown[]) => {
      rounds.start();
      return (call as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(guarded) as Allocator;
}

/** A file without edits is compiled once, however many faults are planted elsewhere. */
function cleanScript(file: string): Script {
  let script = cleanScripts.get(file);
  if (script === undefined) cleanScripts.set(file, (script = scriptOf(sourceOf(file, file), file)));
  return script;
}

const cleanScripts = new Map<string, Script>();

function scriptOf(source: string, file: string): Script {
  return new Script(`(function (exports, require, spancheckRounds) {${compile(source, file)}\n})`, {
    filename: `planted/${file}`,
  });
}

function sourceOf(file: string, place: string): string {
  try {
    return readFileSync(join(packageRoot(), 'model', file), 'utf8');
  } catch {
    throw new BadInputError(`${place}: edits.file: model/ has no ${file}`);
  }
}

function compile(source: string, fileName: string): string {
  const { ScriptTarget, ModuleKind, transpileModule, flattenDiagnosticMessageText } = typescript();
  const { outputText, diagnostics } = transpileModule(source, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS },
    transformers: { before: [countingRounds] },
  });
  const [diagnostic] = diagnostics ?? [];
  if (diagnostic !== undefined) {
    throw new BadInputError(
      `${fileName}: the edited text does not compile: ${flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`,
    );
  }
  return outputText;
}

/** Puts `spancheckRounds.next()` into the body of every loop. */
function countingRounds(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const { isDoStatement, isForStatement, isWhileStatement, visitEachChild } = typescript();
  const visit = (node: ts.Node): ts.Node => {
    const visited = visitEachChild(node, visit, context);
    if (isWhileStatement(visited))
      return factory.updateWhileStatement(visited, visited.expression, counted(visited.statement));
    if (isDoStatement(visited))
      return factory.updateDoStatement(visited, counted(visited.statement), visited.expression);
    if (isForStatement(visited)) {
      return factory.updateForStatement(
        visited,
        visited.initializer,
        visited.condition,
        visited.incrementor,
        counted(visited.statement),
      );
    }
    return visited;
  };
  const counted = (body: ts.Statement): ts.Statement => {
    const next = factory.createPropertyAccessExpression(factory.createIdentifier('spancheckRounds'), 'next');
    return factory.createBlock([
      factory.createExpressionStatement(factory.createCallExpression(next, undefined, [])),
      body,
    ]);
  };
  return (file) => visitEachChild(file, visit, context);
}
