import { EVENT_RULES, type LedgerRecord } from '@sluice/core'
import { findAdoptionProblem } from './adoption-problem.ts'
import { findBypass, findOvertaken, findUnconfirmed, findUndeployed } from './verify-acceptance.ts'
import { findWithdrawalProblem } from './verify-entry.ts'
import { findGate } from './verify-gate.ts'
import type { Past } from './verify-past.ts'

/** Why an event cannot follow from what came before: what it is about was never released, or its run never said that it would begin. */
export function findOrderProblem(record: LedgerRecord, { facts }: Past): string | undefined {
  const { event, environment, release, run, plan } = record
  if (EVENT_RULES[event].needsRelease) {
    if (release === undefined) return `${event} names no release`
    if (!facts.has(`released ${release.digest}`)) {
      return `${event} of release ${release.digest}, which was never released`
    }
  }
  if (event !== 'deployed') return undefined
  const started = `started ${environment} ${release?.digest} ${run.repository} ${run.id}`
  if (!facts.has(started)) return `deployed in ${environment} by run ${run.id}, which never recorded that it started`
  if (!facts.has(`${started} ${plan ?? ''}`))
    return `deployed in ${environment} another plan than run ${run.id} recorded that it started`
  const { environmentId } = record
  return environmentId === undefined || facts.has(`${started} ${plan ?? ''} at ${environmentId}`)
    ? undefined
    : `deployed in ${environment} behind GitHub Environment ${environmentId}, which is not the one that run ${run.id} recorded that it started at`
}

/**
 * Why a record breaks a rule, by records alone: each of them is fixed by the hash in the one after it. Rules that ask for documents beside the
 * records, for delivery.yml as it is now, or for commits of a clone are not among them: who takes one of those away, or changes it, must not be able to say that a
 * record was never valid.
 */
export function findBrokenRule(record: LedgerRecord, past: Past): string | undefined {
  return (
    findOrderProblem(record, past) ??
    findGate(record, past, {}).problem ??
    findBypass(record, past) ??
    findOvertaken(record, past) ??
    findUndeployed(record, past) ??
    findUnconfirmed(record, past) ??
    findWithdrawalProblem(record, past) ??
    findAdoptionProblem(record, past)
  )
}
