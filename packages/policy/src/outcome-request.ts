import type { Approval, DetailOf, Ending, JobOutcome, Party, Protection } from '@sluice/core'

/** What is known of one environment's jobs when they are over. */
export interface OutcomeRequest {
  readonly environment: string
  /** Whether the gate asks reviewers. */
  readonly asked: boolean
  /** The jobs `plan`, `deploy` and `accept` of stage.yml. */
  readonly jobs: Readonly<Record<string, JobOutcome>>
  readonly approvals: readonly Approval[]
  /** The approvals of before the plan. */
  readonly snapshot: readonly Approval[]
  /** Who has a part in this delivery. */
  readonly parties: readonly Party[]
  /** The gate as it was when the plan was made; absent where that was not recorded. */
  readonly planned: Protection | undefined
  /** When the plan was recorded, in milliseconds since the epoch; absent when none was. */
  readonly plannedAt: number | undefined
  /** Whether this run recorded that it starts. */
  readonly started: boolean
  /** Whether this run recorded that it deployed this release. */
  readonly deployed: boolean
  /** How many checks ran, as the acceptance job reports of this release there; absent without a report that agrees with how GitHub says that the job ended. */
  readonly checks?: number
  /** Whether what is live was accepted, by this release or an earlier one. */
  readonly liveAccepted: boolean
  /** Whether the release is what the ledger holds as live. A plan without changes is only the word of whoever passed it on. */
  readonly live: boolean
  /** Sequence of the record that withdrew what is live: it cannot be accepted by leaving it as it is. */
  readonly liveWithdrawn?: number
  /** Sequence of the record that withdrew this release since the run said that it starts: checks overrule nobody who stopped it. */
  readonly withdrawnSince?: number
  readonly now: number
  /** The run whose newer release is live by now: what was checked last was not what this run is about. */
  readonly overtakenBy?: string
}

/** What became of an environment whose jobs ended in one way. */
interface OutcomeOf<E extends Ending> {
  readonly event: E
  /** `accepted`: the next environment may start. Otherwise the event. */
  readonly verdict: Ending
  /** For the record: `reason`, and what the event calls for. */
  readonly detail: DetailOf<E> & { readonly reason: string }
}

/** What became of an environment. */
export type Outcome = { [E in Ending]: OutcomeOf<E> }[Ending]

/** An outcome whose verdict is its event. */
export function outcome<E extends Ending>(event: E, detail: OutcomeOf<E>['detail']): OutcomeOf<E> {
  return { event, verdict: event, detail }
}
