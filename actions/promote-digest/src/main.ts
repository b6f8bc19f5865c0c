import { actionInputs, runAction } from '@sluice/core'
import { INPUT_NAMES, readInputs } from './inputs.ts'

await runAction('Promote the digest', process.env, async () => {
  const inputs = actionInputs(INPUT_NAMES)
  const request = readInputs(inputs)
  // Loaded only now: an action that fails on its input must not pay for what it would have done.
  const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
    import('@actions/github'),
    import('@sluice/pipeline'),
    import('./run.ts')
  ])
  return run(request, await pipelineOfAction(inputs, context, process.env, { after: request.after }))
})
