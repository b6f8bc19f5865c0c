import { actionInputs, runAction } from '@sluice/core'
import { pipelineOfAction } from '@sluice/pipeline'
import { readInputs } from './inputs.ts'
import { run } from './run.ts'

await runAction('Deploy', process.env, async () => {
  const inputs = actionInputs()
  const request = readInputs(inputs)
  const { context } = await import('@actions/github')
  return run(request, await pipelineOfAction(inputs, context, process.env))
})
