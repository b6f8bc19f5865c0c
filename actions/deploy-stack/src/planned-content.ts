import { type BundleDifference, compareBundle, publishedBundle, replacedBy } from '@sluice/bundle'
import type { LiveStack } from '@sluice/cloudformation'
import { type Digest, type FileNames, type PlannedContent, type PlannedFiles, stackName } from '@sluice/core'
import type { BundleUnit } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'
import { withBundle } from './fetch-bundle.ts'
import { requireOwnBuckets } from './publish-content.ts'
import type { Target } from './target.ts'

/** What is known of the stacks when content is planned. */
export interface StacksNow {
  readonly live: ReadonlyMap<string, LiveStack>
  /** Outputs that the plan may move, by unit. */
  readonly mayMove: ReadonlyMap<string, { has(output: string): boolean }>
}

/** The bundles whose published files are not the release's, were changed since, or will not be there where a new bucket comes. */
export async function plannedContent(
  pipeline: Pick<Pipeline, 'bundles' | 'policy' | 'run'>,
  target: Target,
  { live, mayMove }: StacksNow
): Promise<readonly PlannedContent[]> {
  const content: PlannedContent[] = []
  const buckets: { readonly unit: string; readonly bucket: string | undefined }[] = []
  for (const unit of target.units) {
    const released = target.release.units[unit.name]
    if (unit.kind !== 'bundle' || unit.bundle.publish === undefined || released === undefined) continue
    const output = unit.bundle.publish
    const stack = live.get(stackName(pipeline.policy.product, target.environment.name, unit.name))
    const bucket = stack?.outputs[output]
    buckets.push({ unit: unit.name, bucket })
    requireOwnBuckets(buckets)
    const moves = mayMove.get(unit.name)?.has(output) === true
    content.push(...(await contentOf(pipeline, target, unit, { output, bucket, moves, digest: released.digest })))
  }
  return content
}

/** What has to be published of one unit, if anything. */
async function contentOf(
  pipeline: Pick<Pipeline, 'bundles' | 'run'>,
  { session }: Target,
  { name, bundle: { cacheControl, invalidate } }: BundleUnit,
  now: {
    readonly output: string
    readonly bucket: string | undefined
    readonly moves: boolean
    readonly digest: Digest
  }
): Promise<readonly PlannedContent[]> {
  const { output, bucket, moves, digest } = now
  const published = bucket === undefined ? {} : await publishedBundle(session, bucket)
  const difference = await withBundle(pipeline, name, digest, async archive =>
    compareBundle({ session, bucket, archive, digest, cacheControl })
  )
  const isThere = published.holds === digest
  const drifted = isThere && difference.added.length + difference.changed.length + difference.headers.length > 0
  if (isThere && !drifted && !moves) return []
  const live = replacedBy(published, digest)
  return [
    {
      unit: name,
      bucket: output,
      digest,
      ...(live === undefined ? {} : { live }),
      ...(isThere && moves ? { moves: true as const } : {}),
      ...(drifted ? { drifted: true as const } : {}),
      ...(isThere && !drifted ? {} : { files: filesOf(difference) }),
      ...(cacheControl.length === 0 ? {} : { cacheControl }),
      ...(invalidate === undefined ? {} : { invalidates: invalidate })
    }
  ]
}

/** Names that are told of each kind. */
const FIRST = 20

function filesOf({ same, ...difference }: BundleDifference): PlannedFiles {
  const named = Object.entries(difference).flatMap(([kind, names]): readonly (readonly [string, FileNames])[] =>
    names.length === 0 ? [] : [[kind, { count: names.length, first: names.slice(0, FIRST) }]]
  )
  return { ...Object.fromEntries(named), same }
}
