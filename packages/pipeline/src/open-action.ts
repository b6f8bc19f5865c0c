import {
  actionLog,
  githubClient,
  type Inputs,
  type LedgerPlace,
  readRunContext,
  systemClock,
  type ToolkitContext
} from '@sluice/core'
import { openPipeline, type Pipeline } from './pipeline.ts'

/** The inputs of every action that opens the delivery. */
export const SHARED_INPUTS = ['config', 'github-token', 'role-to-assume'] as const

/**
 * Opens the delivery with {@link SHARED_INPUTS}.
 * @param options `patience`: how long one call waits at most for GitHub's rate limits, in milliseconds; default the client's.
 */
export async function pipelineOfAction(
  inputs: Inputs<(typeof SHARED_INPUTS)[number]>,
  context: ToolkitContext,
  env: NodeJS.ProcessEnv,
  { patience, after }: { readonly patience?: number; readonly after?: LedgerPlace | undefined } = {}
): Promise<Pipeline> {
  const roleToAssume = inputs.optional('role-to-assume')
  const log = actionLog()
  const token = inputs.required('github-token')
  return openPipeline({
    run: readRunContext(context, env),
    github: githubClient({ token, env, clock: systemClock, log, ...(patience === undefined ? {} : { patience }) }),
    token,
    env,
    clock: systemClock,
    log,
    config: inputs.optional('config') ?? 'delivery.yml',
    ...(roleToAssume === undefined ? {} : { roleToAssume }),
    ...(after === undefined ? {} : { after })
  })
}
