import type { Report } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import type { DeployInputs } from './inputs.ts'

/** Plans, applies or discards. Each mode is loaded when it is asked for: a job needs one. */
export async function run(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  switch (inputs.mode) {
    case 'plan':
      return (await import('./plan-mode.ts')).plan(inputs, pipeline)
    case 'apply':
      return (await import('./apply-mode.ts')).apply(inputs, pipeline)
    case 'discard':
      return (await import('./discard-mode.ts')).discard(inputs, pipeline)
  }
}
