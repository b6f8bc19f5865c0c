import type { Digest } from './digest.ts'
import { releaseId } from './release.ts'

/** The jobs of stage.yml whose results decide about an environment, in their order. */
export const STAGE_JOBS = ['plan', 'deploy', 'accept'] as const

export type StageJob = (typeof STAGE_JOBS)[number]

/**
 * What stage.yml calls a job; GitHub shows it behind the names of the jobs that call the workflow, with ` / ` between them. It would cut a name
 * of more than 100 characters, so that a digest in full has no place in one beside an environment's name.
 */
export function stageJobName(job: StageJob, environment: string, release: Digest): string {
  return nameWith(job, environment, releaseId(release))
}

/** The short form of the release that a job of stage.yml is for, by its own name; absent where {@link stageJobName} gives no such name. */
export function releaseOfStageJob(job: StageJob, environment: string, name: string): string | undefined {
  const [id] = /\br-[0-9a-f]{12}\b/.exec(name) ?? []
  return id !== undefined && nameWith(job, environment, id) === name ? id : undefined
}

function nameWith(job: StageJob, environment: string, id: string): string {
  switch (job) {
    case 'plan':
      return `plan ${id} for ${environment}`
    case 'deploy':
      return `deploy ${id} to ${environment}`
    case 'accept':
      return `accept ${id} in ${environment}`
  }
}
