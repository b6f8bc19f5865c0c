import { type LedgerRecord, type PolicyFile, UserError } from '@sluice/core'
import { type Delivery, parseDelivery } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import type { RuleChange } from './rule-change.ts'
import { ruleChanges } from './rule-changes.ts'

/** How the rules differ from those under which what is deployed was let in. */
export type RulesSince =
  /** Nothing was deployed before. */
  | { readonly kind: 'none' }
  | { readonly kind: 'known'; readonly changes: readonly RuleChange[] }
  /** @param why a sentence: an approver must not take what cannot be compared for what is the same. */
  | { readonly kind: 'unknown'; readonly why: string }

/**
 * Compares today's rules with those of the deployed release, as its record names them: delivery.yml of the default branch of then, and of its
 * commit. The delivered commit cannot hide a change that it brings itself, for what it changed is compared with what was there before it.
 */
export async function rulesSince(
  pipeline: Pick<Pipeline, 'at' | 'policy' | 'policyFile' | 'repository'>,
  deployed: Pick<LedgerRecord, 'policy' | 'release'> | undefined,
  release: { readonly commit: string; readonly delivery: Delivery }
): Promise<RulesSince> {
  if (deployed === undefined) return { kind: 'none' }
  const { policy: file, release: before } = deployed
  if (file === undefined || before === undefined)
    return { kind: 'unknown', why: 'The record of the last deployment does not say which delivery.yml was in force.' }
  if (file.digest === pipeline.policyFile.digest && before.commit === release.commit)
    return { kind: 'known', changes: [] }
  try {
    const then = { policy: await policyOf(pipeline, file), committed: await pipeline.at(before.commit) }
    return { kind: 'known', changes: ruleChanges(then, { policy: pipeline.policy, committed: release.delivery }) }
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    return { kind: 'unknown', why: `The rules of the last deployment cannot be read any more: ${error.message}` }
  }
}

/** The policy that a record names, and no other: the commit may be gone, and who rewrote it may have put another one in its place. */
async function policyOf(
  { repository, policy }: Pick<Pipeline, 'policy' | 'repository'>,
  { path, commit, digest }: PolicyFile
): Promise<Delivery> {
  if (digest === policy.digest) return policy
  const content = await repository.fileAt(commit, path)
  if (content === undefined) throw new UserError(`${path} is not in commit ${commit}.`)
  const found = parseDelivery(content, path)
  if (found.digest !== digest) throw new UserError(`${path} of commit ${commit} is not the file that was recorded.`)
  return found
}
