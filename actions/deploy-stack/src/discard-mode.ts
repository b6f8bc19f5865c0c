import { discardStacks } from '@sluice/cloudformation'
import { changeSetName, escapeMarkdown, type Report, releaseId, stackName, UserError } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import type { DeployInputs } from './inputs.ts'

/**
 * Removes the change sets of a plan that will not be applied, and stacks that only the plan had begun. Their names follow from the ledger and the
 * release's commit: whoever discards needs no access to the registry.
 */
export async function discard(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  const { name } = pipeline.environment(inputs.environment)
  const released = await pipeline.history.released(inputs.release)
  if (released === undefined)
    throw new UserError(
      `The ledger holds no release ${inputs.release}, so nothing of it can have been planned. Pass the release of this run.`
    )
  const { units } = await pipeline.at(released.commit)
  await pipeline.log.group(`Discard the plan for ${name}`, async () =>
    discardStacks({
      session: pipeline.session({ environment: name, may: 'record' }),
      stacks: units.map(unit => ({ stack: stackName(pipeline.policy.product, name, unit.name) })),
      changeSetName: changeSetName(inputs.release, pipeline.run.runId),
      log: pipeline.log
    })
  )
  return {
    outputs: {},
    summary: `### The plan of ${releaseId(inputs.release)} for ${escapeMarkdown(name)} was discarded\n`
  }
}
