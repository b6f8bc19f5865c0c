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
