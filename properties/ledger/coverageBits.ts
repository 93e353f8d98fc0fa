/** The bits of `StepFindings.coverageBits`: what a step did to spans. Coverage counts the steps that set each bit. */
export const FILLED_TO_THE_LAST_SLOT = 1 << 0;
export const CACHED_PARTLY_USED = 1 << 1;
export const GIVEN_BACK_WITH_ONE_SLOT_LEFT = 1 << 2;
export const UNCACHED_PARTLY_USED = 1 << 3;
export const SWEPT_A_SPAN = 1 << 4;
export const SWEPT_BY_ANOTHER_P = 1 << 5;
export const SWEPT_ALL_DEAD = 1 << 6;
export const SWEPT_NONE_DEAD = 1 << 7;
export const GAVE_A_SPAN_BACK = 1 << 8;
export const HANDED_OUT_AGAIN = 1 << 9;
export const HANDED_OUT_AGAIN_ELSEWHERE = 1 << 10;
export const LOST_WITH_A_REFILL = 1 << 11;
