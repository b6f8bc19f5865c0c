import type { LedgerRecord } from '@sluice/core'

/** A gate that waits for somebody to decide. */
export interface WaitingGate {
  readonly environment: string
  /** The `planned` record. */
  readonly record: LedgerRecord
  /** What the approver reads, from the ledger. */
  readonly dossier: string
}

/** What is answered at a gate. */
export interface GateAnswer {
  readonly state: 'approved' | 'rejected'
  readonly comment: string
}

/** Somebody, or something, that decides. */
export type Decider = (gate: WaitingGate, signal: AbortSignal) => Promise<GateAnswer>

/** Which gates are decided in advance. */
export interface GateChoices {
  /** Names of environments, or `all`. */
  readonly approve: ReadonlySet<string>
  readonly reject: ReadonlySet<string>
}

/** The answer that was given in advance, if any. A rejection wins over `all`. */
export function answerInAdvance(choices: GateChoices, environment: string): GateAnswer | undefined {
  if (choices.reject.has(environment))
    return { state: 'rejected', comment: `rejected in advance: --reject ${environment}` }
  if (choices.approve.has('all')) return { state: 'approved', comment: 'approved in advance: --approve all' }
  if (choices.approve.has(environment))
    return { state: 'approved', comment: `approved in advance: --approve ${environment}` }
  return undefined
}
