import { publishedBundle, replacedBy } from '@sluice/bundle'
import { describeStacks, type LiveStack, planWithMoves } from '@sluice/cloudformation'
import { type Digest, encodePlan, type Plan, type PlannedContent, stackName } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { requireOwnBuckets } from './publish-content.ts'
import type { Target } from './target.ts'

/** A plan with the bytes and the digest that name it, and what was live when it was made. */
export interface MadePlan {
  readonly plan: Plan
  readonly text: string
  readonly digest: Digest
  readonly live: ReadonlyMap<string, LiveStack>
}

/** Asks CloudFormation what the release would change, and puts it into one document. */
export async function makePlan(
  pipeline: Pick<Pipeline, 'clock' | 'log' | 'policy'>,
  target: Target
): Promise<MadePlan> {
  const { policy, clock, log } = pipeline
  const { environment, session, stacks } = target
  const live = await describeStacks(
    session,
    stacks.map(({ stack }) => stack)
  )
  const { stacks: planned, mayMove } = await planWithMoves({
    session,
    stacks,
    changeSetName: target.changeSetName,
    executionRoleArn: target.executionRoleArn,
    clock,
    log
  })
  const plan: Plan = {
    version: 1,
    product: policy.product,
    environment: environment.name,
    release: target.digest,
    commit: target.release.commit,
    policy: policy.digest,
    ...(target.runbook === undefined ? {} : { runbook: target.runbook.digest }),
    stacks: planned,
    content: await plannedContent(pipeline, target, { live, mayMove })
  }
  return { plan, ...encodePlan(plan), live }
}

/** The bundles whose published files are not the release's, or will not be where a new bucket comes. */
async function plannedContent(
  pipeline: Pick<Pipeline, 'policy'>,
  target: Target,
  { live: stacks, mayMove }: Pick<MadePlan, 'live'> & Pick<Awaited<ReturnType<typeof planWithMoves>>, 'mayMove'>
): Promise<readonly PlannedContent[]> {
  const content: PlannedContent[] = []
  const buckets: { readonly unit: string; readonly bucket: string | undefined }[] = []
  for (const unit of target.units) {
    const released = target.release.units[unit.name]
    if (unit.kind !== 'bundle' || unit.bundle.publish === undefined || released === undefined) continue
    const bucket = stacks.get(stackName(pipeline.policy.product, target.environment.name, unit.name))?.outputs[
      unit.bundle.publish
    ]
    buckets.push({ unit: unit.name, bucket })
    requireOwnBuckets(buckets)
    const published = bucket === undefined ? {} : await publishedBundle(target.session, bucket)
    const isThere = published.holds === released.digest
    const live = replacedBy(published, released.digest)
    const moves = mayMove.get(unit.name)?.has(unit.bundle.publish) === true
    if (isThere && !moves) continue
    content.push({
      unit: unit.name,
      bucket: unit.bundle.publish,
      digest: released.digest,
      ...(live === undefined ? {} : { live }),
      ...(isThere ? { moves: true as const } : {}),
      ...(unit.bundle.cacheControl.length === 0 ? {} : { cacheControl: unit.bundle.cacheControl })
    })
  }
  return content
}
