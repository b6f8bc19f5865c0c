import {
  canonicalJson,
  type Digest,
  type Evidence,
  type EvidenceDocument,
  encodeRelease,
  evidenceOfText,
  evidenceOfValue,
  type Release,
  type StatedEvent,
  UserError
} from '@sluice/core'
import type { Facts } from './facts.ts'

/** Bytes of a report that a record keeps to itself: more would bury what people look for. */
const READABLE = 1_000

/**
 * Of a release, its document: offline, a digest alone would not tell which units it has. It is the registry's, and has the digest that names
 * the release.
 * @throws UserError when its bytes are not the only ones that say the same.
 */
export function evidenceOfRelease(digest: Digest, document: Release): EvidenceDocument {
  const { text, digest: found } = encodeRelease(document)
  if (found === digest) return evidenceOfText('release', text)
  throw new UserError(
    `The document of release ${digest} is not canonical JSON (RFC 8785). Deliver its commit again: release documents are made by build-once.`
  )
}

/** What of a build's report is told by the record, and what lies beside it. */
export interface ReportedBuild {
  readonly detail: Facts | undefined
  readonly document: EvidenceDocument | undefined
}

/**
 * Splits what a builder reported. Everything that it fetched can be a list of hundreds: the report as a whole lies beside the record, which
 * keeps what is short enough to be read.
 */
export function splitReport(detail: Facts | undefined): ReportedBuild {
  const long = Object.keys(detail ?? {}).filter(name => canonicalJson(detail?.[name]).length > READABLE)
  if (detail === undefined || long.length === 0) return { detail, document: undefined }
  const short = Object.entries(detail).filter(([name]) => !long.includes(name))
  return { detail: Object.fromEntries(short), document: evidenceOfValue('build', detail) }
}

/** The member `evidence` of a record of an event. */
export function evidenceFor(
  event: StatedEvent,
  { release, build }: { readonly release: EvidenceDocument | undefined; readonly build: EvidenceDocument | undefined }
): { readonly evidence?: readonly Evidence[] } {
  const document = event === 'released' ? release : event === 'built' ? build : undefined
  return document === undefined ? {} : { evidence: [document.evidence] }
}
