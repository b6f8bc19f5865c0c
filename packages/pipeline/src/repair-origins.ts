import { type LedgerRecord, UserError } from '@sluice/core'
import { beganAtPolicy, type Delivery, doubtOf, originsUnder, type PastPolicy } from '@sluice/delivery'
import { type DefaultBranch, readPast } from '@sluice/git'
import { findOriginProblem, type OriginPolicy, type Origins } from '@sluice/ledger'
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
  const policyOf = (record: LedgerRecord): PastPolicy | undefined =>
    record.policy && past.of(record.policy, beganAtPolicy(record, branches))
  const originOf = (then: Delivery): OriginPolicy => originsUnder(then, branches)
  return {
    orderOf(record) {
      const found = policyOf(record)
      return found?.kind === 'policy' ? found.policy.environments.map(({ name }) => name) : undefined
    },
    look: async records => past.look(records.flatMap(it => (it.policy === undefined ? [] : [it.policy]))),
    doubtOf: record => doubtOf(record, policyOf(record)),
    problemOf(record, commit) {
      const found = policyOf(record)
      if (found === undefined) return findOriginProblem(record, commit, originOf(policy))
      if (found.kind === 'unknown') return undefined
      return found.kind === 'other' ? found.fault : findOriginProblem(record, commit, originOf(found.policy))
    }
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
