import { canonicalJson, type Digest, sha256, UserError } from '@sluice/core'
import type { Repository } from '@sluice/git'
import type { DockerfileBuild, Unit } from './delivery.ts'

/**
 * Names everything in git that goes into a unit's build: content of the folder, Dockerfile, build arguments, target, platforms.
 * The same fingerprint is never built twice (promise 2), so nothing that varies by machine, time or commit may enter it; names
 * and places that do not change the artifact (unit, folder) do not enter it either.
 * @throws UserError when the folder or the Dockerfile is not in the commit.
 */
export async function fingerprintOf(repository: Repository, commit: string, unit: Unit): Promise<Digest> {
  const need = async (path: string): Promise<string> => {
    const id = await repository.treeOf(commit, path)
    if (id === undefined)
      throw new UserError(
        `Unit ${unit.name} is built from ${path}, which does not exist in commit ${commit}. Commit it, or correct the path in delivery.yml.`
      )
    return id
  }
  // Every key is named here or does not compile, so that nobody adds one without asking whether it enters. `publish`, `cacheControl`,
  // `invalidate` and `test` do not: they say what happens to an artifact, and leave its bytes alone.
  if (unit.kind === 'bundle') {
    const {
      path,
      build,
      publish: _publish,
      cacheControl: _cacheControl,
      invalidate: _invalidate,
      ...rest
    } = unit.bundle
    rest satisfies Record<string, never>
    if (build === undefined) return sha256(canonicalJson({ kind: unit.kind, trees: [await need(path ?? '.')] }))
    return sha256(canonicalJson({ kind: unit.kind, ...(await partsOf(build, need)) }))
  }
  const { platforms, ...build } = unit.image
  return sha256(canonicalJson({ kind: unit.kind, ...(await partsOf(build, need)), platforms: [...platforms].sort() }))
}

/** Everything that goes into what a Dockerfile makes. */
async function partsOf(
  build: DockerfileBuild,
  need: (path: string) => Promise<string>
): Promise<{ readonly trees: readonly string[]; readonly dockerfile: string; readonly args: DockerfileBuild['args'] }> {
  // Secrets do not: a value is no content, and a step that mounts one names it in the Dockerfile.
  const { context, dockerfile, target, args, test: _test, secrets: _secrets, ...rest } = build
  rest satisfies Record<string, never>
  return {
    trees: [await need(context), await need(dockerfilePath(build))],
    dockerfile,
    args,
    ...(target === undefined ? {} : { target })
  }
}

/** Where the Dockerfile of a build is in the repository. */
export function dockerfilePath({
  context,
  dockerfile
}: {
  readonly context: string
  readonly dockerfile: string
}): string {
  return context === '.' ? dockerfile : `${context}/${dockerfile}`
}
