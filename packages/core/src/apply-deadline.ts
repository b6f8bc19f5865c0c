/** How long all stacks of an environment may take, in milliseconds: 3 hours. Who waits for another run waits longer than that. */
export const APPLY_DEADLINE = 3 * 60 * 60_000
