import type { KeyObject } from 'node:crypto'
import type { Digest } from '@sluice/core'
import { decodeIssuerKey } from './issuer-key.ts'
import { IssuerKeys } from './issuer-keys.ts'
import { issuerKeyPath } from './paths.ts'
import type { LedgerProblem } from './snapshot.ts'

/** The issuer's keys that a ledger keeps, and the files among them that are none. @param files by the thumbprints that they are named after. */
export function issuerKeyArchive(files: ReadonlyMap<Digest, Uint8Array>): {
  readonly keys: IssuerKeys
  readonly problems: readonly LedgerProblem[]
} {
  const keys = new Map<Digest, KeyObject>()
  const problems: LedgerProblem[] = []
  for (const [thumbprint, file] of files) {
    const key = decodeIssuerKey(file, thumbprint)
    if (key === undefined) problems.push({ path: issuerKeyPath(thumbprint), problem: 'it is not the key of its name' })
    else keys.set(thumbprint, key)
  }
  return { keys: new IssuerKeys(keys), problems }
}
