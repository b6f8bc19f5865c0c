import { discardStacks } from '@sluice/cloudformation'
import { escapeMarkdown, type Report, releaseId } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import type { DeployInputs } from './inputs.ts'
import { loadTarget } from './target.ts'

/** Removes the change sets of a plan that will not be carried out, and stacks that only the plan had begun. */
export async function discard(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  const target = await loadTarget(pipeline, inputs, 'plan')
  await pipeline.log.group(`Discard the plan for ${target.environment.name}`, async () =>
    discardStacks({ session: target.session, stacks: target.stacks, changeSetName: target.changeSetName })
  )
  return {
    outputs: {},
    summary: `### The plan of ${releaseId(target.digest)} for ${escapeMarkdown(target.environment.name)} was discarded\n`
  }
}
