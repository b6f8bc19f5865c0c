import type { Report } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { apply } from './apply-mode.ts'
import { discard } from './discard-mode.ts'
import type { DeployInputs } from './inputs.ts'
import { plan } from './plan-mode.ts'

/** Plans, applies or discards. */
export async function run(inputs: DeployInputs, pipeline: Pipeline): Promise<Report> {
  switch (inputs.mode) {
    case 'plan':
      return plan(inputs, pipeline)
    case 'apply':
      return apply(inputs, pipeline)
    case 'discard':
      return discard(inputs, pipeline)
  }
}
