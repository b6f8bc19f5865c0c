import type { LedgerRecord } from '@sluice/core'
import {
  type BranchNames,
  type Delivery,
  originsUnder,
  PastPolicies,
  RulingPolicies,
  trustRulesOf
} from '@sluice/delivery'
import { blobsOf, type DefaultBranch, readSizes } from '@sluice/git'
import { findOriginProblem, type OriginPolicy, type Origins } from '@sluice/ledger'
import type { Policy } from './read-policy.ts'

/** A job, and how it learns what ruled, and what rules meanwhile. */
interface JobSources extends Policy {
  readonly past: Pick<PastPolicies, 'look' | 'of'>
  /** What GitHub says by now: others may have begun later, under a newer policy, and written before this job. */
  readonly readNow: () => Promise<Pick<Policy, 'policy' | 'defaultBranch'>>
}

/**
 * From where the records may come that a decision goes by: from where the policy in force says, at no cost; a record that does not, from where
 * delivery.yml said at the commit that it names, if the default branch stood there, since Sluice may have been upgraded and refs taken off the list; else from where
 * it says now.
 */
export function policyOrigins(sources: JobSources): Origins {
  const { policy, policyFile, past } = sources
  const branches = branchesOf(sources)
  const inForce = originsUnder(policy, branches)
  const ruling = new RulingPolicies(past, () => branches, policy)
  const thenOf = (record: LedgerRecord): OriginPolicy | undefined => {
    const found = ruling.of(record)
    return found?.kind === 'policy' ? originsUnder(found.policy, branches) : undefined
  }
  let now: OriginPolicy | undefined
  const problemOf: Origins['problemOf'] = (record, commit) => {
    const problems = [thenOf(record), inForce, now].flatMap(it =>
      it === undefined ? [] : [findOriginProblem(record, commit, it)]
    )
    return problems.includes(undefined) ? undefined : problems[0]
  }
  const isFine = (record: LedgerRecord): boolean => {
    const { sluice } = record.run
    // Who wrote a record that does not say it, its token says.
    return (sluice !== undefined || policy.sluice === undefined) && problemOf(record, sluice?.commit) === undefined
  }
  return {
    async look(records) {
      const named = records.flatMap(record => (record.policy === undefined || isFine(record) ? [] : [record.policy]))
      const former = named.filter(({ path }) => path === policyFile.path)
      if (former.length > 0) await past.look(former)
      if (records.every(record => problemOf(record, record.run.sluice?.commit) === undefined)) return
      const newest = await sources.readNow()
      now = originsUnder(newest.policy, branchesOf(newest))
    },
    problemOf
  }
}

/** How the default branch is called, and was, by the policy in force. */
export function branchesOf({ policy, defaultBranch }: Pick<Policy, 'policy' | 'defaultBranch'>): BranchNames {
  return { names: [defaultBranch], former: policy.ledger.formerBranches ?? [] }
}

/**
 * The policies that the default branch had, from a folder that git reads.
 * @param find the folder, once something is looked at.
 */
export function policiesOf(
  find: () => Promise<string>,
  policy: Delivery,
  readBranch: (directory: string) => Promise<DefaultBranch>
): PastPolicies {
  let found: Promise<string> | undefined
  const directory = async (): Promise<string> => {
    found ??= find()
    return found
  }
  return new PastPolicies({
    products: trustRulesOf(policy).products,
    blobs: { read: async expressions => blobsOf(await directory()).read(expressions) },
    readSizes: async expressions => readSizes(await directory(), expressions),
    readBranch: async () => readBranch(await directory())
  })
}
