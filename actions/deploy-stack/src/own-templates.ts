import type { KeepTemplate } from '@sluice/cloudformation'
import { type AwsSession, type Digest, objectUrl, type StoredCode, UserError } from '@sluice/core'
import { accountNamed, type Environment } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import { codeStore } from '@sluice/registry'

/**
 * Puts templates into the account of an environment when a plan is made, those that CloudFormation reads from S3 alone. Nothing that runs is touched by
 * that, and what is there already stays.
 * @returns `undefined` where the account has no bucket for them.
 */
export function keepingTemplates(
  pipeline: Pick<Pipeline, 'policy'>,
  environment: Environment,
  session: AwsSession
): KeepTemplate | undefined {
  return inBucket(pipeline, environment, session, (store, text) => store.keepTemplate(text))
}

/** Finds what was put when the plan was made. @throws UserError, as an obsolete plan, where it is gone */
export function findingTemplates(
  pipeline: Pick<Pipeline, 'policy'>,
  environment: Environment,
  session: AwsSession,
  plan: Digest | undefined
): KeepTemplate | undefined {
  return inBucket(pipeline, environment, session, async (store, text) => {
    const found = await store.findTemplate(text)
    if (found !== undefined) return found
    throw new UserError(
      `The plan is obsolete: a template was deleted from the bucket \`bundles\` of account ${environment.account} since it was made. Re-run all jobs for a new plan, which puts it there again, and a new approval.`,
      { outputs: { outcome: 'obsolete', touched: 'false', ...(plan === undefined ? {} : { 'plan-digest': plan }) } }
    )
  })
}

function inBucket(
  { policy }: Pick<Pipeline, 'policy'>,
  { account }: Environment,
  session: AwsSession,
  look: (store: ReturnType<typeof codeStore>, text: string) => Promise<StoredCode>
): KeepTemplate | undefined {
  const { id: owner, bundles: bucket } = accountNamed(policy, account)
  if (bucket === undefined) return undefined
  const store = codeStore({ session, product: policy.product, bucket, owner })
  const urls = new Map<string, Promise<string>>()
  // Several environments of a template, and several units of one that they nest: asked once.
  return async text => {
    const url = urls.get(text) ?? look(store, text).then(it => objectUrl(it, session.region))
    urls.set(text, url)
    return url
  }
}
