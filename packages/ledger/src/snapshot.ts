import type { KeyObject } from 'node:crypto'
import { type Digest, type LedgerRecord, sha256 } from '@sluice/core'
import { decodeHead, type ReadHead } from './head.ts'
import { HEAD_PATH, type LedgerPath, parseLedgerPath, recordPath } from './paths.ts'
import { type DecodedRecord, decodeRecord } from './record.ts'
import { decodeKey } from './signature.ts'

/**
 * What a repair puts right besides what it leaves out: what a record says of the hash of the one before it, what HEAD.json names, a repair that says that more is to
 * come, a file that no record claims (`stray`). And `order`: what only the order of environments as delivery.yml has it now says, so that perhaps that is wrong, and not the ledger. And `late`: that a record was
 * committed long after it was written, which an honest one may have been. And `broken`: a record, or what proves one, was not left as it was written, so that nothing can be repaired. And
 * `shallow`: the clone lacks what came before, which says nothing of the ledger.
 */
type ProblemKind = 'previous' | 'head' | 'unfinished' | 'stray' | 'order' | 'late' | 'broken' | 'shallow'

/** Something about a ledger that is not as it must be. */
export interface LedgerProblem {
  /** Absent of all other problems. */
  readonly kind?: ProblemKind
  readonly path: string
  readonly sequence?: number
  readonly problem: string
}

/** One record's place in the chain: its file, if there is one, and what the file holds, if it is sound. */
export class SnapshotRecord {
  readonly sequence: number
  readonly bytes: Uint8Array | undefined
  #hash: Digest | undefined
  #decoded: DecodedRecord | undefined

  constructor(sequence: number, bytes: Uint8Array | undefined) {
    this.sequence = sequence
    this.bytes = bytes
  }

  get hash(): Digest | undefined {
    if (this.bytes !== undefined) this.#hash ??= sha256(this.bytes)
    return this.#hash
  }

  get decoded(): DecodedRecord {
    this.#decoded ??=
      this.bytes === undefined ? { ok: false, problem: 'the file is missing' } : decodeRecord(this.bytes, this.sequence)
    return this.#decoded
  }

  get record(): LedgerRecord | undefined {
    return this.decoded.ok ? this.decoded.record : undefined
  }
}

/** A file of the ledger branch. */
export interface SnapshotEntry {
  readonly path: string
  readonly bytes: Uint8Array
  readonly kind: LedgerPath | undefined
}

/** A ledger as one commit of its branch holds it. */
export interface Snapshot {
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The same files, with what each is; `undefined`: it does not belong in the ledger. */
  readonly entries: readonly SnapshotEntry[]
  /** What `HEAD.json` says, or what is wrong with it. */
  readonly head: ReadHead
  /** Number of records: the highest that a file or `HEAD.json` speaks of. */
  readonly length: number
  /** From the first to the last, without gaps: a missing file is a record without bytes. */
  readonly records: readonly SnapshotRecord[]
  /** The public keys that are what their files' names say; read when they are first asked for. */
  readonly keys: ReadonlyMap<Digest, KeyObject>
}

/** Sorts the files of a ledger. Records are read when they are looked at. */
export function openSnapshot(files: ReadonlyMap<string, Uint8Array>): Snapshot {
  const entries = [...files].map(([path, bytes]) => ({ path, bytes, kind: parseLedgerPath(path) }))
  const headFile = files.get(HEAD_PATH)
  const head: ReadHead = headFile === undefined ? { ok: false, problem: 'it is missing' } : decodeHead(headFile)
  let length = 0
  for (const { kind } of entries) if (kind?.kind === 'record') length = Math.max(length, kind.sequence)
  // A forged number must not make us count to it: as many missing records as there are real ones are proof enough.
  const shown = Math.min(Math.max(length, head.ok ? head.head.sequence : 0), 2 * files.size + 1)
  const records = Array.from({ length: shown }, (_, n) => new SnapshotRecord(n + 1, files.get(recordPath(n + 1))))
  let keys: ReadonlyMap<Digest, KeyObject> | undefined
  return {
    files,
    entries,
    head,
    length: shown,
    records,
    get keys() {
      keys ??= keysAmong(entries)
      return keys
    }
  }
}

function keysAmong(entries: readonly SnapshotEntry[]): ReadonlyMap<Digest, KeyObject> {
  const keys = new Map<Digest, KeyObject>()
  for (const { kind, bytes } of entries) {
    const key = kind?.kind === 'key' ? decodeKey(bytes, kind.digest) : undefined
    if (kind?.kind === 'key' && key !== undefined) keys.set(kind.digest, key)
  }
  return keys
}
