import { canonicalJson, type Digest, EVENTS, type LedgerRecord, type RecordDraft, sha256 } from '@sluice/core'
import { findScopeProblem } from './scope.ts'
import {
  type Check,
  count,
  digest,
  findMisfit,
  listOf,
  matching,
  object,
  oneOf,
  optional,
  text,
  truth
} from './shape.ts'

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/

/** A moment that exists, RFC 3339 in UTC. */
const time: Check = value => matching(UTC)(value) && !Number.isNaN(Date.parse(String(value)))

const RECORD: Readonly<Record<string, Check>> = {
  version: oneOf([1]),
  sequence: count,
  previous: optional(digest),
  time,
  product: text,
  event: oneOf(EVENTS),
  environment: optional(text),
  release: optional(object({ digest, commit: matching(/^[0-9a-f]{40}$/) })),
  unit: optional(object({ name: text, kind: text, digest, fingerprint: digest })),
  plan: optional(digest),
  dossier: optional(digest),
  actor: object({ id: text, login: text }),
  approvals: optional(
    listOf(object({ userId: text, login: text, state: oneOf(['approved', 'rejected']), comment: text, seenAt: text }))
  ),
  protection: optional(
    object({
      environment: text,
      reviewers: listOf(text),
      preventSelfReview: truth,
      adminBypass: truth,
      branchPolicy: oneOf(['protected', 'custom', 'none'])
    })
  ),
  run: object({
    repository: text,
    id: text,
    attempt: count,
    job: text,
    ref: text,
    workflow: text,
    workflowSha: text,
    runner: text
  }),
  evidence: optional(listOf(object({ type: text, digest }))),
  detail: optional(object({})),
  key: optional(object({ account: text, fingerprint: digest }))
}

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
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return { ok: false, problem: 'the file is not JSON' }
  }
  const misfit = findMisfit(value, RECORD)
  if (misfit !== undefined) {
    return {
      ok: false,
      problem: misfit === '' ? 'the file holds no object' : `its member "${misfit}" is missing or malformed`
    }
  }
  const record = value as LedgerRecord
  if (record.sequence !== sequence) return { ok: false, problem: `the file says sequence ${record.sequence}` }
  if ((record.previous === undefined) !== (sequence === 1)) {
    return {
      ok: false,
      problem: sequence === 1 ? 'the first record names a previous one' : 'it names no previous record'
    }
  }
  const misplaced = findScopeProblem(record)
  if (misplaced !== undefined) return { ok: false, problem: misplaced }
  if (Buffer.compare(encodeRecord(record).bytes, bytes) !== 0) {
    return { ok: false, problem: 'its bytes are not canonical JSON (RFC 8785)' }
  }
  return { ok: true, record }
}

/** What makes two records the same statement: run, attempt, job and event, with unit and environment (design, section 6, idempotency key). */
export function identityOf(draft: RecordDraft): Digest {
  const { product, run, event, environment, unit } = draft
  return sha256(
    canonicalJson([
      product,
      run.repository,
      run.id,
      run.attempt,
      run.job,
      event,
      environment ?? null,
      unit?.name ?? null
    ])
  )
}

/** Everything in `evidence/` that a record refers to. */
export function evidenceOf(draft: RecordDraft): readonly Digest[] {
  const named = (draft.evidence ?? []).map(entry => entry.digest)
  return [draft.plan, draft.dossier, ...named].filter(digest => digest !== undefined)
}

/** A record in a few words, e.g. `12 deployed production`. */
export function describeRecord(record: LedgerRecord): string {
  return [record.sequence, record.event, record.environment, record.unit?.name]
    .filter(part => part !== undefined)
    .join(' ')
}
