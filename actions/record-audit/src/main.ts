import { actionInputs, runAction } from '@sluice/core'
import { pipelineOfAction } from '@sluice/pipeline'
import { INPUT_NAMES, readInputs } from './inputs.ts'
import { run } from './run.ts'

/**
 * How long to wait for GitHub's rate limits, in milliseconds: a quota is full again after an hour at the latest, and a deployment whose
 * record is missing counts as one that nobody finished.
 */
const PATIENCE = 65 * 60_000

await runAction('Record', process.env, async () => {
  const inputs = actionInputs(INPUT_NAMES)
  const request = readInputs(inputs)
  const { context } = await import('@actions/github')
  return run(request, await pipelineOfAction(inputs, context, process.env, PATIENCE))
})
