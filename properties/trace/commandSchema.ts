/** The form of one command in a file: its keys and the values that each may have. */
import { z } from 'zod';
import { MAX_PROCS } from '../../model/mcache';
import { MAX_SMALL_SIZE_BYTES, MAX_TINY_SIZE_BYTES, NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { at } from '../at';
import { keyText, shown } from '../input/badInput';
import { MAX_COUNT, MAX_LARGE_BYTES, MAX_STACK_PAGES, OPS, type Command, type Op, MAX_NAME } from './command';
import { didYouMean } from '../input/didYouMean';

/** Returns `value` as a command, or calls `fail` with the key that is wrong and the reason. */
export function parseCommand(value: unknown, fail: (key: string, problem: string) => never): Command {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail('', `${shown(value)} is not a command ({"op":…})`);
  }
  const op = (value as { readonly op?: unknown }).op;
  if (typeof op !== 'string' || !Object.hasOwn(OPS, op)) {
    return fail('op', `${shown(op)} is not a command${typeof op === 'string' ? didYouMean(op, Object.keys(OPS)) : ''}`);
  }
  const form = FORMS[op as Op];
  const result = form.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? at(result.error.issues, 0);
  if (issue.code !== 'unrecognized_keys') return fail(String(issue.path[0]), issue.message);
  const keys = Object.keys(form.shape);
  const unknown = at(issue.keys, 0);
  return fail(keyText(unknown), `unknown key${didYouMean(unknown, keys)}; ${op} has ${keys.join(', ')}`);
}

const p = integer(0, MAX_PROCS - 1, 'a P');
const sizeclass = integer(1, NUM_SIZE_CLASSES - 1, 'a size class');
const name = integer(1, MAX_NAME, 'a name');

const FORMS = {
  smallAlloc: z.strictObject({
    op: z.literal('smallAlloc'),
    p,
    class: sizeclass,
    count: integer(1, MAX_COUNT, 'a count'),
    name,
    pointers: z.literal(true, { error: 'is true, or is left out' }).optional(),
  }),
  tinyAlloc: z.strictObject({
    op: z.literal('tinyAlloc'),
    p,
    size: integer(0, MAX_TINY_SIZE_BYTES - 1, 'a tiny size in bytes'),
    name,
  }),
  largeAlloc: z.strictObject({
    op: z.literal('largeAlloc'),
    p,
    size: integer(MAX_SMALL_SIZE_BYTES + 1, MAX_LARGE_BYTES, 'a large size in bytes'),
    name,
  }),
  free: z.strictObject({ op: z.literal('free'), object: name }),
  freegc: z.strictObject({ op: z.literal('freegc'), p, object: name }),
  cacheSpan: z.strictObject({ op: z.literal('cacheSpan'), p, class: sizeclass }),
  uncacheSpan: z.strictObject({ op: z.literal('uncacheSpan'), p, class: sizeclass }),
  sweepSpan: z.strictObject({ op: z.literal('sweepSpan'), p, object: name }),
  gcStart: z.strictObject({ op: z.literal('gcStart'), p }),
  readMemStats: z.strictObject({ op: z.literal('readMemStats') }),
  setProcs: z.strictObject({ op: z.literal('setProcs'), procs: integer(1, MAX_PROCS, 'a number of Ps') }),
  allocStack: z.strictObject({
    op: z.literal('allocStack'),
    pages: integer(1, MAX_STACK_PAGES, 'a number of pages'),
    name,
  }),
  freeStack: z.strictObject({ op: z.literal('freeStack'), stack: name }),
} satisfies { readonly [O in Op]: z.ZodType<Extract<Command, { op: O }>> };

/** Returns the schema of a whole number from `min` to `max`; its messages call it `noun`. */
function integer(min: number, max: number, noun: string): z.ZodInt {
  const wanted = `${noun} (${min} to ${max})`;
  const error = ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? `is missing; it is ${wanted}` : `${shown(input)} is not ${wanted}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}
