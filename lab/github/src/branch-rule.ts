/** A rule of a ruleset, as GitHub's `repository-rule-detailed`. */
export interface BranchRule {
  readonly type: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** Changes come by a pull request that somebody else approved; what is there stays there. */
const REVIEWED: readonly BranchRule[] = [
  { type: 'deletion' },
  { type: 'non_fast_forward' },
  {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: 1,
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: false
    }
  }
]

/** The rules of each branch that has any. */
export function branchRulesOf({
  protectedBranches = [],
  branchRules = {}
}: {
  readonly protectedBranches?: readonly string[]
  readonly branchRules?: Readonly<Record<string, readonly BranchRule[]>>
}): ReadonlyMap<string, readonly BranchRule[]> {
  return new Map([...protectedBranches.map(name => [name, REVIEWED] as const), ...Object.entries(branchRules)])
}
