import { takesCode } from '@sluice/cloudformation'
import { type AwsSession, type Digest, type StoredCode, UserError } from '@sluice/core'
import { accountNamed, type Environment } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import { codeStore } from '@sluice/registry'
import { withBundle } from './fetch-bundle.ts'

/** What a unit's stack runs, and how it is told so. */
interface BuiltUnit {
  readonly name: string
  readonly digest: Digest
  readonly template: string
}

/** Finds where Lambda takes the bundle of a unit from, if its template asks for that. */
export type FindCode = (unit: BuiltUnit) => Promise<StoredCode | undefined>

/**
 * Copies bundles to the account of an environment when a plan is made: the plan names the version that is put there. Nothing that runs is touched by
 * that, and what is there already stays.
 */
export function copyingCode(
  pipeline: Pick<Pipeline, 'bundles' | 'policy' | 'run'>,
  environment: Environment,
  session: AwsSession
): FindCode {
  let last: Promise<unknown> = Promise.resolve()
  return lookingFor(pipeline, environment, session, async (store, { name, digest }) => {
    const found = await store.find(name, digest)
    if (found !== undefined) return found
    const copy = async (): Promise<StoredCode> =>
      withBundle(pipeline, name, digest, async file => store.keep(name, digest, file))
    // One at a time: they are large, and the disk of a job is not.
    const copied = last.then(copy)
    last = copied.catch(() => undefined)
    return copied
  })
}

/** Finds what was copied when the plan was made. @throws UserError, as an obsolete plan, where it is gone */
export function findingCode(
  pipeline: Pick<Pipeline, 'policy'>,
  environment: Environment,
  session: AwsSession,
  plan: Digest | undefined
): FindCode {
  return lookingFor(pipeline, environment, session, async (store, { name, digest }) => {
    const found = await store.find(name, digest)
    if (found !== undefined) return found
    throw new UserError(
      `The plan is obsolete: the code of ${name} was deleted from the bucket \`bundles\` of account ${environment.account} since it was made. Re-run all jobs for a new plan, which copies it again, and a new approval.`,
      { outputs: { outcome: 'obsolete', touched: 'false', ...(plan === undefined ? {} : { 'plan-digest': plan }) } }
    )
  })
}

function lookingFor(
  { policy }: Pick<Pipeline, 'policy'>,
  { account }: Environment,
  session: AwsSession,
  look: (store: ReturnType<typeof codeStore>, unit: BuiltUnit) => Promise<StoredCode>
): FindCode {
  const { id: owner, bundles: bucket } = accountNamed(policy, account)
  // Without a bucket the parameters have no values: the check of templates says so.
  if (bucket === undefined) return async () => undefined
  const store = codeStore({ session, product: policy.product, bucket, owner })
  return async unit => (takesCode(unit.template) ? look(store, unit) : undefined)
}
