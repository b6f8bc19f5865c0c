import { actionLog, githubClient, type Inputs, readRunContext, systemClock, type ToolkitContext } from '@sluice/core'
import { openPipeline, type Pipeline } from './pipeline.ts'

/** Opens the delivery with the inputs that all actions share: `config`, `github-token`, `role-to-assume`. */
export async function pipelineOfAction(
  inputs: Inputs,
  context: ToolkitContext,
  env: NodeJS.ProcessEnv
): Promise<Pipeline> {
  const roleToAssume = inputs.optional('role-to-assume')
  return openPipeline({
    run: readRunContext(context, env),
    github: githubClient({ token: inputs.required('github-token'), env, clock: systemClock }),
    env,
    clock: systemClock,
    log: actionLog(),
    config: inputs.optional('config') ?? 'delivery.yml',
    ...(roleToAssume === undefined ? {} : { roleToAssume })
  })
}
