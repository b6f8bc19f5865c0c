import type { BranchRule } from './branch-rule.ts'
import type { User } from './user.ts'

/** A repository that the stand-in is to serve. */
export interface NewRepository {
  readonly owner: string
  readonly name: string
  readonly id: number
  readonly defaultBranch: string
  /** A bare repository on disk; it stays its owner's. */
  readonly gitDirectory: string
  readonly ownerId?: number
  /** OIDC subjects with ids (default), or the older form without. */
  readonly immutableSubject?: boolean
  /** Whose an e-mail address in a commit is; of any other GitHub knows no account. */
  readonly accounts?: Readonly<Record<string, User>>
  /** Teams of the organization that owns it, by slug: their members. */
  readonly teams?: Readonly<Record<string, readonly User[]>>
  /** Branches of a ruleset that demands a pull request with an approval, and keeps them from being rewritten or deleted; default: none, as on GitHub. */
  readonly protectedBranches?: readonly string[]
  /** Branches that a classic rule protects: GitHub tells a job no more of it; default: none. */
  readonly classicBranches?: readonly string[]
  /** Other rules of active rulesets, by the branch that they apply to, as GitHub answers them. */
  readonly branchRules?: Readonly<Record<string, readonly BranchRule[]>>
  /** Tags that a ruleset lets nobody create, move or delete; default: none. */
  readonly protectedTags?: readonly string[]
  /** Default: `HOURLY_LIMIT`, as GitHub has it. */
  readonly hourlyLimit?: number
}
