import { invalidate, publishBundle, publishedBundle, publishedDigest, replacedBy } from '@sluice/bundle'
import { type AppliedStack, describeStacks } from '@sluice/cloudformation'
import {
  type AwsSession,
  type Digest,
  type Plan,
  type PlannedContent,
  plural,
  stackName,
  UserError
} from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { withBundle } from './fetch-bundle.ts'
import type { Target } from './target.ts'

/**
 * Refuses a plan whose buckets hold something else than when it was made, before anything is touched: what was approved was to replace that. A bucket that holds
 * the release already was published to by an earlier try.
 * @throws UserError saying what is there.
 */
export async function requireContentAsPlanned({ session }: Target, plan: Plan, digest: Digest): Promise<void> {
  // That a stack was to be made, and is there, is told by the comparison of stacks.
  const made = new Set(plan.stacks.flatMap(({ unit, base }) => (base === undefined ? [unit] : [])))
  const contents = plan.content.filter(({ unit }) => !made.has(unit))
  if (contents.length === 0) return
  const stackOf = (unit: string): string => stackName(plan.product, plan.environment, unit)
  const stacks = await describeStacks(
    session,
    contents.map(({ unit }) => stackOf(unit))
  )
  for (const content of contents) {
    const bucket = stacks.get(stackOf(content.unit))?.outputs[content.bucket]
    const published =
      bucket === undefined ? undefined : replacedBy(await publishedBundle(session, bucket), content.digest)
    if (published === content.live || published === content.digest) continue
    throw new UserError(
      `The plan is obsolete: ${bucket} holds ${published ?? 'no bundle'}, and held ${content.live ?? 'none'} when the plan was made. What was approved is no longer what would be replaced. Re-run all jobs for a new plan and a new approval.`,
      { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } }
    )
  }
}

/** Refuses units that would publish to one bucket: each would take the other's files for those of its own last bundle. @throws UserError */
export function requireOwnBuckets(
  buckets: readonly { readonly unit: string; readonly bucket: string | undefined }[]
): void {
  for (const { unit, bucket } of buckets) {
    const first = buckets.find(it => it.bucket === bucket)
    if (bucket === undefined || first === undefined || first.unit === unit) continue
    throw new UserError(
      `${first.unit} and ${unit} publish to the same bucket, ${bucket}, and would replace and remove each other's files. Give each of their stacks a bucket of its own.`
    )
  }
}

/** Puts the files of a bundle into the bucket of its stack, unless they are there as they were published. */
export async function publishContent(
  pipeline: Pick<Pipeline, 'bundles' | 'log' | 'run'>,
  { session }: Target,
  content: PlannedContent,
  stacks: readonly AppliedStack[]
): Promise<void> {
  const outputs = stacks.find(({ unit }) => unit === content.unit)?.outputs ?? {}
  const named = (output: string, what: string): string => {
    const value = outputs[output]
    if (value === undefined)
      throw new UserError(
        `The stack of ${content.unit} has no output ${output}, which delivery.yml names as the ${what}.`
      )
    return value
  }
  const bucket = named(content.bucket, 'bucket to publish to')
  const distribution =
    content.invalidates === undefined ? undefined : named(content.invalidates, 'distribution to invalidate')
  await pipeline.log.group(`Publish ${content.unit}`, async () => {
    // What was changed there since bears the same name as what is to be there.
    if (content.drifted !== true && (await publishedDigest(session, bucket)) === content.digest) return
    await publish(pipeline, session, content, { bucket, distribution })
  })
}

/** Fetches a bundle from the ops registry and puts its files into the bucket of its stack. */
async function publish(
  pipeline: Pick<Pipeline, 'run' | 'bundles' | 'log'>,
  session: AwsSession,
  { unit, digest, cacheControl }: PlannedContent,
  { bucket, distribution }: { readonly bucket: string; readonly distribution: string | undefined }
): Promise<void> {
  const whenThere = distribution === undefined ? undefined : async () => invalidate(session, distribution)
  const { files, removed, kept } = await withBundle(pipeline, unit, digest, async archive =>
    publishBundle({ session, bucket, archive, digest, cacheControl, whenThere })
  )
  const stay = kept === 0 ? '' : `, ${kept} kept until the next bundle`
  pipeline.log.info(
    `${unit}: ${plural(files, 'file')} published, ${removed} removed${stay}${distribution === undefined ? '' : `; caches of ${distribution} invalidated`}`
  )
}
