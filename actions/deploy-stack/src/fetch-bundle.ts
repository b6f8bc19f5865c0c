import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, Failure } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'

/** Fetches a bundle from the ops registry, and removes its archive when the work is done. @throws Failure where it is not there */
export async function withBundle<T>(
  pipeline: Pick<Pipeline, 'run' | 'bundles'>,
  unit: string,
  digest: Digest,
  work: (archive: string) => Promise<T>
): Promise<T> {
  const folder = await mkdtemp(join(pipeline.run.temp, 'sluice-bundle-'))
  try {
    const archive = join(folder, 'bundle.zip')
    if (!(await pipeline.bundles('pull').fetch(unit, digest, archive)))
      throw new Failure(
        `Bundle ${unit} ${digest} is not in the ops registry. Re-run the job that pushed it, or deliver the commit again.`
      )
    return await work(archive)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
