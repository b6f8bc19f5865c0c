import type { Report } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import type { BuildOnceInputs } from './inputs.ts'

/** Resolves, builds or releases the commit that the run is for. */
export async function run(inputs: BuildOnceInputs, pipeline: Pipeline, env: NodeJS.ProcessEnv): Promise<Report> {
  // Each mode is loaded when it is asked for: what one needs would make the start of the others longer.
  switch (inputs.mode) {
    case 'resolve':
      return (await import('./resolve-mode.ts')).resolve(pipeline)
    case 'build':
      return (await import('./build-mode.ts')).build(inputs, pipeline, env)
    case 'release':
      return (await import('./release-mode.ts')).release(pipeline)
  }
}
