import { type Clock, UserError } from '@sluice/core'
import type { Verdict } from '@sluice/policy'

/** How long GitHub may take to show an approval, in milliseconds: the job that it lets through may start sooner. */
const APPROVAL_PATIENCE = 60_000

/** Waits between two looks, in milliseconds: the first, and the longest. */
const FIRST = 1_000
const LONGEST = 16_000

/** Looks again while no answer counts: another may have opened the gate, which is not shown yet. A rejection or a changed gate counts at once. */
export async function settleApproval<A>(
  clock: Clock,
  look: () => Promise<{ readonly verdict: Verdict; readonly approvals: A }>
): Promise<A> {
  const giveUp = clock.now() + APPROVAL_PATIENCE
  for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
    const { verdict, approvals } = await look()
    const left = giveUp - clock.now()
    if (verdict.allowed || verdict.mayChange !== true || left <= 0) {
      requireAllowed(verdict)
      return approvals
    }
    await clock.sleep(Math.min(wait, left))
  }
}

/** @throws UserError with the reason and the remedy of a refusal. */
export function requireAllowed<Facts extends object>(verdict: Verdict<Facts>): Facts {
  if (!verdict.allowed) throw new UserError(`${verdict.reason} ${verdict.remedy}`)
  return verdict
}
