import { type Digest, hasChanges } from '@sluice/core'
import { isLive, type Pipeline, withdrawalOfLive } from '@sluice/pipeline'
import type { MadePlan } from './make-plan.ts'
import type { Target } from './target.ts'

type LedgerPipeline = Pick<Pipeline, 'at' | 'findRelease' | 'history' | 'repository'>

/**
 * Why there is something to do where no stack changes: the release was withdrawn here, and is let in again; a run began to deploy, and nobody
 * knows how far it came; or the stacks are as the release wants them, and the ledger holds another one as live, as where somebody deployed by hand.
 */
export type Unfinished = 'withdrawn' | 'interrupted' | 'not-recorded'

/**
 * Why a plan that changes no stack has to be applied all the same: tags and ledger tell of what was there before. `undefined`: it has not to.
 */
export async function unfinishedBy(
  pipeline: LedgerPipeline,
  target: Target,
  made: MadePlan
): Promise<Unfinished | undefined> {
  if (hasChanges(made.plan)) return undefined
  const { history } = pipeline
  const { name } = target.environment
  // Who wants it back says so with a record, and has it accepted anew: leaving it as it is would do neither.
  if ((await history.withdrawal(name, target.digest)) !== undefined) return 'withdrawn'
  // What changes nothing does not bring back what somebody stopped; but what took its place in the stacks is to be recorded.
  const stopped = await withdrawalOfLive(history, name, await history.places(name))
  if (stopped !== undefined && !(await tookPlace(pipeline, target))) return undefined
  const { digest, release } = target
  const begun = await history.isHalfDeployed(name)
  if (!(await isLive(pipeline, name, { digest, commit: release.commit }))) return begun ? 'interrupted' : 'not-recorded'
  return begun && !(await isDeployed(pipeline, target)) ? 'interrupted' : undefined
}

/** Whether a release whose stacks are as it wants them is another one than what the ledger holds as live: it began to be deployed, or a unit of it is another. */
async function tookPlace(pipeline: LedgerPipeline, { environment, digest, release }: Target): Promise<boolean> {
  const { history, findRelease } = pipeline
  if (await isLive(pipeline, environment.name, { digest, commit: release.commit })) return false
  const begun = await history.uncertainSince(environment.name)
  if (begun?.event === 'started' && begun.release?.digest === digest) return true
  const deployed = (await history.lastDeployed(environment.name))?.release?.digest
  const before = deployed === undefined ? undefined : (await findRelease(deployed))?.units
  if (before === undefined) return false
  return Object.entries(release.units).some(
    ([unit, it]) => before[unit] !== undefined && before[unit].digest !== it.digest
  )
}

/** Whether the last deployment that the ledger holds brought the same artifacts. What is not known to be the same is not. */
async function isDeployed(
  { history, findRelease }: LedgerPipeline,
  { environment, release }: Target
): Promise<boolean> {
  const deployed: Digest | undefined = (await history.lastDeployed(environment.name))?.release?.digest
  const before = deployed === undefined ? undefined : (await findRelease(deployed))?.units
  if (before === undefined) return false
  const names = Object.keys(release.units)
  return (
    names.length === Object.keys(before).length &&
    names.every(unit => before[unit]?.digest === release.units[unit]?.digest)
  )
}
