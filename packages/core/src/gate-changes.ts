import type { Protection, Reviewer } from './gate-record.ts'

/** How a gate differs from what it was, as parts of a sentence; none: it is the same. */
export function gateChanges(before: Protection, now: Protection): readonly string[] {
  const changes: string[] = []
  const note = (changed: boolean, change: string): void => {
    if (changed) changes.push(change)
  }
  const [added, removed] = [names(now.reviewers, before.reviewers), names(before.reviewers, now.reviewers)]
  note(before.id !== now.id, 'the GitHub Environment was deleted and made again')
  note(added !== '', `${added} became a reviewer`)
  note(removed !== '', `${removed} is a reviewer no longer`)
  const [unseen, unseenNow] = [before.unseenReviewers ?? 0, now.unseenReviewers ?? 0]
  note(unseen !== unseenNow, `GitHub does not say who ${unseenNow} of its reviewers are, and did not of ${unseen}`)
  note(before.preventSelfReview !== now.preventSelfReview, '"Prevent self-review" was switched')
  note(before.adminBypass !== now.adminBypass, 'the admin bypass was switched')
  note(before.refs.join() !== now.refs.join(), 'its deployment branches changed')
  return changes
}

/** The names of those who are not among others. */
function names(reviewers: readonly Reviewer[], others: readonly Reviewer[]): string {
  return reviewers
    .filter(one => !others.some(other => other.type === one.type && other.id === one.id))
    .map(({ name }) => name)
    .join(', ')
}
