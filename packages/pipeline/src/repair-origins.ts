import { UserError } from '@sluice/core'
import { RulingPolicies } from '@sluice/delivery'
import { type DefaultBranch, readPast } from '@sluice/git'
import { findOriginProblem, type Origins } from '@sluice/ledger'
import { branchesOf, policiesOf } from './policy-origins.ts'
import type { Policy } from './read-policy.ts'

/**
 * From where records may come, for who repairs: each is judged by the policy that it names, and by no other, as `sluice verify` does. A decision
 * does not ask what became of policies that it does not go by.
 */
export function repairOrigins({ policy, defaultBranch, repository, readNow }: RepairSources): Origins {
  const { directory } = repository
  const branches = branchesOf({ policy, defaultBranch })
  const past = policiesOf(
    async () => directory,
    policy,
    async () => requireWhole(await readPast(directory, (await readNow()).policyFile.commit), defaultBranch)
  )
  const ruling = new RulingPolicies(past, () => branches, policy)
  return {
    look: async records => past.look(records.flatMap(it => (it.policy === undefined ? [] : [it.policy]))),
    orderOf: record => ruling.orderOf(record),
    doubtOf: record => ruling.doubtOf(record),
    problemOf: (record, commit) => ruling.problemOf(record, origins => findOriginProblem(record, commit, origins))
  }
}

/** Who sees only a part would take what an earlier repair left out for valid. */
function requireWhole(past: DefaultBranch | undefined, name: string): DefaultBranch {
  if (past?.isWhole === true && !past.isPartial) return past
  throw new UserError(
    `The clone of this job does not hold all of ${name}, so it does not tell which policies were ever in force. Check out with fetch-depth: 0 and without filter; if ${name} moved on meanwhile, re-run the job.`
  )
}

type RepairSources = Pick<Policy, 'defaultBranch' | 'policy'> & {
  readonly repository: { readonly directory: string }
  /**
   * What GitHub says by now. The clone has everything that there was when it was checked out, but origin's branch may stand where it was as the run began:
   * others may have begun later, under a newer policy, and written before.
   */
  readonly readNow: () => Promise<Pick<Policy, 'policyFile'>>
}
