import { type Digest, releaseId } from '@sluice/core'
import type { Delivery } from '@sluice/delivery'
import type { Delivered } from './deliver.ts'
import type { Calls } from './meter.ts'
import type { Proof } from './prove.ts'

/** What `--report` writes. */
export interface RehearsalReport {
  readonly release: { readonly id: string; readonly digest: Digest; readonly commit: string } | undefined
  readonly environments: readonly {
    readonly name: string
    /** The last record of the environment in this run: `accepted`, `unchanged`, `rejected`, …; `not-started` when there is none. */
    readonly outcome: string
    /** Digest of each unit, read from the live stack. */
    readonly units: Readonly<Record<string, string>>
    readonly planDigest: Digest | undefined
    readonly approvals: readonly { readonly login: string; readonly state: string; readonly comment: string }[]
  }[]
  readonly ledger: { readonly records: number; readonly verified: boolean; readonly problems: readonly string[] }
  /** What does not agree; empty when one digest went all the way. */
  readonly mismatches: readonly string[]
  /** What the delivery asked of GitHub and AWS. */
  readonly calls: Calls
  /** Seconds, by part. */
  readonly durations: Readonly<Record<string, number>>
  readonly exitCode: number
}

/** Puts together what was read from the ledger and from where digests live. */
export function makeReport(
  delivery: Delivery,
  delivered: Delivered,
  proof: Proof,
  calls: Calls,
  durations: Readonly<Record<string, number>>,
  exitCode: number
): RehearsalReport {
  const release = delivered.records.findLast(record => record.release !== undefined)?.release
  return {
    release: release === undefined ? undefined : { id: releaseId(release.digest), ...release },
    environments: delivery.environments.map(({ name }) => {
      const records = delivered.records.filter(record => record.environment === name)
      const plan = records.findLast(record => record.plan !== undefined)?.plan
      return {
        name,
        outcome: records.at(-1)?.event ?? 'not-started',
        units: Object.fromEntries(
          proof.rows.flatMap(row =>
            row.environment === name && row.stack !== undefined ? [[row.unit, row.stack]] : []
          )
        ),
        planDigest: plan,
        approvals: (records.findLast(record => record.approvals !== undefined)?.approvals ?? []).map(
          ({ login, state, comment }) => ({
            login,
            state,
            comment
          })
        )
      }
    }),
    ledger: { records: proof.ledger.records, verified: proof.ledger.verified, problems: proof.ledger.problems },
    mismatches: proof.mismatches,
    calls,
    durations,
    exitCode
  }
}
