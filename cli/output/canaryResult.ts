/** The end of the canary: whether the suite caught the bug that every run plants. */
export interface CanaryResult {
  /** Whether it was found, and shrunk as far as it goes. */
  readonly isCaught: boolean;
  readonly fault: string;
  readonly steps: number;
  readonly check: string | undefined;
  readonly commandsBefore: number;
  readonly commands: number;
  readonly seconds: number;
}
