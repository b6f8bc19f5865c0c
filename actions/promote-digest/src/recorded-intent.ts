import { type Promotion, type RecordOf, UserError } from '@sluice/core'
import type { PromoteInputs } from './inputs.ts'

/** What the ledger is to hold of a release that enters out of order; absent for one that does not. */
export function promotionOf({ kind, reason }: PromoteInputs): Promotion | undefined {
  if (kind === 'release') return undefined
  return { kind, ...(reason === undefined ? {} : { reason }) }
}

/**
 * Refuses a rollback or hotfix whose intent is on the ledger without saying so: whoever reads the ledger later must see that it was no
 * ordinary release, and why.
 * @param intent the record with which this run announced its deployment; absent before it did.
 */
export function requireRecorded(inputs: PromoteInputs, intent: RecordOf<'started'> | undefined): void {
  const promotion = promotionOf(inputs)
  if (promotion === undefined || intent === undefined) return
  const recorded = intent.detail?.promotion
  if (recorded?.kind === promotion.kind && recorded.reason === promotion.reason) return
  throw new UserError(
    `Record ${intent.sequence} is the intent to deploy to ${inputs.environment}, but does not say that it is a ${promotion.kind}, or why. Pass this action's output \`detail\` (mode check) to the record-audit step with \`event: started\`.`
  )
}
