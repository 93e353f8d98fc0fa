/** The finding of a structural check: a figure that contradicts the structure around it. */
export interface Defect {
  readonly what: string;
  readonly span?: number;
  readonly class?: number;
  readonly p?: number;
  readonly expected: number;
  readonly actual: number;
}
