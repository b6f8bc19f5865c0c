import { actionInputs, runAction } from '@sluice/core'
import { pipelineOfAction } from '@sluice/pipeline'
import { INPUT_NAMES, readInputs } from './inputs.ts'
import { run } from './run.ts'

await runAction('Push to the ops registry', process.env, async () => {
  const inputs = actionInputs(INPUT_NAMES)
  const request = readInputs(inputs)
  const { context } = await import('@actions/github')
  return run(request, await pipelineOfAction(inputs, context, process.env))
})
