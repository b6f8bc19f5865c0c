import { plural } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import { GATE_RANKS, LEVEL_RANKS } from './ranks.ts'

/**
 * Where the policy in force (delivery.yml of the default branch) asks for less than delivery.yml of the release's own commit did, and where
 * the commit asks for less than the policy does: an approver should know both before anything else.
 */
export function weakerPolicies(policy: Delivery, committed: Delivery, environment: string): readonly string[] {
  const now = policy.environments.find(({ name }) => name === environment)
  const then = committed.environments.find(({ name }) => name === environment)
  if (now === undefined || then === undefined) return []
  const found: string[] = []
  const note = (weaker: boolean, text: string): void => {
    if (weaker) found.push(text)
  }
  note(
    GATE_RANKS.indexOf(now.gate) < GATE_RANKS.indexOf(then.gate),
    `The gate is weaker now: ${now.gate} instead of ${then.gate} in the release's commit.`
  )
  note(
    LEVEL_RANKS.indexOf(now.level) < LEVEL_RANKS.indexOf(then.level),
    `The level is lower now: ${now.level} instead of ${then.level} in the release's commit.`
  )
  note(
    now.allowAdminBypass && !then.allowAdminBypass,
    "Administrators can bypass the gate now; the release's commit did not allow it."
  )
  note(
    now.secondPerson === 'none' && then.secondPerson === undefined,
    "No second person is asked now; the release's commit asked for one."
  )
  note(
    now.soak < then.soak,
    `The soak time is shorter now: ${minutes(now.soak)} instead of ${minutes(then.soak)} in the release's commit.`
  )
  note(policy.ledger.key === undefined && committed.ledger.key !== undefined, 'The ledger is no longer signed.')
  note(
    policy.builds.sandbox === 'none' && committed.builds.sandbox === 'required',
    'Builds no longer require a sandbox.'
  )
  note(
    then.runbook === undefined && now.runbook !== undefined,
    `The release's commit has no runbook here; the default branch has ${now.runbook}.`
  )
  const [checksNow, checksThen] = [now, then].map(({ accept }) => accept.http.length + accept.run.length)
  note(
    (checksThen ?? 0) < (checksNow ?? 0),
    `The release's commit has ${plural(checksThen ?? 0, 'acceptance check')} here; the default branch has ${checksNow}.`
  )
  return found
}

function minutes(milliseconds: number): string {
  return plural(milliseconds / 60_000, 'minute')
}
