import { type PolicyFile, UserError } from '@sluice/core'
import { requireNewestPolicy } from './newest-policy.ts'
import type { Pipeline } from './pipeline.ts'

/**
 * Refuses a policy from another file than the product began with: whoever writes the caller's workflow chooses `config`, and any file of the
 * default branch would do, with gates of its own, which those who own delivery.yml never saw.
 * @param known the path of the file that ruled before; absent as long as nothing is recorded.
 * @throws UserError naming both.
 */
export function requireBoundConfig(known: string | undefined, own: PolicyFile): void {
  if (known === undefined || known === own.path) return
  throw new UserError(
    `This run reads its policy from ${own.path}, but this product has been delivered by ${known} since its first record. Set the input config to ${known}, or give the product in ${own.path} another name and ledger branch.`
  )
}

/** Compares with the file that the product's first record names, and with the commit of it that the newest one was written under. */
export async function requireOwnConfig(
  pipeline: Pick<Pipeline, 'github' | 'history' | 'policyFile' | 'repository' | 'run'>
): Promise<void> {
  requireBoundConfig(await pipeline.history.config(), pipeline.policyFile)
  await requireNewestPolicy(pipeline)
}
