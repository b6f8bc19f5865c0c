import { actionInputs, type Inputs, runAction } from '@sluice/core'
import { INPUT_NAMES, readInputs } from './inputs.ts'

/** As long as record-audit waits for GitHub's rate limits, in milliseconds: a deployment whose record is missing counts as unfinished. */
const PATIENCE = 65 * 60_000

await runAction('Stage', process.env, async tell => {
  const inputs = actionInputs(INPUT_NAMES)
  const request = readInputs(inputs)
  // Loaded only now: an action that fails on its input must not pay for what it would have done.
  const [{ context }, { pipelineOfAction }, { run }] = await Promise.all([
    import('@actions/github'),
    import('@sluice/pipeline'),
    import('./run.ts')
  ])
  const options = { patience: PATIENCE, after: request.after }
  await run(request, await pipelineOfAction(withoutRole(inputs), context, process.env, options), tell, process.env)
  return undefined
})

/** A stage is in the hands of several roles, one after another, so that none of them can be given. */
function withoutRole<Name extends string>(inputs: Inputs<Name>): Inputs<Name | 'role-to-assume'> {
  return {
    ...inputs,
    optional: name => (name === 'role-to-assume' ? undefined : inputs.optional(name as Name)),
    required: name => inputs.required(name as Name),
    oneOf: (name, allowed) => inputs.oneOf(name as Name, allowed)
  }
}
