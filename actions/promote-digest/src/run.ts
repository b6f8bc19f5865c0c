import type { Report } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { check } from './check-mode.ts'
import type { PromoteInputs } from './inputs.ts'
import { promote } from './promote-mode.ts'

/** Decides about a release, or moves the tags of an environment to it. */
export async function run(inputs: PromoteInputs, pipeline: Pipeline): Promise<Report> {
  switch (inputs.mode) {
    case 'check':
      return check(inputs, pipeline)
    case 'promote':
      return promote(inputs, pipeline)
  }
}
