/** Fault files: the form that `--plant` reads and the catalogue consists of. */
import { z } from 'zod';
import { BadInputError, shown } from '../properties/input/badInput';
import { FAULT_NAME, FAULT_NAME_TEXT, MAX_FAULT_BYTES, faultSchema } from '../properties/trace/faultSchema';
import { parseJson, type Fail } from '../properties/input/parseJson';
import { checkPlainData } from '../properties/input/plainData';
import { didYouMean } from '../properties/input/didYouMean';
import type { Fault } from './fault';
import { at } from '../properties/at';

/** The ways in which a statement that moves a counter or a list can be wrong. */
export const FAULT_KINDS = ['sign', 'operand', 'class', 'P', 'omission', 'doubling', 'moment', 'list'] as const;

/**
 * The witnesses of a fault: R, the counters against the rescan; L, the ledger; S, structure and unflushed identities; T,
 * the allocator itself, which throws, crashes or hangs.
 */
export const WITNESSES = ['R', 'L', 'S', 'T'] as const;

export type Witness = (typeof WITNESSES)[number];

/** A fault with the notes of its file. */
export interface FaultFile extends Fault {
  readonly kind?: (typeof FAULT_KINDS)[number];
  /**
   * The witnesses that see it at the first step at which any does, whatever the seed. A kill table in which one of them is
   * missing fails. Left out where the first witness depends on the trace.
   */
  readonly seenBy?: readonly Witness[];
  /** True if no freshly flushed state shows it. */
  readonly hidesFromReads?: boolean;
  /** For an equivalent fault, the reason why no trace can show it. */
  readonly because?: string;
}

/** Other keys pass through, so a fault file may carry notes of its own. */
const FAULT_FILE = z.looseObject({
  ...faultSchema,
  kind: z.enum(FAULT_KINDS).exactOptional(),
  seenBy: z.array(z.enum(WITNESSES)).exactOptional(),
  hidesFromReads: z.boolean().exactOptional(),
  because: z.string().exactOptional(),
});

/** Reads a fault file; throws `BadInputError`, which names `fileName` and the place, on anything else. */
export function parseFaultFile(text: string, fileName: string): FaultFile {
  const fail: Fail = (place, problem) => {
    throw new BadInputError(`${fileName}: ${place === '' ? '' : `${place}: `}${problem}`);
  };
  const value = parseJson(text, fail, MAX_FAULT_BYTES);
  checkPlainData(value, '', fail);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail('', `${shown(value)} is not a fault ({"name":…,"edits":[{"file":…,"find":…,"replace":…}]})`);
  }
  const result = FAULT_FILE.safeParse(value);
  if (!result.success) return failAtIssue(value, at(result.error.issues, 0), fail);
  const { name, edits, origin = '', text: what = '' } = result.data;
  if (!FAULT_NAME.test(name)) fail('name', `${shown(name)} is not ${FAULT_NAME_TEXT}`);
  if (edits.length === 0) fail('edits', 'is empty; a fault has at least one edit {"file":…,"find":…,"replace":…}');
  for (const [i, { file, find }] of edits.entries()) {
    if (file === '') fail(`edits[${i}].file`, 'is empty; it is a path such as mcentral.ts');
    if (find === '') fail(`edits[${i}].find`, 'is empty; it is the text to replace, which stands in the file once');
  }
  return { ...result.data, origin, text: what };
}

function failAtIssue(value: unknown, issue: z.core.$ZodIssue, fail: Fail): never {
  const place = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}${path && '.'}${String(key)}`),
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    const key = at(issue.keys, 0);
    return fail(`${place}.${key}`, `unknown key${didYouMean(key, ['file', 'find', 'replace'])}`);
  }
  let found: unknown = value;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown>)[key];
  const wanted = wantedOf(issue);
  return fail(place, found === undefined ? `is missing; it is ${wanted}` : `${shown(found)} is not ${wanted}`);
}

function wantedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code !== 'invalid_type') return 'what a fault has there';
  return TYPES[issue.expected] ?? issue.expected;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  array: 'an array',
  object: 'an object',
  boolean: 'true or false',
};
