/**
 * How far the clocks of two machines may be apart, in milliseconds: of the runners that make a plan and apply it, and of those that write
 * records. Five minutes is what AWS lets a clock be wrong, too: beyond that, none of its requests is taken, and nothing gets signed.
 */
export const CLOCK_SKEW = 5 * 60_000
