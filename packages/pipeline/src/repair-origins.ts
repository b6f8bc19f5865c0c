import { UserError } from '@sluice/core'
import { type Delivery, originsUnder, PastPolicies, trustRulesOf } from '@sluice/delivery'
import { blobsOf, type DefaultBranch, readPast, readSizes } from '@sluice/git'
import { findOriginProblem, type OriginPolicy, type Origins } from '@sluice/ledger'
import { branchNames, type OriginSources } from './policy-origins.ts'
import type { Policy } from './read-policy.ts'

/**
 * From where records may come, for who repairs: each is judged by the policy that it names, and by no other, as `sluice verify` does. A decision
 * does not ask what became of policies that it does not go by.
 */
export function repairOrigins({ policy, defaultBranch, repository, readNow }: RepairSources): Origins {
  const { directory } = repository
  const branches = branchNames({ policy, defaultBranch })
  const past = new PastPolicies({
    blobs: blobsOf(directory),
    readSizes: async expressions => readSizes(directory, expressions),
    isCurrent: true,
    products: trustRulesOf(policy).products,
    readBranch: async () => requireWhole(await readPast(directory, (await readNow()).policyFile.commit), defaultBranch)
  })
  const originOf = (then: Delivery): OriginPolicy => originsUnder(then, branches)
  return {
    orderOf({ policy: named }) {
      const found = named === undefined ? undefined : past.of(named)
      return found?.kind === 'policy' ? found.policy.environments.map(({ name }) => name) : undefined
    },
    look: async records => past.look(records.flatMap(it => (it.policy === undefined ? [] : [it.policy]))),
    problemOf(record, commit) {
      if (record.policy === undefined) return findOriginProblem(record, commit, originOf(policy))
      const found = past.of(record.policy)
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

type RepairSources = Pick<OriginSources, 'defaultBranch' | 'policy'> & {
  readonly repository: { readonly directory: string }
  /**
   * What GitHub says by now. The clone has everything that there was when it was checked out, but origin's branch may stand where it was as the run began:
   * others may have begun later, under a newer policy, and written before.
   */
  readonly readNow: () => Promise<Pick<Policy, 'policyFile'>>
}
