import type { Digest } from './digest.ts'
import { releaseId } from './release.ts'

/** The jobs of stage.yml whose results decide about an environment, in their order. */
export const STAGE_JOBS = ['plan', 'deploy', 'accept'] as const

export type StageJob = (typeof STAGE_JOBS)[number]

/** What stage.yml calls a job; GitHub shows it behind the names of the jobs that call the workflow, with ` / ` between them. */
export function stageJobName(job: StageJob, environment: string, release: Digest): string {
  const id = releaseId(release)
  switch (job) {
    case 'plan':
      return `plan ${id} for ${environment}`
    case 'deploy':
      return `deploy ${id} to ${environment} (${release})`
    case 'accept':
      return `accept ${id} in ${environment}`
  }
}

/** GitHub cuts a job's own name to 100 characters, dots included; the names of the callers before it do not count. */
const SHOWN = 100

/** The part of a job's name that GitHub shows. */
export function shownJobName(name: string): string {
  return name.length > SHOWN ? `${name.slice(0, SHOWN - 3)}...` : name
}
