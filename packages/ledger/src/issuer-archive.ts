import type { KeyObject } from 'node:crypto'
import type { Digest } from '@sluice/core'
import { decodeIssuerKey } from './issuer-key.ts'
import { IssuerKeys } from './issuer-keys.ts'
import type { LedgerProblem, Snapshot } from './snapshot.ts'

/** The issuer's keys that a ledger keeps, and the files among them that are none. */
export function issuerKeyArchive(ledger: Snapshot): {
  readonly keys: IssuerKeys
  readonly problems: readonly LedgerProblem[]
} {
  const keys = new Map<Digest, KeyObject>()
  const problems: LedgerProblem[] = []
  for (const { kind, path, bytes } of ledger.entries) {
    if (kind?.kind !== 'issuer-key') continue
    const key = decodeIssuerKey(bytes, kind.digest)
    if (key === undefined) problems.push({ path, problem: 'it is not the key of its name' })
    else keys.set(kind.digest, key)
  }
  return { keys: new IssuerKeys(keys), problems }
}
