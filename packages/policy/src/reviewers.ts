import { type Approval, isNamedReviewer, isSame, type Party, type Protection, type Reviewer } from '@sluice/core'
import { refuse, type Verdict } from './verdict.ts'

/** Whether somebody is a member of a team; `undecided`: the token may not read that. */
export type Membership = 'member' | 'no' | 'undecided'

/** The teams by which alone somebody could be a reviewer; none for who is named, or who no team could make one. */
export function teamsToAsk({ userId }: Approval, reviewers: readonly Reviewer[]): readonly Reviewer[] {
  return isNamedReviewer(userId, reviewers) ? [] : reviewers.filter(({ type }) => type === 'Team')
}

/** How somebody who answered is a reviewer. @param memberships what is known of each of {@link teamsToAsk}. */
export function reviewerStanding(
  { userId }: Approval,
  reviewers: readonly Reviewer[],
  memberships: readonly Membership[]
): NonNullable<Approval['reviewer']> {
  if (isNamedReviewer(userId, reviewers)) return 'named'
  if (memberships.includes('member')) return 'member'
  return memberships.includes('undecided') ? 'undecided' : 'no'
}

/**
 * Whether anybody is left who may approve a plan. Told before anybody is asked: nobody should wait for an answer that cannot count.
 * A team may have a member who has no part in it.
 */
export function evaluateReviewers(
  environment: string,
  { reviewers }: Protection,
  parties: readonly Party[]
): Verdict<{ readonly reviewers: readonly Reviewer[] }> {
  const partOf = ({ type, id, name }: Reviewer): Party | undefined =>
    type === 'Team' ? undefined : parties.find(party => isSame(party, { id, login: name }))
  const left = reviewers.filter(reviewer => partOf(reviewer) === undefined)
  if (left.length > 0) return { allowed: true, reviewers: left }
  const why = reviewers.map(reviewer => `${reviewer.name}, who ${partOf(reviewer)?.part}`).join('; ')
  return refuse(
    'failed',
    `No one may approve the plan for ${environment}. Its reviewers are: ${why}.`,
    `Add a reviewer who has no part in this delivery under Settings > Environments > ${environment}, then have someone re-run all jobs who will not approve. Who only re-ran them is free again once someone else re-runs.`
  )
}
