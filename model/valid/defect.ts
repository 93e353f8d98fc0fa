/** What a structural check found: a figure of the structure that is not what the structure around it says. */
export interface Defect {
  readonly what: string;
  readonly span?: number;
  readonly class?: number;
  readonly p?: number;
  readonly expected: number;
  readonly actual: number;
}
