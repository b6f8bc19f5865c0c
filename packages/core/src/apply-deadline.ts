/**
 * How long all stacks of an environment may take, in milliseconds: two and a half hours. Who waits for another run waits longer than that,
 * and both, one after the other, end before GitHub ends the job.
 */
export const APPLY_DEADLINE = 2.5 * 60 * 60_000
