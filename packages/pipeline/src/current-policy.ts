import { type PolicyFile, UserError } from '@sluice/core'
import type { Pipeline } from './pipeline.ts'
import { type Policy, readPolicyNow } from './read-policy.ts'

/**
 * Refuses to go on under a policy that is no longer in force. A job reads it once, when it begins: after a long wait, gates, trust and the order
 * of environments may be others.
 * @throws UserError when delivery.yml on the default branch is another one by now.
 */
export async function requireCurrentPolicy(pipeline: Pick<Pipeline, 'github' | 'policyFile' | 'run'>): Promise<void> {
  const { github, policyFile, run } = pipeline
  requireNamedPolicy(await readPolicyNow({ github, run, config: policyFile.path }), policyFile)
}

/** How long a policy that a run has read may be gone by, in milliseconds: a job takes as long. */
const STALE = 10 * 60_000

/**
 * The same, for who may have waited at a gate, for weeks. The clone of a job behind it has the default branch as the run began, wherever that is by now: a checkout of a
 * commit that is no tip any more puts origin's branch back to it (actions/checkout). Another attempt has asked GitHub itself already.
 * @param since when the run was known to go by the policy; absent: nobody knows, so GitHub is asked.
 * @throws UserError as {@link requireCurrentPolicy}.
 */
export async function requirePolicyOfNow(
  pipeline: Pick<Pipeline, 'github' | 'policyFile' | 'run'>,
  since?: string
): Promise<void> {
  if (pipeline.run.attempt !== 1) return
  if (since === undefined || pipeline.github.now() - Date.parse(since) > STALE) await requireCurrentPolicy(pipeline)
}

/** The same, of a policy that was just read. */
export function requireNamedPolicy(
  { policyFile: now, defaultBranch }: Pick<Policy, 'defaultBranch' | 'policyFile'>,
  policyFile: PolicyFile
): void {
  if (now.digest === policyFile.digest) return
  throw new UserError(
    `${now.path} on ${defaultBranch} changed while this run waited (${policyFile.digest} when the job began, ${now.digest} now). Re-run all jobs, which decide by the new one.`
  )
}
