/** The Go source that performs the commands of a trace: a variable for each name, and statements for each command. */
import { TINY_SIZE_CLASS, class_to_size } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { Command } from '../../properties/trace/command';
import type { Shape } from '../../properties/trace/trace';
import type { GoReading } from './goReadings';
import type { GoStatement } from './goStatements';
import { declared } from './goTemplates';

export interface Performance {
  readonly shape: Shape;
  readonly statements: readonly GoStatement[];
  readonly readings: readonly GoReading[];
  /** True if commands run on chosen Ps. */
  readonly isPinned: boolean;
  /** Ends every name that the test declares. */
  readonly suffix: string;
}

/** Returns the variables and the function that performs the commands. */
export function performingSource(performance: Performance): readonly string[] {
  const { shape, statements, readings, suffix } = performance;
  const commands = statements.flatMap(({ command }) => command ?? []);
  const objects = objectsOf(commands, suffix);
  const read = declared('readBothWays', suffix);
  // Variables at the package level: nothing else refers to the objects.
  const lines = [...objects.values()].map(({ variable, type }) => `var ${variable} ${type}`);
  if (commands.some((command) => 'name' in command)) lines.push('');
  lines.push(
    '//go:noinline',
    `func ${declared('performCommands', suffix)}() {`,
    `	runtime.GOMAXPROCS(${shape.procs})`,
    '	// A read flushes the Ps, which hold on to their tiny blocks until then.',
    `	${read}(0)`,
    '	runtime.GC()',
    `	${read}(0)`,
    '',
  );
  for (const [i, { text, command }] of statements.entries()) {
    lines.push(`	// ${text}`, ...(command === undefined ? [] : statementsFor(command, objects, performance)));
    const reading = readings.findIndex(({ step }) => step === i);
    if (reading >= 0) lines.push(`	${read}(${reading + 1})`);
    if (i < statements.length - 1) lines.push('');
  }
  return [...lines, ...droppingRest(commands, objects), '}', ''];
}

type Alloc = Extract<Command, { readonly op: 'smallAlloc' | 'tinyAlloc' | 'largeAlloc' }>;

/** The Go variable that a name of the trace stands for. */
interface GoObject {
  readonly variable: string;
  readonly type: string;
  /** The type that is allocated; a slice of bytes if it is large. */
  readonly element: string | undefined;
  readonly count: number;
}

function objectsOf(commands: readonly Command[], suffix: string): ReadonlyMap<number, GoObject> {
  const objects = new Map<number, GoObject>();
  for (const command of commands) {
    if (!isAlloc(command)) continue;
    const count = command.op === 'smallAlloc' ? command.count : 1;
    const element = command.op === 'largeAlloc' ? undefined : elementOf(command);
    const type = element === undefined ? '[]byte' : `${count > 1 ? `[${count}]` : ''}*${element}`;
    objects.set(command.name, { variable: `o${command.name}${suffix}`, type, element, count });
  }
  return objects;
}

function isAlloc(command: Command): command is Alloc {
  return command.op === 'smallAlloc' || command.op === 'tinyAlloc' || command.op === 'largeAlloc';
}

/**
 * Eight bytes without pointers would go to the tiny allocator, and 32,768 bytes are a large object since Go 1.22. Also since
 * Go 1.22, objects with pointers of more than 512 bytes have a header of eight.
 */
function elementOf(command: Exclude<Alloc, { readonly op: 'largeAlloc' }>): string {
  if (command.op === 'tinyAlloc') return `[${command.size}]byte`;
  const size = at(class_to_size, command.class);
  if (command.class === 1) return '*byte';
  if (command.pointers === true) return `[${(size > 512 ? size - 8 : size) / 8}]*byte`;
  return `[${Math.min(size, 32_760)}]byte`;
}

function statementsFor(
  command: Command,
  objects: ReadonlyMap<number, GoObject>,
  performance: Performance,
): readonly string[] {
  switch (command.op) {
    case 'smallAlloc':
    case 'tinyAlloc':
    case 'largeAlloc':
      return onItsP(command.p, allocating(command, objectOf(objects, command.name)), performance);
    case 'free':
      return [`	${dropping(objectOf(objects, command.object))}`];
    case 'freegc': {
      const object = objectOf(objects, command.object);
      return [...onItsP(command.p, givingBack(object), performance), `	${dropping(object)}`];
    }
    case 'gcStart':
      return ['	runtime.GC()'];
    case 'setProcs':
      return [`	runtime.GOMAXPROCS(${command.procs})`];
    case 'readMemStats':
      // The reading that follows it is the read.
      return [];
    case 'cacheSpan':
    case 'uncacheSpan':
    case 'sweepSpan':
    case 'allocStack':
    case 'freeStack':
    default:
      throw new Error(`no Go statement for ${command.op}`);
  }
}

function objectOf(objects: ReadonlyMap<number, GoObject>, name: number): GoObject {
  const object = objects.get(name);
  if (object === undefined) throw new Error(`nothing is named ${name}`);
  return object;
}

function onItsP(p: number, lines: readonly string[], { isPinned, suffix }: Performance): readonly string[] {
  if (!isPinned || lines.length === 0) return lines;
  return [`	${declared('onP', suffix)}(${p}, func() {`, ...lines.map((line) => `	${line}`), '	})'];
}

function allocating(command: Alloc, { variable, element, count }: GoObject): readonly string[] {
  if (command.op === 'largeAlloc' || element === undefined)
    return [`	${variable} = make([]byte, ${'size' in command ? command.size : 0})`];
  if (count === 1) return [`	${variable} = new(${element})`];
  return [`	for i := range ${variable} {`, `		${variable}[i] = new(${element})`, '	}'];
}

/** Tiny objects, objects with pointers and large ones are not given to freegc, since it does not take them. */
function givingBack({ variable, element, count }: GoObject): readonly string[] {
  const [, bytes] = /^\[(\d+)\]byte$/.exec(element ?? '') ?? [];
  if (bytes === undefined || Number(bytes) < at(class_to_size, TINY_SIZE_CLASS)) return [];
  if (count === 1) return [`	runtime.Freegc(unsafe.Pointer(${variable}), ${bytes}, true)`];
  return [`	for i := range ${variable} {`, `		runtime.Freegc(unsafe.Pointer(${variable}[i]), ${bytes}, true)`, '	}'];
}

function dropping({ variable, type, count }: GoObject): string {
  return `${variable} = ${count > 1 ? `${type}{}` : 'nil'}`;
}

function droppingRest(commands: readonly Command[], objects: ReadonlyMap<number, GoObject>): readonly string[] {
  const freed = new Set(
    commands.flatMap((command) => (command.op === 'free' || command.op === 'freegc' ? [command.object] : [])),
  );
  const left = [...objects].filter(([name]) => !freed.has(name));
  if (left.length === 0) return [];
  return ['', '	// Leave nothing behind for the next run.', ...left.map(([, object]) => `	${dropping(object)}`)];
}
