import {
  type Approval,
  type ChecksReport,
  type Digest,
  decodeRelease,
  findEvidence,
  foundInPlace,
  type LedgerRecord,
  type NamedRelease,
  type ReleasedUnit,
  readChecks,
  sameAs,
  unchangedBy,
  undoneBy,
  withdrawnBy
} from '@sluice/core'
import { type AcceptanceState, acceptanceOf, acceptanceSince, isSameAttempt, runOf } from './acceptance-state.ts'
import { momentsOf } from './environment-past.ts'
import { grouped } from './grouped.ts'
import { approvalsOf } from './place.ts'
import { Words } from './words.ts'

/** How a document on the ledger is read by its digest. */
export type ReadEvidence = (digest: Digest) => Uint8Array | undefined

/** A time at which one release was what an environment had. */
export interface Stay {
  /** The record that it was deployed. */
  readonly deployed: LedgerRecord
  readonly release: NamedRelease
  /** Milliseconds since the epoch; absent: it is there still. */
  readonly until: number | undefined
  /** The record since which something else may have been there, before anything was deployed over it; absent: nothing. */
  readonly unknownSince: LedgerRecord | undefined
  /** What the release is made of, by its document. */
  readonly units: Readonly<Record<string, ReleasedUnit>>
  /** The intent of the run that deployed over it; absent: none has, or it said nothing before. From then on either was there, or a part of each. */
  readonly replacing: LedgerRecord | undefined
  /** The intent of the run, with the gate as it stood. */
  readonly started: LedgerRecord | undefined
  /** Who approved the plan; none where nobody was asked. */
  readonly approvals: readonly Approval[]
  readonly acceptance: AcceptanceState
  /** The record of that acceptance; of one that was taken back, none. */
  readonly accepted: LedgerRecord | undefined
  /** Each acceptance while it was there, with what took it back, and each withdrawal until it was deployed anew; oldest first. */
  readonly verdicts: readonly LedgerRecord[]
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
  const announced = records.filter(it => unchangedBy(it).some(place => place.environment === environment))
  const unknown = new Map<LedgerRecord, LedgerRecord | undefined>()
  for (const { record, unknownSince } of momentsOf(here)) unknown.set(record, unknownSince)
  const words = new Words(here)
  const ofRun = grouped(here, it => [runOf(it)])
  const released = firstReleases(records)
  const deployments = here.flatMap((record, at) =>
    record.event === 'deployed' && record.release !== undefined ? [{ record, at, release: record.release }] : []
  )
  return deployments.map(({ record: deployed, at, release }, n): Stay => {
    const next = deployments[n + 1]
    const end = next?.record.sequence ?? Number.POSITIVE_INFINITY
    const meanwhile = here.slice(at + 1, next?.at)
    const found = foundIn(
      release.digest,
      meanwhile,
      announced.filter(({ sequence }) => sequence > deployed.sequence && sequence < end)
    )
    // What it was called last is what its acceptance goes by, as for what is live.
    const last = found.at(-1) ?? deployed
    const live = { record: last, deployed, names: [last.release?.digest ?? release.digest] }
    const said = words.on(live.names, end)
    const since = acceptanceSince(live, said)?.acceptedSince
    const own = ofRun.get(runOf(deployed)) ?? []
    return {
      deployed,
      release,
      until: next === undefined ? undefined : Date.parse(next.record.time),
      unknownSince: unknownBefore(next?.record, unknown.get(meanwhile.at(-1) ?? deployed)),
      units: unitsOf(released.get(release.digest), evidence),
      replacing: next === undefined ? undefined : intentOf(next.record, ofRun),
      started: intentOf(deployed, ofRun),
      approvals: approvalsOf(deployed, own),
      acceptance: acceptanceOf(live, { words: said, since: meanwhile }),
      accepted: meanwhile.find(
        it => isAcceptanceOf(release, it) && since !== undefined && Date.parse(it.time) >= since
      ),
      verdicts: verdictsOn(release, meanwhile, here.slice(next?.at ?? here.length)),
      found
    }
  })
}

