import type { Approval, JobOutcome } from '@sluice/core'
import type { OutcomeRequest } from '../src/index.ts'

/** When the plan of {@link request} was recorded. */
export const PLANNED = Date.parse('2026-01-01T12:00:00Z')

/** What a reviewer answered. */
export function answer(state: 'approved' | 'rejected', comment = ''): Approval {
  return { userId: '8', login: 'approver', state, comment, seenAt: '' }
}

/** Outputs of a job that ran. */
export const ran = { outcome: 'unchanged' }

/** Jobs as they end. */
export const success: JobOutcome = { result: 'success' }
export const failure: JobOutcome = { result: 'failure' }
export const cancelled: JobOutcome = { result: 'cancelled' }
export const skipped: JobOutcome = { result: 'skipped' }
export const changing: JobOutcome = { result: 'success', outputs: { 'has-changes': 'true' } }
export const unchanging: JobOutcome = { result: 'success', outputs: { 'has-changes': 'false' } }
export const applied: JobOutcome = { result: 'success', outputs: { outcome: 'applied' } }
export const idle: JobOutcome = { result: 'success', outputs: { outcome: 'unchanged' } }

/** A run that deployed to production behind a gate, and was accepted there, unless a test says otherwise. */
export function request(members: Partial<OutcomeRequest>): OutcomeRequest {
  return {
    environment: 'production',
    asked: true,
    jobs: {},
    approvals: [answer('approved')],
    snapshot: [],
    parties: [],
    planned: undefined,
    plannedAt: PLANNED,
    started: true,
    deployed: true,
    live: true,
    liveAccepted: true,
    checks: 2,
    now: PLANNED + 3_600_000,
    ...members
  }
}
