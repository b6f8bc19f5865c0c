import type { Protection, Reviewer } from './gate-record.ts'

/** How a gate differs from what it was, as parts of a sentence; none: it is the same. */
export function gateChanges(before: Protection, now: Protection): readonly string[] {
  const changes: string[] = []
  const note = (changed: boolean, change: string): void => {
    if (changed) changes.push(change)
  }
  const [added, removed] = [names(now.reviewers, before.reviewers), names(before.reviewers, now.reviewers)]
  note(before.id !== now.id, 'the GitHub Environment was deleted and made again')
  note(added.length > 0, `${added.join(', ')} became a reviewer`)
  note(removed.length > 0, `${removed.join(', ')} is a reviewer no longer`)
  const [unseen, unseenNow] = [before.unseenReviewers ?? 0, now.unseenReviewers ?? 0]
  note(unseen !== unseenNow, `GitHub does not say who ${unseenNow} of its reviewers are, and did not of ${unseen}`)
  note(before.preventSelfReview !== now.preventSelfReview, '"Prevent self-review" was switched')
  note(before.adminBypass !== now.adminBypass, 'the admin bypass was switched')
  note(!isEqual(before.refs, now.refs), 'its deployment branches changed')
  return changes
}

/** The names of those who are not among others; the number of who has none. */
function names(reviewers: readonly Reviewer[], others: readonly Reviewer[]): readonly string[] {
  return reviewers
    .filter(one => !others.some(other => other.type === one.type && other.id === one.id))
    .map(({ type, id, name }) => name || `${type.toLowerCase()} ${id}`)
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, n) => text === other[n])
}
