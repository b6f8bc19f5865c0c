import * as v from 'valibot'
import { count, listOf, members } from './shape.ts'

// What records say of gates: how they stood, who answered at them, and who may not.

const text = v.string()

/** The form of {@link Approval}. */
export const APPROVAL = members({
  /** Empty for an account that was deleted. */
  userId: text,
  login: text,
  state: v.picklist(['approved', 'rejected']),
  comment: text,
  seenAt: text,
  /** GitHub says that it is no person's. */
  bot: v.exactOptional(v.boolean()),
  /**
   * How who answered is a reviewer: by name; as a member of a team, which GitHub confirmed; not at all; or by a team whose members the
   * job's token may not read.
   */
  reviewer: v.exactOptional(v.picklist(['named', 'member', 'no', 'undecided']))
})

/** One answer at a GitHub Environment's gate, as GitHub's approvals API gave it; `seenAt` is when it was read. */
export type Approval = v.InferOutput<typeof APPROVAL>

const REVIEWER = members({
  type: v.picklist(['User', 'Team']),
  /** GitHub's number: names can be given to somebody else. */
  id: text,
  /** A user's login, or a team's slug. */
  name: text
})

/** Who may open a gate. */
export type Reviewer = v.InferOutput<typeof REVIEWER>

/** The form of {@link Protection}. */
export const PROTECTION = members({
  /** GitHub's number of the GitHub Environment: one that is deleted and made again under the same name has another. */
  id: count,
  environment: text,
  reviewers: listOf(REVIEWER),
  /** How many more there are of whom GitHub does not say who: a team that was deleted, or that the job's token may not see. */
  unseenReviewers: v.exactOptional(count),
  preventSelfReview: v.boolean(),
  adminBypass: v.boolean(),
  branchPolicy: v.picklist(['protected', 'custom', 'none']),
  /** The patterns of a custom policy as full refs, sorted. */
  refs: listOf(text),
  /** What delivery.yml says of a production environment that is started by hand and asks no reviewers. */
  secondPerson: v.exactOptional(v.literal('none'))
})

/** How a GitHub Environment is protected. */
export type Protection = v.InferOutput<typeof PROTECTION>

/** The form of {@link Authors}. */
export const AUTHORS = members({
  /** Authors, co-authors and committers whom GitHub knows. An address of an account may tell its login alone. */
  accounts: listOf(members({ id: v.exactOptional(text), login: text })),
  /** E-mail addresses that GitHub shows no account for. */
  unknown: listOf(text)
})

/** Who wrote what a release would bring. */
export type Authors = v.InferOutput<typeof AUTHORS>
