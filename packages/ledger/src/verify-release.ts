import { type Digest, decodeRelease, findEvidence, type LedgerRecord, messageOf, type Release } from '@sluice/core'
import { buildFact, type Past } from './verify-past.ts'

/** Documents that a record names, by their digests. */
export type Documents = Pick<ReadonlyMap<Digest, Uint8Array>, 'get'>

/**
 * What a release is made of was built: its document lies beside the record that announces it, is the one that its name says, and each of its
 * units is what came out of a recorded build (promises 1 and 2).
 */
export function findReleaseProblem(record: LedgerRecord, evidence: Documents, past: Past): string | undefined {
  const { event, release } = record
  if (event !== 'released') return undefined
  if (release === undefined) return 'released names no release'
  const read = readDocument(record, release.digest, evidence)
  if (!read.ok) return read.problem
  const { document } = read
  past.documents.set(release.digest, document)
  if (document.repository !== record.run.repository)
    return `released what repository ${document.repository} made, as its document says`
  if (document.commit !== release.commit)
    return `it says commit ${release.commit} of release ${release.digest}, whose document says ${document.commit}`
  for (const [name, unit] of Object.entries(document.units)) {
    if (past.facts.has(buildFact({ name, ...unit }, unit.adopted))) continue
    return unit.adopted === undefined
      ? `released with unit ${name} of digest ${unit.digest}, which no record before it built of ${unit.fingerprint}`
      : `released with unit ${name} of digest ${unit.digest}, which record ${unit.adopted} did not adopt for ${unit.fingerprint}`
  }
  return undefined
}

function readDocument(
  record: LedgerRecord,
  digest: Digest,
  evidence: Documents
): { readonly ok: true; readonly document: Release } | { readonly ok: false; readonly problem: string } {
  const named = findEvidence(record, 'release')
  if (named !== digest)
    return { ok: false, problem: `released without the document of release ${digest}: its units are not known` }
  const bytes = evidence.get(digest)
  // That it is missing, or has other bytes, is told of the file.
  if (bytes === undefined) return { ok: false, problem: `the document of release ${digest} is missing` }
  try {
    return { ok: true, document: decodeRelease(bytes, digest, record.product) }
  } catch (error: unknown) {
    return { ok: false, problem: `its release document does not hold: ${messageOf(error)}` }
  }
}
