/** The end of the canary: whether the suite caught the bug that every run plants. */
export interface CanaryResult {
  /** True if it was found and shrunk all the way. */
  readonly isCaught: boolean;
  readonly fault: string;
  readonly steps: number;
  readonly check: string | undefined;
  readonly commandsBefore: number;
  readonly commands: number;
  readonly seconds: number;
}
