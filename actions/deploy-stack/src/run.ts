import type { Report } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import type { DeployInputs } from './inputs.ts'

/** Plans, applies or discards. Each mode is loaded when it is asked for: a job needs one. */
export async function run(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  const { environment } = inputs
  pipeline.history.about({
    release: inputs.release,
    plan: inputs.mode === 'apply' ? inputs.plan : undefined,
    environments: [environment, pipeline.environmentBefore(environment)?.name].filter(it => it !== undefined)
  })
  switch (inputs.mode) {
    case 'plan':
      return (await import('./plan-mode.ts')).plan(inputs, pipeline)
    case 'apply':
      return (await import('./apply-mode.ts')).apply(inputs, pipeline)
    case 'discard':
      return (await import('./discard-mode.ts')).discard(inputs, pipeline)
  }
}
