import { hasChanges, type Report, UserError } from '@sluice/core'
import { type Pipeline, requireIntent, requireProtectedGate } from '@sluice/pipeline'
import { carryOut, nothingToDo } from './apply-mode.ts'
import { environmentUrl } from './environment-url.ts'
import type { DeployInputs } from './inputs.ts'
import { makePlan } from './make-plan.ts'
import { loadTarget } from './target.ts'
import { isUnfinished } from './unfinished.ts'

/** Plans and applies in one go, where nobody has to be asked. */
export async function deploy(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  const environment = pipeline.environment(inputs.environment)
  if (environment.gate === 'approval') {
    throw new UserError(
      `${environment.name} needs an approval, so a plan must be shown first. Use mode plan, and mode apply behind the gate.`
    )
  }
  await requireProtectedGate(pipeline, environment)
  await requireIntent(pipeline, environment.name, inputs.release)
  const target = await loadTarget(pipeline, inputs, 'deploy')
  const made = await makePlan(pipeline, target)
  if (hasChanges(made.plan) || (await isUnfinished(pipeline, target, made)))
    return carryOut(pipeline, target, made.plan, made.digest)
  const { product } = pipeline.policy
  return nothingToDo(
    target,
    made.digest,
    environmentUrl(target.settings, target.units, product, stack => made.live.get(stack)?.outputs)
  )
}
