import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '@sluice/core'
import { startBuildkit, startDocker } from '@sluice-lab/servers'
import type { RehearsalTools } from './rehearsal-tools.ts'

/** What builds images in a world. */
export interface WorldBuilder {
  /** What tells a job where it is. */
  readonly env: Readonly<Record<string, string>>
  /** Folders with its client, for the PATH of the steps. */
  readonly path: readonly string[]
  stop(): Promise<void>
}

/** What all actions run; one of these files asks docker for BuildKit. */
const BUNDLES = fileURLToPath(new URL('../../../dist/shared', import.meta.url))

/** Starts a builder with an empty cache. */
export async function startBuilder(tools: RehearsalTools, directory: string): Promise<WorldBuilder> {
  if (tools.withDocker === undefined) {
    const buildkit = await startBuildkit({ tools, directory })
    return {
      env: { BUILDKIT_HOST: buildkit.address },
      path: [dirname(tools.buildctl)],
      stop: () => buildkit.stop()
    }
  }
  const docker = await startDocker({ tools: tools.withDocker, directory, buildkit: await imagesAskedFor() })
  // No builder is made here: a runner of GitHub has none either.
  return { env: docker.env, path: [join(docker.env.DOCKER_CONFIG, 'bin')], stop: () => docker.stop() }
}

/** The digests of the images with BuildKit that the suite pulls on a runner of GitHub. */
async function imagesAskedFor(): Promise<readonly string[]> {
  const files = (await readdir(BUNDLES)).filter(name => name.endsWith('.js'))
  const bundles = await Promise.all(files.map(async name => readFile(join(BUNDLES, name), 'utf8')))
  const digests = bundles.flatMap(bundle =>
    [...bundle.matchAll(/moby\/buildkit:[\w.]+@(sha256:[0-9a-f]{64})/g)].flatMap(([, digest]) => digest ?? [])
  )
  if (digests.length === 0) throw new Failure(`No bundle in ${BUNDLES} names an image with BuildKit.`)
  return digests
}
