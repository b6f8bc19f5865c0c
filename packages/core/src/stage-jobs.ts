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

/** What a job asks reviewers for: a deployment, an adoption, a repair of the ledger. */
export type Question = 'deploy' | 'adopt' | 'repair'

const DEPLOYS = /^deploy r-[0-9a-f]{12} to ./i
const DEPLOYS_AS_CALLED = /^deploy .* to ./is

/** How the names of the jobs begin that ask in adopt.yml and repair.yml: as those of no job that calls, which stand before, and as no other job of these. */
const ASKS = { adopt: 'adopt: ', repair: 'repair the ledger of ' } as const satisfies Partial<Record<Question, string>>

/** What adopt.yml calls the job that asks: the digest that the reviewer agrees to, and for which unit. */
export function adoptionJobName(digest: Digest, unit: string): string {
  return `${ASKS.adopt}${digest} as ${unit}`
}

/**
 * What a job of Sluice's workflows asks reviewers for, by its own name; absent where it asks for nothing.
 * @param isCalled whether names of calling jobs stand before it. Who calls stage.yml gives the release: any text may stand in its place.
 */
export function questionOf(name: string, isCalled = false): Question | undefined {
  if ((isCalled ? DEPLOYS_AS_CALLED : DEPLOYS).test(name)) return 'deploy'
  return (['adopt', 'repair'] as const).find(question => name.startsWith(ASKS[question]))
}
