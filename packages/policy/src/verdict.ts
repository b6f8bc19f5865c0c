import type { Ending } from '@sluice/core'

/** Refused: why, on what, and what to do next, in whole sentences; and the event that the ledger records of it. */
export interface Refusal {
  readonly allowed: false
  readonly reason: string
  readonly remedy: string
  readonly outcome: Ending
  /** What is missing may only not be shown yet: looking again is worth while. */
  readonly mayChange?: true
}

/** Evidence in, verdict out: allowed with the facts that it rests on, or refused. */
export type Verdict<Facts extends object = object> = ({ readonly allowed: true } & Readonly<Facts>) | Refusal

export function refuse(outcome: Ending, reason: string, remedy: string): Refusal {
  return { allowed: false, reason, remedy, outcome }
}
