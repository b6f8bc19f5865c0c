import type { LedgerRecord } from '@sluice/core'
import { HEAD_PATH, signaturePath } from './paths.ts'
import { findTrustProblem, type TrustRules } from './signature.ts'
import type { LedgerProblem, Snapshot } from './snapshot.ts'
import { findTimeProblem, laterOf } from './time-order.ts'

/** `HEAD.json` names the last record and its hash. */
export function* headProblems(ledger: Snapshot): Generator<LedgerProblem> {
  const { head, files, records } = ledger
  if (head === undefined) {
    const problem = files.has(HEAD_PATH) ? 'it is malformed' : 'it is missing'
    yield { path: HEAD_PATH, problem }
    return
  }
  const last = records.findLast(record => record.bytes !== undefined)
  if (head.sequence !== (last?.sequence ?? 0)) {
    yield {
      path: HEAD_PATH,
      problem: `it says sequence ${head.sequence}, but the last record is ${last?.sequence ?? 'missing'}`
    }
  } else if (head.hash !== last?.hash) {
    yield { path: HEAD_PATH, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${last?.hash}` }
  }
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

/** No record is older than one before it. */
export function* timeProblems(ledger: Snapshot): Generator<LedgerProblem> {
  let latest: LedgerRecord | undefined
  for (const { record, path, sequence } of ledger.records) {
    if (record === undefined) continue
    const problem = latest === undefined ? undefined : findTimeProblem(latest, record)
    if (problem !== undefined) yield { path, sequence, problem }
    latest = laterOf(record, latest)
  }
}

/** Each record is about this product, and signed by a pinned key of the account that owns what it speaks of. */
export function* signatureProblems(ledger: Snapshot, rules: TrustRules): Generator<LedgerProblem> {
  const { keys } = ledger
  for (const { record, bytes, path, sequence } of ledger.records) {
    if (record === undefined || bytes === undefined) continue
    const signature = ledger.files.get(signaturePath(sequence))
    const problem = findTrustProblem({ record, bytes, signature, keys }, rules)
    if (problem !== undefined) yield { path, sequence, problem }
  }
}
