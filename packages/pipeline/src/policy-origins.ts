import { type LedgerRecord, type PolicyFile, UserError } from '@sluice/core'
import { type BranchNames, ConfigError, type Delivery, originsUnder, parseDelivery } from '@sluice/delivery'
import { type Repository, relate } from '@sluice/git'
import { findOriginProblem, type OriginPolicy, type Origins } from '@sluice/ledger'
import type { Policy } from './read-policy.ts'

/** What tells from where records may come. */
export interface OriginSources extends Policy {
  readonly repository: Pick<Repository, 'fileAt' | 'isAncestor'>
}

/** A job, and how it learns what rules meanwhile. */
interface JobSources extends OriginSources {
  /** What GitHub says by now: others may have begun later, under a newer policy, and written before this job. */
  readonly readNow: () => Promise<Pick<Policy, 'policy' | 'defaultBranch'>>
}

/**
 * From where the records may come that a decision goes by: from where the policy in force says, at no cost; a record that does not, from where
 * delivery.yml said at the commit of the default branch that it names, since Sluice may have been upgraded and refs taken off the list; else from where
 * it says now.
 */
export function policyOrigins(sources: JobSources): Origins {
  const { policy, policyFile, repository } = sources
  const inForce = originsUnder(policy, branchNames(sources))
  const former = new Map<string, OriginPolicy | undefined>()
  let now: OriginPolicy | undefined
  const problemOf: Origins['problemOf'] = (record, commit) => {
    const then = record.policy === undefined ? undefined : former.get(keyOf(record.policy))
    const problems = [then, inForce, now].flatMap(it =>
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
      for (const { policy: named } of records.filter(record => !isFine(record))) {
        if (named === undefined || named.path !== policyFile.path || former.has(keyOf(named))) continue
        const read = await readFormer(repository, policyFile, named)
        former.set(keyOf(named), read && originsUnder(read, branchNames(sources)))
      }
      if (records.every(record => problemOf(record, record.run.sluice?.commit) === undefined)) return
      const newest = await sources.readNow()
      now = originsUnder(newest.policy, branchNames(newest))
    },
    problemOf
  }
}

function keyOf({ commit, digest }: PolicyFile): string {
  return `${commit} ${digest}`
}

/** How the default branch is called, and was, by the delivery.yml that rules. */
export function branchNames({ policy, defaultBranch }: Pick<Policy, 'policy' | 'defaultBranch'>): BranchNames {
  return { names: [defaultBranch], former: policy.ledger.formerBranches ?? [] }
}

/** delivery.yml as a record names it; `undefined` unless the default branch holds it at that commit, and this version reads it. */
async function readFormer(
  repository: OriginSources['repository'],
  own: PolicyFile,
  named: PolicyFile
): Promise<Delivery | undefined> {
  try {
    const relation = await relate(repository, own.commit, named.commit)
    if (relation !== 'identical' && relation !== 'ahead') return undefined
    const content = await repository.fileAt(named.commit, named.path)
    const read = content === undefined ? undefined : parseDelivery(content, named.path)
    return read?.digest === named.digest ? read : undefined
  } catch (error: unknown) {
    // What this clone does not hold, and what is of another form, says nothing.
    if (error instanceof UserError || error instanceof ConfigError) return undefined
    throw error
  }
}
