/** What exported tests have in common: the trace as data, the system that it runs on, a title. */
import { BadInputError } from '../../properties/input/badInput';
import type { TraceFile } from '../../properties/trace/traceFile';

/** The names to import and the lines that make `system`. */
export function systemText({ system = 'model', plant }: TraceFile): {
  readonly imports: readonly string[];
  readonly setup: string;
} {
  if (system.startsWith('exec:')) {
    const command = JSON.stringify(system.slice('exec:'.length));
    return { imports: ['execSystem'], setup: `\nconst system = await execSystem(${command});\n` };
  }
  if (system !== 'model')
    throw new BadInputError(`export: a trace of ${system} cannot be a test in TypeScript; use --to markdown`);
  if (!plant) return { imports: ['modelSystem'], setup: '\nconst system = modelSystem();\n' };
  const { name, edits } = plant;
  return {
    imports: ['modelSystem', 'plantModel'],
    setup: `\n/** The bug itself, planted into the model; without it the trace holds. */\nconst fault = ${dataText({ name, edits })};\n\nconst system = modelSystem(plantModel(fault));\n`,
  };
}

export function titleText({ failure, commands }: TraceFile): string {
  const what =
    failure === undefined ? `a trace of ${commands.length} commands holds` : `${failure.check}: ${failure.message}`;
  return JSON.stringify(what);
}

/** Data as a literal: JSON is one, with the two line ends escaped that JavaScript once did not take. */
export function dataText(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
    .replace(/\{\n\s+"op": ([^{}]*?)\n\s+\}/g, (_, inner: string) => `{ "op": ${inner.replace(/\n\s+/g, ' ')} }`)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}
