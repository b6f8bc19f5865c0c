/** How long a plan may wait for its approval, in milliseconds: 72 hours. */
export const PLAN_EXPIRY = 72 * 60 * 60 * 1000

/** Whether a plan is too old to be applied; both times in milliseconds since the epoch. */
export function hasExpired(plannedAt: number, now: number): boolean {
  return now - plannedAt > PLAN_EXPIRY
}