/** Whether a record accepts a release, by its name or as what is the same under another one. */
function isAcceptanceOf({ digest }: NamedRelease, record: LedgerRecord): boolean {
  return record.event === 'accepted' && (record.release?.digest === digest || sameAs(record) === digest)
}

/** What was said for and against a release: while it was there, and, of withdrawals alone, later. Of checks that were run again, the first counts. */
function verdictsOn(
  release: NamedRelease,
  meanwhile: readonly LedgerRecord[],
  later: readonly LedgerRecord[]
): readonly LedgerRecord[] {
  const told: LedgerRecord[] = []
  for (const record of meanwhile) {
    const isFirst = isAcceptanceOf(release, record) && told.at(-1)?.event !== 'accepted'
    if (isFirst || undoneBy(record).includes(release.digest)) told.push(record)
  }
  const anew = later.findIndex(it => it.event === 'deployed' && it.release?.digest === release.digest)
  const before = anew < 0 ? later : later.slice(0, anew)
  return [...told, ...before.filter(it => withdrawnBy(it).includes(release.digest))]
}

/** The record with which a run said that it is about to deploy. */
function intentOf(
  deployed: LedgerRecord,
  ofRun: ReadonlyMap<string, readonly LedgerRecord[]>
): LedgerRecord | undefined {
  const own = ofRun.get(runOf(deployed)) ?? []
  return own.findLast(it => it.event === 'started' && it.sequence < deployed.sequence)
}

/** The records that announced releases, by their digests. */
export function firstReleases(records: readonly LedgerRecord[]): ReadonlyMap<Digest, LedgerRecord> {
  const found = records.flatMap(record =>
    record.event === 'released' && record.release !== undefined ? [[record.release.digest, record] as const] : []
  )
  return new Map(found.toReversed())
}

/** What was begun by the very attempt that deployed next was told with that. */
function unknownBefore(next: LedgerRecord | undefined, since: LedgerRecord | undefined): LedgerRecord | undefined {
  const isItsOwn = next !== undefined && since?.event === 'started' && isSameAttempt(since, next)
  return isItsOwn ? undefined : since
}

/** The records of releases that were found to change nothing, by a run that looked or by the announcement itself. */
function foundIn(
  release: Digest,
  meanwhile: readonly LedgerRecord[],
  announced: readonly LedgerRecord[]
): readonly LedgerRecord[] {
  return [...meanwhile.filter(foundInPlace), ...announced]
    .filter(it => it.release !== undefined && it.release.digest !== release)
    .toSorted((a, b) => a.sequence - b.sequence)
}

/**
 * The stays that a span of time may have a part of: a release may be there since its deployment began.
 * @param from milliseconds since the epoch, as `to`, which is no part of it.
 */
export function staysBetween(stays: readonly Stay[], from: number, to: number): readonly Stay[] {
  return stays.filter(
    ({ started, deployed, until = Number.POSITIVE_INFINITY }) =>
      Date.parse((started ?? deployed).time) < to && until > from
  )
}

/** The units of a release. The ledger verifies, so its document is there. */
export function unitsOf(announced: LedgerRecord | undefined, evidence: ReadEvidence): Stay['units'] {
  const document = announced === undefined ? undefined : findEvidence(announced, 'release')
  const bytes = document === undefined ? undefined : evidence(document)
  return announced?.release === undefined || bytes === undefined
    ? {}
    : decodeRelease(bytes, announced.release.digest, announced.product).units
}

/** What was checked before a record said so; absent where the ledger keeps no report. */
export function checksOf(record: LedgerRecord | undefined, evidence: ReadEvidence): ChecksReport | undefined {
  const named = record === undefined ? undefined : findEvidence(record, 'checks')
  const bytes = named === undefined ? undefined : evidence(named)
  return bytes === undefined ? undefined : readChecks(Buffer.from(bytes).toString('utf8'))
}
