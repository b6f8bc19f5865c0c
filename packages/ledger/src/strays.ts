import type { KeyObject } from 'node:crypto'
import { type Digest, evidencePath, sha256 } from '@sluice/core'
import { decodeIssuerKey } from './issuer-key.ts'
import { IssuerKeys } from './issuer-keys.ts'
import { issuerKeyPath, keyPath, type LedgerPath, parseLedgerPath, signaturePath, tokenPath } from './paths.ts'
import { type DecodedRecord, evidenceOf } from './record.ts'
import { decodeKey } from './signature.ts'
import { type Snapshot, SnapshotRecord } from './snapshot.ts'
import { decodeToken } from './token.ts'

/** What is written once, and lies beside a record or is named by one. */
export type OwnedPath =
  | Extract<LedgerPath, { readonly kind: 'key' | 'evidence' | 'issuer-key' }>
  | { readonly kind: 'signature' | 'token'; readonly sequence: number }

/** A record as far as it tells which files are its own. */
interface Owner {
  readonly sequence: number
  readonly decoded: DecodedRecord
  readonly token: Uint8Array | undefined
}

/** Whether some record must own a file of a kind. */
export function isOwned(kind: LedgerPath | undefined): kind is OwnedPath {
  return kind !== undefined && OWNED.has(kind.kind)
}

const OWNED: ReadonlySet<string> = new Set(['signature', 'token', 'key', 'evidence', 'issuer-key'])

/** Whether a file is not what its name says: then it proves nothing, whoever names it. */
export function isMisnamed(kind: OwnedPath, content: Uint8Array): boolean {
  switch (kind.kind) {
    case 'key':
      return decodeKey(content, kind.digest) === undefined
    case 'issuer-key':
      return decodeIssuerKey(content, kind.digest) === undefined
    case 'evidence':
      return sha256(content) !== kind.digest
    case 'signature':
    case 'token':
      return false
  }
}

/**
 * Files to which no record lays claim. A record that is left out claims its own as any other does: what lies beside it may be all that shows whether it
 * was valid, so that whoever takes it away could have a valid one left out.
 */
export class Strays {
  readonly #unclaimed = new Set<string>()
  readonly #claimants = new Map<string, number>()
  readonly #issuerKeys = new Map<Digest, KeyObject>()
  #signers: IssuerKeys | undefined

  /** @param files those that may be such. */
  constructor(files: Iterable<readonly [path: string, content: Uint8Array]>) {
    for (const [path, content] of files) {
      const kind = parseLedgerPath(path)
      if (!isOwned(kind)) continue
      this.#unclaimed.add(path)
      const key = kind.kind === 'issuer-key' ? decodeIssuerKey(content, kind.digest) : undefined
      if (kind.kind === 'issuer-key' && key !== undefined) this.#issuerKeys.set(kind.digest, key)
    }
  }

  /** The paths of those that no record has claimed so far. */
  get paths(): ReadonlySet<string> {
    return this.#unclaimed
  }

  /** The number of the record that was the first to claim a file; absent: none has so far. */
  claimantOf(path: string): number | undefined {
    return this.#claimants.get(path)
  }

  /** Takes out what a record claims. */
  claim({ sequence, decoded, token }: Owner): void {
    const mine = (path: string): void => {
      if (this.#unclaimed.delete(path)) this.#claimants.set(path, sequence)
    }
    mine(tokenPath(sequence))
    // Of a file that is no record nobody knows whether it names a key.
    if (!decoded.ok || decoded.record.key !== undefined) mine(signaturePath(sequence))
    if (!decoded.ok) return
    const { record } = decoded
    if (record.key !== undefined) mine(keyPath(record.key.fingerprint))
    for (const digest of evidenceOf(record)) mine(evidencePath(digest))
    const issuerKey = token === undefined ? undefined : this.#issuerKeyOf(token)
    if (issuerKey !== undefined) mine(issuerKeyPath(issuerKey))
  }

  /** The key that a token was signed with, the first time that it is asked for. */
  #issuerKeyOf(file: Uint8Array): Digest | undefined {
    if (this.#issuerKeys.size === 0) return undefined
    const decoded = decodeToken(file)
    this.#signers ??= new IssuerKeys(this.#issuerKeys)
    const key = decoded.ok ? this.#signers.signerOf(decoded.token) : undefined
    if (key === undefined) return undefined
    this.#issuerKeys.delete(key)
    this.#signers = undefined
    return key
  }
}

/**
 * A ledger without the files that no record claims, and those that are not what their names say: what a repair makes of it.
 * @param reach the number of the last record, by the history of the branch: files of records beyond it are such, too.
 */
export function withoutStrays(given: Snapshot, reach: number): Snapshot {
  const ledger = upTo(given, reach)
  const owned = ledger.entries.flatMap(({ path, bytes, kind }) => (isOwned(kind) ? [{ path, bytes, kind }] : []))
  const strays = new Strays(owned.map(({ path, bytes }) => [path, bytes]))
  for (const { sequence, bytes, decoded } of ledger.records)
    if (bytes !== undefined) strays.claim({ sequence, decoded, token: ledger.files.get(tokenPath(sequence)) })
  const misnamed = owned.filter(({ kind, bytes }) => isMisnamed(kind, bytes)).map(({ path }) => path)
  const gone = new Set([...strays.paths, ...misnamed])
  if (gone.size === 0) return ledger
  const isKept = (path: string): boolean => !gone.has(path)
  return {
    ...ledger,
    files: new Map([...ledger.files].filter(([path]) => isKept(path))),
    entries: ledger.entries.filter(({ path }) => isKept(path))
  }
}

/** A ledger without files of records beyond a number. One that is missing below it has no bytes. */
function upTo(ledger: Snapshot, reach: number): Snapshot {
  const isBeyond = (kind: LedgerPath | undefined): boolean => kind?.kind === 'record' && kind.sequence > reach
  const entries = ledger.entries.filter(({ kind }) => !isBeyond(kind))
  return {
    ...ledger,
    files:
      entries.length === ledger.entries.length
        ? ledger.files
        : new Map(entries.map(({ path, bytes }) => [path, bytes])),
    entries,
    length: reach,
    records: Array.from({ length: reach }, (_, n) => ledger.records[n] ?? new SnapshotRecord(n + 1, undefined))
  }
}
