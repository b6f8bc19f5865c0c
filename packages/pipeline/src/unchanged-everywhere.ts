import { type NamedRelease, type UnchangedPlace, UserError } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import { isOwn } from './dead-runs.ts'
import { isLive } from './live-release.ts'
import type { Pipeline } from './pipeline.ts'
import { relateToLive } from './relate-to-live.ts'
import { withdrawalOfLive } from './require-acceptance.ts'

/** What is compared to say that a release changes nothing: git and the ledger. AWS is not asked. */
export type UnchangedPipeline = Pick<
  Pipeline,
  'at' | 'github' | 'history' | 'policy' | 'policyFile' | 'repository' | 'run'
>

/**
 * The environments that the run may reach, if a release changes nothing in any of them: it is made of the same as what is live there (builds,
 * templates, parameters) under the same delivery.yml, that was accepted and never withdrawn, and nobody else is on the way. A record of it
 * spares every environment a plan that would find the same.
 * @returns nothing as soon as one of them has to be looked at.
 */
export async function findUnchanged(
  pipeline: UnchangedPipeline,
  release: NamedRelease
): Promise<readonly UnchangedPlace[] | undefined> {
  const reached = reachedBy(pipeline)
  const places: UnchangedPlace[] = []
  for (const { name } of reached) {
    const live = await findUnchangedIn(pipeline, name, release)
    if (live === undefined) return undefined
    places.push({ environment: name, release: live.digest })
  }
  return places.length === 0 ? undefined : places
}

/** A delivery goes on from environment to environment, and does not start by itself what is started by hand. */
function reachedBy({ policy, run }: UnchangedPipeline): readonly Environment[] {
  const { environments } = policy
  const end = run.event === 'workflow_dispatch' ? -1 : environments.findIndex(({ gate }) => gate === 'dispatch')
  return end < 0 ? environments : environments.slice(0, end)
}

/** What is live in an environment, if the release is made of the same and nothing there is left to be done. */
async function findUnchangedIn(
  pipeline: UnchangedPipeline,
  environment: string,
  release: NamedRelease
): Promise<NamedRelease | undefined> {
  const { history, policyFile } = pipeline
  const live = (await history.live(environment))?.release
  const standing = await history.standing(environment)
  const settled =
    standing.open.every(it => isOwn(it, pipeline)) &&
    standing.live[0]?.policy?.digest === policyFile.digest &&
    (await history.acceptanceOfLive(environment)) !== undefined &&
    !(await history.isHalfDeployed(environment)) &&
    (await withdrawalOfLive(history, environment, standing.live)) === undefined
  if (live === undefined || !settled) return undefined
  const relation = await relateToLive(pipeline, release.commit, standing.live)
  if (relation !== 'ahead' && relation !== 'identical') return undefined
  const same = (await isLive(pipeline, environment, release)) && (await haveSameConfiguration(pipeline, release, live))
  return same ? live : undefined
}

/** Addresses, checks and runbooks are those of the release's commit. */
async function haveSameConfiguration(
  { at }: Pick<Pipeline, 'at'>,
  { commit }: NamedRelease,
  live: NamedRelease
): Promise<boolean> {
  try {
    return (await at(commit)).digest === (await at(live.commit)).digest
  } catch (error: unknown) {
    if (error instanceof UserError) return false
    throw error
  }
}
