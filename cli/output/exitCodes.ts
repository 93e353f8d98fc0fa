/** How a call ends: all held, a failure was found, or the input or the environment is not usable. */
export const EXIT_HELD = 0;
export const EXIT_FOUND = 1;
export const EXIT_UNUSABLE = 2;
