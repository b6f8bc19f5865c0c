import { type Report, UserError } from '@sluice/core'
import { type Pipeline, requireProtectedGate } from '@sluice/pipeline'
import { carryOut } from './apply.ts'
import type { DeployInputs } from './inputs.ts'
import { makePlan } from './make-plan.ts'
import { aim } from './target.ts'

/** Plans and applies in one go, where nobody has to be asked. */
export async function deploy(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  const environment = pipeline.environment(inputs.environment)
  if (environment.gate === 'approval') {
    throw new UserError(
      `${environment.name} needs an approval, so a plan must be shown first. Use mode plan, and mode apply behind the gate.`
    )
  }
  await requireProtectedGate(pipeline, environment)
  const target = await aim(pipeline, inputs, 'deploy')
  const made = await makePlan(pipeline, target)
  return carryOut(pipeline, target, made.plan, made.digest)
}
