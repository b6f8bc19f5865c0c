import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, Failure, hexOf, UserError } from '@sluice/core'
import { type VerifiedLayout, verifyLayout } from '@sluice/registry'

/** The one image that a builder wrote. */
export interface BuiltLayout {
  readonly digest: Digest
  /** Of its manifest. */
  readonly annotations: Readonly<Record<string, string>>
}

/**
 * Checks the layout that a builder wrote, with the reader that will push it, and removes what the image does not need, so that the
 * folder holds exactly what will be pushed.
 * @throws Failure when the builder wrote something else than one sound image.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
export async function checkLayout(directory: string): Promise<BuiltLayout> {
  const { image, needed } = await verified(directory)
  const names = new Set([...needed].map(hexOf))
  const blobs = join(directory, 'blobs/sha256')
  for (const name of await readdir(blobs)) if (!names.has(name)) await rm(join(blobs, name), { recursive: true })
  await rm(join(directory, 'ingest'), { recursive: true, force: true })
  return { digest: image.digest, annotations: image.parts.annotations }
}

async function verified(directory: string): Promise<VerifiedLayout> {
  try {
    return await verifyLayout(directory)
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    // Nobody but the builder has had a hand in it.
    throw new Failure(`The builder wrote an image that cannot be pushed: ${error.message}`, { cause: error })
  }
}
