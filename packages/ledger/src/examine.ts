import type { KeyObject } from 'node:crypto'
import { type Digest, sha256 } from '@sluice/core'
import { issuerKeyArchive } from './issuer-archive.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { keysIn } from './outline.ts'
import { type DecodedRecord, decodeRecord } from './record.ts'
import { digestOfBody } from './reference.ts'
import { findTrustProblem, type TrustRules } from './signature.ts'
import { readVouching, type TokenRules } from './token-problem.ts'

/** What lies at a number of the chain; what is absent does not exist. */
export interface RecordFiles {
  readonly sequence: number
  readonly bytes: Uint8Array | undefined
  readonly signature: Uint8Array | undefined
  readonly token: Uint8Array | undefined
}

/** What a record's own files say, whatever other records say: almost all that verification costs. */
export interface Examined {
  readonly decoded: DecodedRecord
  /** SHA-256 of the record's file. */
  readonly hash: Digest | undefined
  /** How states name it: see {@link digestOfBody}. Absent where the file holds no record, and when nobody asked for what takes long. */
  readonly body?: Digest
  /** Why its signature does not count; absent when it does, and when nobody asked. */
  readonly trust?: string
  /** Whether GitHub's token vouches for it, and with which key; absent when there is none, and when nobody asked. */
  readonly vouching?: Vouched
}

type Vouched =
  | { readonly ok: true; readonly key: Digest /** Of the Sluice that ran. */; readonly commit: string }
  | { readonly ok: false; readonly problem: string; readonly key?: Digest }

/** By what records are examined: plain data, so that it can be handed to another thread. */
export interface ExaminationTerms {
  readonly rules: Pick<TrustRules, 'trust' | 'trustList' | 'advisory' | 'repository' | 'products' | 'config'> & {
    readonly tokens?: Pick<TokenRules, 'issuer' | 'sluice'>
  }
  /** The files of keys on the ledger, by their digests. */
  readonly keyFiles: ReadonlyMap<Digest, Uint8Array>
  readonly issuerKeyFiles: ReadonlyMap<Digest, Uint8Array>
  /** Whether signatures and tokens are looked at: they cost most. */
  readonly proofs: boolean
}

/** Examines records, in the order in which they are given. */
export type Examiner = (records: readonly RecordFiles[]) => Promise<readonly Examined[]>

/** Examines records in this thread. */
export function examinerOf(terms: ExaminationTerms): Examiner {
  let means: Means | undefined
  return async records =>
    records.map(files => {
      // Keys take longer to read than a record: not before there is one to examine.
      means ??= { terms, keys: keysIn(terms.keyFiles), issuerKeys: issuerKeyArchive(terms.issuerKeyFiles).keys }
      return examine(files, means)
    })
}

interface Means {
  readonly terms: ExaminationTerms
  readonly keys: ReadonlyMap<Digest, KeyObject>
  readonly issuerKeys: IssuerKeys
}

function examine({ sequence, bytes, signature, token }: RecordFiles, { terms, keys, issuerKeys }: Means): Examined {
  if (bytes === undefined) return { decoded: { ok: false, problem: 'the file is missing' }, hash: undefined }
  const hash = sha256(bytes)
  const decoded = decodeRecord(bytes, sequence)
  if (!decoded.ok || !terms.proofs) return { decoded, hash }
  const { record } = decoded
  const trust = findTrustProblem({ record, bytes, signature, keys }, terms.rules)
  const found =
    token === undefined ? undefined : readVouching({ record, hash, keys: issuerKeys }, token, terms.rules.tokens ?? {})
  const vouching =
    found?.ok === true ? { ok: true as const, key: found.key, commit: found.claims.job_workflow_sha } : found
  return {
    ...{ decoded, hash, body: digestOfBody(record) },
    ...(trust === undefined ? {} : { trust }),
    ...(vouching === undefined ? {} : { vouching })
  }
}
