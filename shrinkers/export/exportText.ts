/**
 * The parts that exported TypeScript tests share: the trace as data, its system, a title. Text from the trace file goes
 * into the source as a string literal that no editor, parser or terminal acts on.
 */
import { BadInputError } from '../../properties/input/badInput';
import type { TraceFile } from '../../properties/trace/traceFile';

/** Returns the names to import and the lines that make `system`. */
export function systemText({ system = 'model', plant }: TraceFile): {
  readonly imports: readonly string[];
  readonly setup: string;
} {
  if (system.startsWith('exec:')) {
    const command = dataText(system.slice('exec:'.length));
    return { imports: ['execSystem'], setup: `\nconst system = await execSystem(${command});\n` };
  }
  if (system !== 'model')
    throw new BadInputError(`export: a trace of ${system} cannot become a test in TypeScript; use --to markdown`);
  if (!plant) return { imports: ['modelSystem'], setup: '\nconst system = modelSystem();\n' };
  const { name, edits } = plant;
  return {
    imports: ['modelSystem', 'plantModel'],
    setup: `\n/** The bug itself, planted into the model; without it the trace holds. */\nconst fault = ${dataText({ name, edits })};\n\nconst system = modelSystem(plantModel(fault));\n`,
  };
}

/** Returns the checks that the file names; all of them if it names none. */
export function checksText({ checks }: TraceFile): string {
  return checks === undefined ? 'CHECKS' : `CHECKS.filter(({ name }) => ${JSON.stringify(checks)}.includes(name))`;
}

/** Returns the title of the test as a literal: what failed, or that nothing did. */
export function titleText({ failure, commands }: TraceFile): string {
  return dataText(
    failure === undefined ? `a trace of ${commands.length} commands holds` : `${failure.check}: ${failure.message}`,
  );
}

/** Returns plain data as a literal, one command a line. */
export function dataText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2)
    .replace(/\{\n\s+"op": ([^{}]*?)\n\s+\}/g, (_, inner: string) => `{ "op": ${inner.replace(/\n\s+/g, ' ')} }`)
    // In a literal this key would set the prototype.
    .replace(/^(\s*)"__proto__":/gm, '$1["__proto__"]:');
  return escapeSource(text);
}

/**
 * Returns source text in which JSON strings keep their value, but hold no control or formatting character, bidirectional
 * mark, line separator or lone surrogate, and nothing that ends a comment or a script element.
 */
export function escapeSource(text: string): string {
  return text
    .replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
      Array.from({ length: character.length }, (_, i) => unit(character.charCodeAt(i))).join(''),
    )
    .replace(/\*(?=\/)|<(?=[/!])/g, (character) => unit(character.charCodeAt(0)));
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
