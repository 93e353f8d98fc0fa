/** Exit codes of the command. */

/** All held. */
export const EXIT_HELD = 0;
/** A failure was found. */
export const EXIT_FOUND = 1;
/** The input or the environment is unusable. */
export const EXIT_UNUSABLE = 2;
/** Ctrl-C ended the call; what is known was printed. The number is a shell's for SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** The last paragraph of a verb's help. */
export const EXIT_STATUS_HELP = `Exit status: 0 the trace holds, 1 it fails, 2 the input or the environment is
unusable, 130 interrupted by Ctrl-C (what is known is printed).`;
