import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { publishBundle, publishedDigest } from '@sluice/bundle'
import type { AppliedStack } from '@sluice/cloudformation'
import { type AwsSession, Failure, type PlannedContent, plural, UserError } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import type { Target } from './target.ts'

/** Puts the files of a bundle into the bucket of its stack, unless they are there. */
export async function publishContent(
  pipeline: Pick<Pipeline, 'bundles' | 'log' | 'run'>,
  { session }: Target,
  content: PlannedContent,
  stacks: readonly AppliedStack[]
): Promise<void> {
  const bucket = stacks.find(({ unit }) => unit === content.unit)?.outputs[content.bucket]
  if (bucket === undefined)
    throw new UserError(
      `The stack of ${content.unit} has no output ${content.bucket}, which delivery.yml names as the bucket to publish to.`
    )
  await pipeline.log.group(`Publish ${content.unit}`, async () => {
    if ((await publishedDigest(session, bucket)) === content.digest) return
    await publish(pipeline, session, content, bucket)
  })
}

/** Fetches a bundle from the ops registry and puts its files into the bucket of its stack. */
async function publish(
  pipeline: Pick<Pipeline, 'run' | 'bundles' | 'log'>,
  session: AwsSession,
  { unit, digest }: Pick<PlannedContent, 'unit' | 'digest'>,
  bucket: string
): Promise<void> {
  const folder = await mkdtemp(join(pipeline.run.temp, 'sluice-bundle-'))
  try {
    const archive = join(folder, 'bundle.zip')
    if (!(await pipeline.bundles('pull').fetch(unit, digest, archive))) {
      throw new Failure(
        `Bundle ${unit} ${digest} is not in the ops registry. Re-run the job that pushed it, or deliver the commit again.`
      )
    }
    const { files, removed } = await publishBundle({ session, bucket, archive, digest })
    pipeline.log.info(`${unit}: ${plural(files, 'file')} published, ${removed} removed`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
