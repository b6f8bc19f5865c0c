import type { LedgerRecord } from '@sluice/core'
import { branchesOf, readBlobs } from '@sluice/git'
import { decodeRecord, HEAD_PATH, recordPath } from '@sluice/ledger'

/** Records that are in memory at a time. */
const PAGE = 1000

/** The records of a ledger as they stand at a commit, from the first on; those that cannot be read are left to `sluice verify`. */
export async function* recordsAt(directory: string, commit: string): AsyncGenerator<LedgerRecord> {
  for (let start = 1; ; start += PAGE) {
    const numbers = Array.from({ length: PAGE }, (_, n) => start + n)
    const blobs = await readBlobs(
      directory,
      numbers.map(number => `${commit}:${recordPath(number)}`)
    )
    for (const [n, number] of numbers.entries()) {
      const blob = blobs[n]
      const decoded = blob === undefined ? undefined : decodeRecord(blob, number)
      if (decoded?.ok === true) yield decoded.record
    }
    if (blobs.every(blob => blob === undefined)) return
  }
}

/** A ledger of a clone, told by its first record. */
export interface FoundLedger {
  readonly branch: string
  readonly commit: string
  readonly first: LedgerRecord
}

/** Every ledger among the branches of a clone. */
export async function ledgersIn(directory: string): Promise<readonly FoundLedger[]> {
  const branches = [...(await branchesOf(directory))]
  const blobs = await readBlobs(
    directory,
    branches.flatMap(([, oid]) => [`${oid}:${HEAD_PATH}`, `${oid}:${recordPath(1)}`])
  )
  return branches.flatMap(([branch, commit], n) => {
    const [head, record] = [blobs[2 * n], blobs[2 * n + 1]]
    if (head === undefined || record === undefined) return []
    const decoded = decodeRecord(record, 1)
    return decoded.ok ? [{ branch, commit, first: decoded.record }] : []
  })
}
