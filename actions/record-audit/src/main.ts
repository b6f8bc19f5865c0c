import { actionInputs, runAction } from '@sluice/core'
import { INPUT_NAMES, readInputs } from './inputs.ts'

/**
 * How long to wait for GitHub's rate limits, in milliseconds: a quota is full again after an hour at the latest, and a deployment whose
 * record is missing counts as one that nobody finished.
 */
const PATIENCE = 65 * 60_000

await runAction('Record', process.env, async () => {
  const inputs = actionInputs(INPUT_NAMES)
  const request = readInputs(inputs)
  // Loaded only now: an action that fails on its input must not pay for what it would have done.
  const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
    import('@actions/github'),
    import('@sluice/pipeline'),
    import('./run.ts')
  ])
  return run(
    request,
    await pipelineOfAction(inputs, context, process.env, { patience: PATIENCE, after: request.after })
  )
})
