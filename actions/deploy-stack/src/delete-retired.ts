import {
  compareRetired,
  type DeletionRequest,
  type Difference,
  deleteRetired,
  describeDifference,
  describeFailure
} from '@sluice/cloudformation'
import { code, type Digest, escapeMarkdown, Failure, hexOf, type Plan, plural, UserError } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { halfwayOutputs, halfwayText, howFar, type Progress } from './how-far.ts'
import type { Target } from './target.ts'

/** Refuses a plan that would delete another stack than was approved, or something else with it, before anything is touched. @throws UserError */
export async function requireRetiredAsPlanned(
  { session }: Target,
  { retired: plan = [] }: Plan,
  digest: Digest,
  when: Pick<DeletionRequest, 'clock' | 'deadline'>
): Promise<void> {
  const differences = await compareRetired({ session, plan, ...when })
  if (differences.length > 0) throw obsolete(differences, digest)
}

function obsolete(differences: readonly Difference[], digest: Digest): UserError {
  return new UserError(
    `The plan is obsolete: ${differences.map(describeDifference).join('; ')}. What was approved is no longer what would be deleted. Re-run all jobs for a new plan and a new approval.`,
    { outputs: { outcome: 'obsolete', 'plan-digest': digest, touched: 'false' } }
  )
}

/**
 * Deletes the stacks of a plan, once everything else is as planned.
 * @param done what else the plan has done.
 * @throws when one of them is not deleted, or is no longer what was approved, with how far that is.
 */
export async function deleteStacks(
  { clock, log }: Pick<Pipeline, 'clock' | 'log'>,
  target: Target,
  plan: Plan,
  digest: Digest,
  { deadline, done }: { readonly deadline: number; readonly done: Pick<Progress, 'stacks' | 'published'> }
): Promise<void> {
  const { retired = [] } = plan
  if (retired.length === 0) return
  const { name } = target.environment
  const outcome = await log.group(`Delete ${plural(retired.length, 'retired stack')} of ${name}`, async () =>
    deleteRetired({
      ...{ session: target.session, plan: retired, clientToken: hexOf(digest), clock, log, deadline },
      onEvent: event => log.untrusted(`${event.stack}  ${event.status}  ${event.logicalId}  ${event.reason ?? ''}`)
    })
  )
  if (outcome.kind === 'deleted') return
  const begun = outcome.kind === 'failed' && outcome.failure.status !== undefined ? [outcome.failure.unit] : []
  const far = howFar(plan, { ...done, stopped: begun, deleted: outcome.deleted })
  if (outcome.kind === 'failed') {
    const failure = describeFailure(outcome.failure)
    if (far === undefined) throw new Failure(failure)
    throw new Failure(`${failure}. ${halfwayText(name, far)}`, { outputs: halfwayOutputs(far) })
  }
  if (far === undefined) throw obsolete(outcome.differences, digest)
  const differences = outcome.differences.map(describeDifference).join('; ')
  throw new UserError(
    `The plan became obsolete on the way: ${differences}. ${halfwayText(name, far)} Re-run all jobs for a new plan and a new approval.`,
    { outputs: { ...halfwayOutputs(far), 'plan-digest': digest } }
  )
}

/** The rows of the stacks that are deleted, of the table that says what was deployed. */
export function deletedRows({ retired = [] }: Plan): readonly (readonly string[])[] {
  return retired.map(({ unit, stack }) => [escapeMarkdown(unit), 'delete', code(stack)])
}
