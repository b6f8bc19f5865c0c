import * as v from 'valibot'
import { canonicalJson } from './canonical-json.ts'
import { type Digest, sha256 } from './digest.ts'
import { digest, members } from './shape.ts'

/**
 * What a document on the ledger is: the release document; what a builder reported of a build; what the acceptance checks asked, and what came
 * back. Plans and dossiers have members of their own in a record.
 */
export const EVIDENCE_TYPES = ['release', 'build', 'checks'] as const

export type EvidenceType = (typeof EVIDENCE_TYPES)[number]

/** The form of {@link Evidence}. Types that a later version adds are no reason not to read a record. */
export const EVIDENCE = members({
  type: v.string(),
  digest,
  /** Whose word the document is, where not that of the job which wrote the record. */
  source: v.exactOptional(v.string())
})

/** What a job handed to the calling workflow, and that to the job which recorded it: GitHub vouches for neither. */
export const HANDED_OVER = 'workflow'

/** A document that a record names: it lies beside the records, under its digest. */
export type Evidence = v.InferOutput<typeof EVIDENCE>

/** A document with what a record says of it. */
export interface EvidenceDocument {
  readonly evidence: Evidence & { readonly type: EvidenceType }
  readonly content: Uint8Array
}

/** Text as evidence. @param source whose word it is, where not that of the job that records it. */
export function evidenceOfText(type: EvidenceType, text: string, source?: string): EvidenceDocument {
  const content = Buffer.from(text, 'utf8')
  return { evidence: { type, digest: sha256(content), ...(source === undefined ? {} : { source }) }, content }
}

/** A value as evidence: canonical JSON (RFC 8785), so that equal values are one file. */
export function evidenceOfValue(type: EvidenceType, value: unknown): EvidenceDocument {
  return evidenceOfText(type, canonicalJson(value))
}

/** The digest of a record's evidence of a type; absent when there is none. */
export function findEvidence(
  { evidence = [] }: { readonly evidence?: readonly Evidence[] },
  type: EvidenceType
): Digest | undefined {
  return evidence.find(it => it.type === type)?.digest
}
