import { issuerKeyArchive } from './issuer-archive.ts'
import { tokenPath } from './paths.ts'
import type { Snapshot, SnapshotRecord } from './snapshot.ts'
import { readVouching, type TokenRules } from './token-problem.ts'

/** A repository of GitHub. */
export interface VouchedRepository {
  /** GitHub's number of it: stays when it is renamed, and is never used again. */
  readonly id: string
  /** `owner/name`, as it was last called. */
  readonly name: string
}

/**
 * Whose ledger it is, as GitHub says of the first record that it vouches for; all others must agree. The records' own word would be worth
 * nothing here: whoever writes a ledger from nothing writes what they like.
 */
export function findVouchedRepository(ledger: Snapshot, rules: TokenRules = {}): VouchedRepository | undefined {
  const { keys } = issuerKeyArchive(ledger)
  const repositoryOf = ({ record, hash, sequence }: SnapshotRecord): VouchedRepository | undefined => {
    const token = ledger.files.get(tokenPath(sequence))
    if (record === undefined || hash === undefined || token === undefined) return undefined
    const vouching = readVouching({ record, hash, keys }, token, rules)
    return vouching.ok ? { id: vouching.claims.repository_id, name: vouching.claims.repository } : undefined
  }
  let first: VouchedRepository | undefined
  for (const record of ledger.records) {
    first = repositoryOf(record)
    if (first !== undefined) break
  }
  for (const record of ledger.records.toReversed()) {
    const found = repositoryOf(record)
    if (found !== undefined && found.id === first?.id) return found
  }
  return undefined
}
