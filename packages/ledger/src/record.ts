import { isUtf8 } from 'node:buffer'
import {
  canonicalJson,
  type Digest,
  EVENT_RULES,
  type LedgerRecord,
  type RecordDraft,
  readRecord,
  sha256,
  signerOf
} from '@sluice/core'
import { nestsTooDeep } from './nesting.ts'

/** The bytes of a record's file (RFC 8785) and their SHA-256, which is the record's hash. */
export function encodeRecord(record: LedgerRecord): { readonly bytes: Uint8Array; readonly hash: Digest } {
  const bytes = Buffer.from(canonicalJson(record), 'utf8')
  return { bytes, hash: sha256(bytes) }
}

/** A record, or what is wrong with its file. */
export type DecodedRecord =
  | { readonly ok: true; readonly record: LedgerRecord }
  | { readonly ok: false; readonly problem: string }

/**
 * Reads the file of record number `sequence`: it must be that record, complete, of the right scope, in canonical form. Whether it is genuine is for hash chain
 * and signature to say.
 */
export function decodeRecord(bytes: Uint8Array, sequence: number): DecodedRecord {
  if (nestsTooDeep(bytes)) return { ok: false, problem: 'its JSON is nested deeper than any record is' }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, problem: 'the file is not JSON' }
  }
  const read = readRecord(value)
  if (!read.ok) {
    const { misfit } = read
    return {
      ok: false,
      problem: misfit === '' ? 'the file does not contain an object' : `its member "${misfit}" is missing or malformed`
    }
  }
  const { record } = read
  if (record.sequence !== sequence) return { ok: false, problem: `the file says sequence ${record.sequence}` }
  if ((record.previous === undefined) !== (sequence === 1)) {
    return {
      ok: false,
      problem: sequence === 1 ? 'it is the first record, but names a previous one' : 'it names no previous record'
    }
  }
  const misplaced = findScopeProblem(record) ?? findSignerProblem(record)
  if (misplaced !== undefined) return { ok: false, problem: misplaced }
  // Bytes that are no UTF-8 would be read as others.
  if (!isCanonical(text, record) || !isUtf8(bytes)) {
    return { ok: false, problem: 'its bytes are not canonical JSON (RFC 8785)' }
  }
  return { ok: true, record }
}

/** Whether a text is the one of its value. A number beyond all bounds is read as infinite, which has none. */
function isCanonical(text: string, value: unknown): boolean {
  try {
    return canonicalJson(value) === text
  } catch {
    return false
  }
}

/**
 * Why an event cannot be told of a record's environment; `undefined` when it can. The environment decides whose key must have signed: without
 * this rule any account could speak for builds and releases, by naming an environment of its own.
 */
export function findScopeProblem({
  event,
  environment
}: Pick<RecordDraft, 'event' | 'environment'>): string | undefined {
  switch (EVENT_RULES[event].scope) {
    case 'product':
      return environment === undefined ? undefined : `${event} belongs to no environment, but it names ${environment}`
    case 'environment':
      return environment === undefined ? `${event} names no environment` : undefined
    case 'section':
      return undefined
  }
}

/** Why a record was signed by another than its event demands; `undefined` when it was not. Whether the key is that signer's own is for delivery.yml to say. */
function findSignerProblem(record: LedgerRecord): string | undefined {
  const wanted = signerOf(record)
  if (record.key === undefined || record.key.signer === wanted) return undefined
  return `it is signed by ${record.key.signer}, but ${record.event} is for ${wanted} to sign`
}

/** Everything in `evidence/` that a record refers to. */
export function evidenceOf({ plan, dossier, evidence = [] }: RecordDraft): readonly Digest[] {
  return [plan, dossier, ...evidence.map(({ digest }) => digest)].filter(digest => digest !== undefined)
}

/** A record in a few words, e.g. `12 deployed production`. */
export function describeRecord(record: LedgerRecord): string {
  return [record.sequence, record.event, record.environment, record.unit?.name]
    .filter(part => part !== undefined)
    .join(' ')
}
