import { hasChanges } from '@sluice/core'
import { findWithdrawal, type Pipeline } from '@sluice/pipeline'
import type { MadePlan } from './make-plan.ts'
import type { Target } from './target.ts'

/**
 * Whether the stacks are as the release wants them only because a run got that far and died: then tags and ledger still tell of what was
 * there before, and the deployment has to be carried through, although nothing is left to change in the stacks. The same holds of a release
 * that was withdrawn here and is let in again.
 */
export async function isUnfinished(
  { history, findRelease }: Pick<Pipeline, 'history' | 'findRelease'>,
  target: Target,
  made: MadePlan
): Promise<boolean> {
  if (hasChanges(made.plan)) return false
  const { name } = target.environment
  // Who wants it back says so with a record, and has it accepted anew: leaving it as it is would do neither.
  if ((await findWithdrawal(history, name, target.digest)) !== undefined) return true
  if (!(await history.isHalfDeployed(name))) return false
  const deployed = (await history.lastDeployed(name))?.release
  if (deployed === undefined) return true
  // With the same digests there is nothing that tags could get wrong.
  // What is not known to be the same is carried through: doing so once more changes nothing.
  const before = (await findRelease(deployed.digest))?.units
  if (before === undefined) return true
  const { units } = target.release
  const names = Object.keys(units)
  return names.length !== Object.keys(before).length || names.some(unit => before[unit]?.digest !== units[unit]?.digest)
}
