import {
  type Approval,
  type ChecksReport,
  type Digest,
  decodeRelease,
  findEvidence,
  type LedgerRecord,
  type NamedRelease,
  type ReleasedUnit,
  readChecks
} from '@sluice/core'
import { type AcceptanceState, acceptanceOf, approvalsOf, isSameRun } from './place.ts'

/** How a document on the ledger is read by its digest. */
export type ReadEvidence = (digest: Digest) => Uint8Array | undefined

/** A time at which one release was what an environment had. */
export interface Stay {
  /** The record that it was deployed. */
  readonly deployed: LedgerRecord
  readonly release: NamedRelease
  /** Milliseconds since the epoch; absent: it is there still. */
  readonly until: number | undefined
  /** What the release is made of, by its document. */
  readonly units: Readonly<Record<string, ReleasedUnit>>
  /** The intent of the run, with the gate as it stood. */
  readonly started: LedgerRecord | undefined
  /** Who approved the plan; none where nobody was asked. */
  readonly approvals: readonly Approval[]
  readonly acceptance: AcceptanceState
  /** The record of that acceptance. */
  readonly accepted: LedgerRecord | undefined
  /** Releases that were found to change nothing meanwhile: they were there, too. */
  readonly found: readonly LedgerRecord[]
}

/** What an environment had, oldest first. @param records of a verified ledger, oldest first. */
export function staysIn(
  environment: string,
  records: readonly LedgerRecord[],
  evidence: ReadEvidence
): readonly Stay[] {
  const here = records.filter(record => record.environment === environment)
  const deployments = here.filter(({ event, release }) => event === 'deployed' && release !== undefined)
  return deployments.flatMap((deployed, n) => {
    const next = deployments[n + 1]
    const { release } = deployed
    if (release === undefined) return []
    const meanwhile = here.filter(
      ({ sequence }) => sequence > deployed.sequence && sequence < (next?.sequence ?? Number.POSITIVE_INFINITY)
    )
    return {
      deployed,
      release,
      until: next === undefined ? undefined : Date.parse(next.time),
      units: unitsOf(release.digest, records, evidence),
      started: here.findLast(
        it => it.event === 'started' && it.sequence < deployed.sequence && isSameRun(it, deployed)
      ),
      approvals: approvalsOf(deployed, here),
      acceptance: acceptanceOf(deployed, [
        ...here.filter(({ sequence }) => sequence <= deployed.sequence),
        ...meanwhile
      ]),
      accepted: meanwhile.find(it => it.event === 'accepted' && it.release?.digest === release.digest),
      found: meanwhile.filter(
        it => it.release !== undefined && it.release.digest !== release.digest && foundInPlace(it)
      )
    }
  })
}

function foundInPlace(record: LedgerRecord): boolean {
  return record.event === 'unchanged' || (record.event === 'accepted' && record.detail?.unchanged === true)
}

/** The stays that a span of time has a part of. @param from milliseconds since the epoch, as `to`, which is no part of it. */
export function staysBetween(stays: readonly Stay[], from: number, to: number): readonly Stay[] {
  return stays.filter(
    ({ deployed, until = Number.POSITIVE_INFINITY }) => Date.parse(deployed.time) < to && until > from
  )
}

/** The units of a release. The ledger verifies, so its document is there. */
function unitsOf(release: Digest, records: readonly LedgerRecord[], evidence: ReadEvidence): Stay['units'] {
  const announced = records.find(({ event, release: it }) => event === 'released' && it?.digest === release)
  const document = announced === undefined ? undefined : findEvidence(announced, 'release')
  const bytes = document === undefined ? undefined : evidence(document)
  return announced === undefined || bytes === undefined ? {} : decodeRelease(bytes, release, announced.product).units
}

/** What was checked before a record said so; absent where the ledger keeps no report. */
export function checksOf(record: LedgerRecord | undefined, evidence: ReadEvidence): ChecksReport | undefined {
  const named = record === undefined ? undefined : findEvidence(record, 'checks')
  const bytes = named === undefined ? undefined : evidence(named)
  return bytes === undefined ? undefined : readChecks(Buffer.from(bytes).toString('utf8'))
}
