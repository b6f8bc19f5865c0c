import type { LedgerRecord } from '@sluice/core'
import type { CommitTimes } from './commit-times.ts'
import { findForeignness, type LedgerOwner, type OwnerRules } from './head.ts'
import { HEAD_PATH, signaturePath } from './paths.ts'
import { findTrustProblem, type TrustRules } from './signature.ts'
import type { LedgerProblem, Snapshot } from './snapshot.ts'
import { findCommitTimeProblem, findTimeProblem, laterOf } from './time-order.ts'

/** `HEAD.json` is of this ledger, and names the last record and its hash. */
export function* headProblems({ head: read, records }: Snapshot, rules: OwnerRules): Generator<LedgerProblem> {
  if (!read.ok) {
    yield { path: HEAD_PATH, problem: read.problem }
    return
  }
  const { head } = read
  const foreign = findForeignness(head, rules)
  if (foreign !== undefined) yield { path: HEAD_PATH, problem: foreign }
  const last = records.findLast(record => record.bytes !== undefined)
  const mismatch = last?.record === undefined ? undefined : findOwnerMismatch(head, last.record)
  if (mismatch !== undefined) yield { path: HEAD_PATH, problem: mismatch }
  if (head.sequence !== (last?.sequence ?? 0)) {
    yield {
      path: HEAD_PATH,
      problem: `it says sequence ${head.sequence}, but the last record is ${last?.sequence ?? 'missing'}`
    }
  } else if (head.hash !== last?.hash) {
    yield { path: HEAD_PATH, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${last?.hash}` }
  }
}

function findOwnerMismatch(
  { repository, product }: LedgerOwner,
  { sequence, ...record }: LedgerRecord
): string | undefined {
  if (product !== record.product) return `it says product ${product}, but record ${sequence} says ${record.product}`
  const own = record.run.repository
  return repository === own ? undefined : `it says repository ${repository}, but record ${sequence} says ${own}`
}

/** Each record's file is there, sound, and names the hash of the one before. */
export function* chainProblems(ledger: Snapshot): Generator<LedgerProblem> {
  for (const [n, current] of ledger.records.entries()) {
    const { path, sequence, decoded } = current
    if (!decoded.ok) {
      yield { path, sequence, problem: decoded.problem }
      continue
    }
    const before = ledger.records[n - 1]
    if (before?.hash !== undefined && decoded.record.previous !== before.hash) {
      yield {
        path: before.path,
        sequence: before.sequence,
        problem: `its hash is ${before.hash}, but record ${sequence} says ${decoded.record.previous}`
      }
    }
  }
}

export interface TimeRules {
  /** When the records were committed. Absent, or of a record that is not in it: not compared. */
  readonly committed?: CommitTimes
}

/** Each record was written when it says, and none is older than one before it. */
export function* timeProblems(ledger: Snapshot, { committed }: TimeRules): Generator<LedgerProblem> {
  let latest: LedgerRecord | undefined
  for (const { record, path, sequence } of ledger.records) {
    if (record === undefined) continue
    const wrong = findCommitTimeProblem(record, committed?.get(sequence))
    if (wrong !== undefined) {
      yield { path, sequence, problem: wrong }
      // What says a wrong time tells nothing of the others'.
      continue
    }
    const problem = latest === undefined ? undefined : findTimeProblem(latest, record)
    if (problem !== undefined) yield { path, sequence, problem }
    latest = laterOf(record, latest)
  }
}

/** Each record is about this product, and signed with a key that is listed for its signer and its place. */
export function* signatureProblems(ledger: Snapshot, rules: TrustRules): Generator<LedgerProblem> {
  const { keys } = ledger
  for (const { record, bytes, path, sequence } of ledger.records) {
    if (record === undefined || bytes === undefined) continue
    const signature = ledger.files.get(signaturePath(sequence))
    const problem = findTrustProblem({ record, bytes, signature, keys }, rules)
    if (problem !== undefined) yield { path, sequence, problem }
  }
}
