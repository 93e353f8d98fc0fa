/** The form of a fault in a fault file, and in the trace file of a system that it was planted into. */
import { z } from 'zod';

/** A fault as a trace file records it. */
export interface PlantedFault {
  readonly name: string;
  readonly origin?: string;
  readonly text?: string;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

/** The keys that every fault has; fault files may have more. */
export const faultSchema = {
  name: z.string(),
  origin: z.string().exactOptional(),
  text: z.string().exactOptional(),
  edits: z.array(z.strictObject({ file: z.string(), find: z.string(), replace: z.string() })),
} as const;

/** The form of a fault's name: it becomes a part of file names. */
export const FAULT_NAME = /^[\w.+-]+$/;

/** {@link FAULT_NAME} in words. */
export const FAULT_NAME_TEXT = 'a name (letters, digits, ".", "-", "_" and "+")';

/** The largest fault file: a trace of the most commands must have room for its fault. */
export const MAX_FAULT_BYTES = 1024 * 1024;
