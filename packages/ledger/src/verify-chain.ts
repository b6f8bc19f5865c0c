import type { LedgerRecord } from '@sluice/core'
import type { CommitTimes } from './commit-times.ts'
import { findForeignness, type LedgerOwner, type OwnerRules } from './head.ts'
import type { Outline } from './outline.ts'
import { HEAD_PATH, recordPath } from './paths.ts'
import type { Repairs } from './repairs.ts'
import { STRAY_SIGNATURE } from './signature.ts'
import type { LedgerProblem } from './snapshot.ts'
import { findChainTimeProblem, findCommitTimeProblem, laterOf, type Timed } from './time-order.ts'
import type { LedgerCheck, Visited } from './walk.ts'

const AT_HEAD = { kind: 'head', path: HEAD_PATH } as const

/** `HEAD.json` is of this ledger, and names the last record and its hash. */
export function headCheck({ head: read }: Outline, rules: OwnerRules): LedgerCheck {
  let last: Visited | undefined
  return {
    visit(visited) {
      if (visited.bytes !== undefined) last = visited
      return undefined
    },
    *end() {
      if (!read.ok) {
        yield { ...AT_HEAD, problem: read.problem }
        return
      }
      const { head } = read
      const foreign = findForeignness(head, rules)
      if (foreign !== undefined) yield { ...AT_HEAD, problem: foreign }
      const mismatch = last?.record === undefined ? undefined : findOwnerMismatch(head, last.record)
      if (mismatch !== undefined) yield { ...AT_HEAD, problem: mismatch }
      if (head.sequence !== (last?.sequence ?? 0)) {
        yield {
          ...AT_HEAD,
          problem: `it says sequence ${head.sequence}, but the last record is ${last?.sequence ?? 'missing'}`
        }
      } else if (head.hash !== last?.hash) {
        yield { ...AT_HEAD, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${last?.hash}` }
      }
    }
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

/** Each record's file is there, sound, and names the hash of the one before. Of one that is left out, the repair names both hashes. */
export function chainCheck(repairs: Repairs): LedgerCheck {
  let before: Visited | undefined
  return {
    *visit(current) {
      const { path, sequence, decoded } = current
      const older = before
      before = current
      if (repairs.isSkipped(sequence)) return
      if (!decoded.ok) {
        yield { path, sequence, problem: decoded.problem }
        return
      }
      if (older?.hash !== undefined && decoded.record.previous !== older.hash) {
        yield {
          kind: 'previous',
          path: older.path,
          sequence: older.sequence,
          problem: `its hash is ${older.hash}, but record ${sequence} says ${decoded.record.previous}`
        }
      }
    }
  }
}

export interface TimeRules {
  /** When the records were committed. Absent, or of a record that is not in it: not compared. */
  readonly committed?: CommitTimes | Promise<CommitTimes>
}

/** Each record was written when it says, and none is older than one before it. */
export function timeCheck({ committed }: TimeRules, repairs: Repairs): LedgerCheck {
  // Compared at the end: history is read at the same time as the records, and takes as long.
  const told: Timed[] = []
  return {
    visit({ record }) {
      if (record !== undefined && !repairs.isSkipped(record.sequence))
        told.push({ sequence: record.sequence, time: record.time })
      return undefined
    },
    async *end() {
      yield* timeProblems(told, await committed)
    }
  }
}

function* timeProblems(told: readonly Timed[], committed: CommitTimes | undefined): Generator<LedgerProblem> {
  let latest: Timed | undefined
  for (const record of told) {
    const { sequence } = record
    const path = recordPath(sequence)
    const at = committed?.get(sequence)
    const wrong = findCommitTimeProblem(record, at)
    if (wrong !== undefined) {
      const isLate = at !== undefined && at > Date.parse(record.time)
      yield { ...(isLate ? { kind: 'late' } : {}), path, sequence, problem: wrong }
      // What says a wrong time tells nothing of the others'.
      continue
    }
    const problem = latest === undefined ? undefined : findChainTimeProblem(latest, record)
    if (problem !== undefined) yield { path, sequence, problem }
    latest = laterOf(record, latest)
  }
}

/** Each record is about this product, and signed with a key that is listed for its signer and its place. */
export function signatureCheck(repairs: Repairs): LedgerCheck {
  return {
    *visit({ trust, path, sequence }) {
      if (trust === undefined || repairs.isSkipped(sequence)) return
      yield { ...(trust === STRAY_SIGNATURE ? { kind: 'stray' } : {}), path, sequence, problem: trust }
    }
  }
}
