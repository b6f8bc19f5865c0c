import { type Digest, hasChanges } from '@sluice/core'
import { isLive, type Pipeline } from '@sluice/pipeline'
import type { MadePlan } from './make-plan.ts'
import type { Target } from './target.ts'

type LedgerPipeline = Pick<Pipeline, 'at' | 'findRelease' | 'history' | 'repository'>

/**
 * Whether the stacks are as the release wants them although the ledger does not hold it, or what is made of the same, as live: a run got that
 * far and died, or somebody deployed by hand. Then tags and ledger still tell of what was there before, and the deployment has to be
 * applied, although nothing is left to change in the stacks. The same holds of a release that was withdrawn here and is let in again.
 */
export async function isUnfinished(pipeline: LedgerPipeline, target: Target, made: MadePlan): Promise<boolean> {
  if (hasChanges(made.plan)) return false
  const { history } = pipeline
  const { name } = target.environment
  // Who wants it back says so with a record, and has it accepted anew: leaving it as it is would do neither.
  if ((await history.withdrawal(name, target.digest)) !== undefined) return true
  const live = (await history.live(name))?.release?.digest
  // What changes nothing does not bring back what somebody stopped.
  if (live !== undefined && (await history.withdrawal(name, live)) !== undefined) return false
  const { digest, release } = target
  if (!(await isLive(pipeline, name, { digest, commit: release.commit }))) return true
  return (await history.isHalfDeployed(name)) && !(await isDeployed(pipeline, target))
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
