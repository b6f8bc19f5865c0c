import type { Digest } from './digest.ts'
import type { RecordDraft } from './record.ts'

/**
 * The releases whose acceptance a record takes back in its environment: each that it says was withdrawn, was let in past the gate, or may be half
 * deployed. What ended before anything was touched says nothing about a release. The one definition: who appends, who verifies and who decides
 * go by it.
 */
export function undoneBy(record: RecordDraft): readonly Digest[] {
  switch (record.event) {
    case 'withdrawn':
    case 'failed':
      return distinct([...ownOf(record), ...(record.detail?.also ?? [])])
    case 'cancelled':
    case 'partial':
    case 'bypassed':
      return ownOf(record)
    default:
      return []
  }
}

/** The releases that a record withdraws: by their names, or as what is the same in the environment. */
export function withdrawnBy(record: RecordDraft): readonly Digest[] {
  return record.event === 'withdrawn' ? undoneBy(record) : []
}

/** The release whose deployment a record found in place, so that what becomes of the one becomes of the other. */
export function sameAs(record: RecordDraft): Digest | undefined {
  return record.event === 'accepted' || record.event === 'unchanged' ? record.detail?.sameAs : undefined
}

function ownOf(record: RecordDraft): readonly Digest[] {
  const untouched = (record.event === 'failed' || record.event === 'cancelled') && record.detail?.untouched === true
  return record.release === undefined || untouched ? [] : [record.release.digest]
}

function distinct(digests: readonly Digest[]): readonly Digest[] {
  return [...new Set(digests)]
}
