import { type PolicyFile, UserError } from '@sluice/core'
import { relate } from '@sluice/git'
import { requireNamedPolicy } from './current-policy.ts'
import type { Pipeline } from './pipeline.ts'
import { readPolicyNow } from './read-policy.ts'

type PolicyPipeline = Pick<Pipeline, 'github' | 'history' | 'policyFile' | 'repository' | 'run'>

/**
 * Refuses a policy that is older than the one which the newest record was written under: by the default branch as it once was, a gate could be
 * weaker than it is. A job that began a while ago may have fetched the branch before others did, so GitHub is asked what it holds now; that
 * is a call only where the two are not in order.
 * @throws UserError when delivery.yml is another by now, and when the default branch does not hold the commit any more.
 */
export async function requireNewestPolicy(pipeline: PolicyPipeline): Promise<void> {
  const { history, policyFile, repository } = pipeline
  const newest = await history.newest()
  const named = newest?.policy
  if (newest === undefined || named === undefined || (await holds(repository, policyFile, named))) return
  const now = await readPolicyNow({ ...pipeline, config: policyFile.path })
  requireNamedPolicy(now, policyFile)
  // The same text is no weaker, whatever became of the branch.
  if (now.policyFile.digest === named.digest || (await holds(repository, now.policyFile, named))) return
  throw new UserError(
    `${now.defaultBranch} went back: record ${newest.sequence} was written under ${named.path} at commit ${named.commit}, which ${now.defaultBranch} does not hold any more. If it did once, put that branch back, or merge the commit into it: git merge --strategy=ours ${named.commit}. If it never did, record ${newest.sequence} is not genuine: \`sluice repair\` says how to leave it out.`
  )
}

/** Whether the branch of a policy holds the commit of another one. */
async function holds(
  repository: Pipeline['repository'],
  { commit }: PolicyFile,
  { commit: other }: PolicyFile
): Promise<boolean> {
  try {
    const relation = await relate(repository, commit, other)
    return relation === 'identical' || relation === 'ahead'
  } catch (error: unknown) {
    // A commit that is not in this clone is held by nothing that is.
    if (error instanceof UserError) return false
    throw error
  }
}
