/** The form of a fault in a file: in its own, and in the trace file of a system that it was planted into. */
import { z } from 'zod';

/** A fault as a trace file has it. */
export interface PlantedFault {
  readonly name: string;
  readonly origin?: string;
  readonly text?: string;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

/** The keys that every fault has; the catalogue notes more beside them. */
export const faultSchema = {
  name: z.string(),
  origin: z.string().exactOptional(),
  text: z.string().exactOptional(),
  edits: z.array(z.strictObject({ file: z.string(), find: z.string(), replace: z.string() })),
} as const;
