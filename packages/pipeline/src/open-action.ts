import { actionLog, githubClient, type Inputs, readRunContext, systemClock, type ToolkitContext } from '@sluice/core'
import { openPipeline, type Pipeline } from './pipeline.ts'

/** The inputs of every action that opens the delivery. */
export const SHARED_INPUTS = ['config', 'github-token', 'role-to-assume'] as const

/** Opens the delivery with {@link SHARED_INPUTS}. */
export async function pipelineOfAction(
  inputs: Inputs<(typeof SHARED_INPUTS)[number]>,
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
