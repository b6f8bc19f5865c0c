import {
  type Digest,
  type JobOutcome,
  type Question,
  questionOf,
  releaseId,
  releaseOfStageJob,
  STAGE_JOBS,
  type StageJob,
  stageJobName
} from '@sluice/core'
import { membersOf, objectsIn } from './json.ts'

/** A job of a run, as GitHub knows it. */
export interface RanJob {
  /** GitHub's number of it; absent where it does not say. */
  readonly id?: number
  /** The attempt of the run that it ran in; absent where GitHub does not say. */
  readonly attempt?: number
  /** With the names of the jobs that call the workflow it is in. */
  readonly name: string
  /** Absent as long as it is not over. */
  readonly result: JobOutcome['result'] | undefined
  /** In milliseconds since the epoch; absent where GitHub does not say. */
  readonly startedAt?: number
}

/** One page of the jobs of a run or of one of its attempts (`GET /repos/{owner}/{repo}/actions/runs/{run_id}[/attempts/{attempt_number}]/jobs`). */
export function decodeJobs(answer: unknown): { readonly total: number; readonly jobs: readonly RanJob[] } {
  const { total_count: total, jobs } = membersOf(answer)
  return {
    total: typeof total === 'number' ? total : 0,
    jobs: objectsIn(jobs).map(({ id, name, status, conclusion, run_attempt: attempt, started_at: started }) => {
      const startedAt = Date.parse(String(started))
      return {
        ...(typeof id === 'number' ? { id } : {}),
        ...(typeof attempt === 'number' ? { attempt } : {}),
        name: String(name),
        result: status === 'completed' ? resultOf(conclusion) : undefined,
        ...(Number.isNaN(startedAt) ? {} : { startedAt })
      }
    })
  }
}

/** What is no success, no skip and no cancellation is a failure: a job that timed out, one that GitHub could not start, whatever will be invented. */
function resultOf(conclusion: unknown): JobOutcome['result'] {
  return conclusion === 'success' || conclusion === 'skipped' || conclusion === 'cancelled' ? conclusion : 'failure'
}

/**
 * The jobs of one environment and release among all of an attempt. A job of a called workflow has no number that its caller could know, so
 * it is known by its name, which stage.yml makes of environment and release: `deliver / staging / accept r-… in staging`. GitHub shows another
 * name of a job that was skipped before its name was made, so a job that is not found did not run.
 * @returns several of one name where the workflow was called more than once for the same.
 */
export function jobsOfStage(
  jobs: readonly RanJob[],
  environment: string,
  release: Digest
): Readonly<Record<StageJob, readonly RanJob[]>> {
  const called = (job: StageJob): readonly RanJob[] => {
    const own = stageJobName(job, environment, release)
    return jobs.filter(({ name }) => name === own || name.endsWith(` / ${own}`))
  }
  const [plan, deploy, accept] = STAGE_JOBS.map(called)
  return { plan: plan ?? [], deploy: deploy ?? [], accept: accept ?? [] }
}

/** Whose deploy job it is asked for. */
export interface OwnDeploy {
  readonly environment: string
  readonly release: Digest | undefined
  /** The attempt of the run that it runs in. */
  readonly attempt: number
  /** The attempt in which the plan was made: answers of before it count for nothing. */
  readonly planned: number
}

/** A deploy job for the environment that is asked about. */
interface Deploy {
  readonly job: RanJob
  /** The id of the release in its name. */
  readonly id: string
  /** The names of the jobs that called for it. */
  readonly call: string
}

/**
 * The deploy jobs of a run that are for the same GitHub Environment by another call of Sluice's workflows: GitHub tells of an answer at a gate
 * in which run and for which GitHub Environment it was given, not for which job, so that an answer to one of them looks like an answer to all.
 * A job that was skipped asked nobody. Another release in an attempt before the plan's, under the names of the same calling jobs, is what a re-run made
 * of the same call: since the plan, the same call is for our release. Who calls makes the names: a second job of our own release is another's, too.
 * @param jobs of all attempts: an answer of an earlier one counts, too, for a plan that is not made anew.
 */
export function deploysOfOthers(jobs: readonly RanJob[], own: OwnDeploy): readonly RanJob[] {
  const ownId = own.release === undefined ? undefined : releaseId(own.release)
  const deploys = jobs.flatMap(job => deployOf(job, own.environment))
  const sameName = deploys.filter(({ id }) => id === ownId)
  const mine = sameName.find(({ job }) => job.attempt === own.attempt) ?? sameName[0]
  const [ours, twins] = splitTwins(sameName, mine?.call)
  const attempts = new Set([own.attempt, undefined, ...ours.map(({ job }) => job.attempt)])
  const others = deploys.filter(
    ({ job, id, call }) =>
      id !== ownId && (attempts.has(job.attempt) || (job.attempt ?? own.attempt) >= own.planned || call !== mine?.call)
  )
  return [...others, ...twins].map(({ job }) => job)
}

function deployOf(job: RanJob, environment: string): readonly Deploy[] {
  if (job.result === 'skipped') return []
  const names = ownNames(job)
  const found = names.flatMap(({ own, call }) => {
    // GitHub takes names of GitHub Environments in any letters for the same.
    const name = own.toLowerCase()
    const id = releaseOfStageJob('deploy', environment.toLowerCase(), name)
    if (id !== undefined) return [{ job, id, call }]
    // Whoever calls gives the release, too: another text in its place makes no name of a deploy job, but asks at the same gate.
    return call !== '' && name.startsWith('deploy ') && ` ${name} `.includes(` to ${environment.toLowerCase()} `)
      ? [{ job, id: own, call }]
      : []
  })
  // What is not shown of a name may be that it deploys here.
  return found.length > 0 || !names.some(mayBeCut) ? found : [{ job, id: job.name, call: job.name }]
}

/**
 * What may be a job's own name, behind the names of those that call: both hold what callers write, so that no one can tell where one ends.
 */
function ownNames({ name }: Pick<RanJob, 'name'>): readonly { readonly own: string; readonly call: string }[] {
  const parts = name.split(' / ')
  return parts.map((_, at) => ({ own: parts.slice(at).join(' / '), call: parts.slice(0, at).join(' / ') }))
}

/** One job of each attempt is ours, by the call that ours is of now; what else has our release in its name is not. */
function splitTwins(sameName: readonly Deploy[], call: string | undefined): readonly [Deploy[], Deploy[]] {
  const [ours, twins]: [Deploy[], Deploy[]] = [[], []]
  for (const deploy of sameName) {
    const isFirst = !ours.some(({ job }) => job.attempt === deploy.job.attempt)
    ;(deploy.call === call && isFirst ? ours : twins).push(deploy)
  }
  return [ours, twins]
}

/** The one question that a run should have. */
export interface OwnQuestion {
  readonly question: Exclude<Question, 'deploy'>
  /** The own name of the job that asks it, where that says all that is asked; absent: any job of the question asks it. */
  readonly name?: string
}

/**
 * The jobs of a run with which Sluice's workflows ask reviewers for something else than the one question that the run should have: an answer to
 * one of them looks like an answer to all. The question itself has one job in each attempt, and the same name in all: the inputs of a later attempt may
 * be others.
 * @param jobs of all attempts.
 */
export function otherQuestions(jobs: readonly RanJob[], { question, name }: OwnQuestion): readonly RanJob[] {
  const attempts = new Set<number | undefined>()
  return jobs.filter(job => {
    if (job.result === 'skipped') return false
    const names = ownNames(job)
    const asked = names.filter(({ own, call }) => questionOf(own, call !== '') !== undefined)
    // What is not shown of a name may be that it asks.
    if (asked.length === 0) return names.some(mayBeCut)
    const isOwn = asked.every(({ own }) => questionOf(own) === question && (name === undefined || isNamed(own, name)))
    if (!isOwn || attempts.has(job.attempt)) return true
    attempts.add(job.attempt)
    return false
  })
}

/** GitHub shows of a name so many characters. */
const MOST_SHOWN = 100

const ELLIPSIS = /(?:…|\.\.\.)$/

/** Whether a job has a name, or what GitHub shows of it. */
function isNamed(own: string, name: string): boolean {
  return own === name || (own.length >= MOST_SHOWN && name.startsWith(own.replace(ELLIPSIS, '')))
}

/** Whether a name may be longer than what GitHub shows of it. */
function mayBeCut({ own }: { readonly own: string }): boolean {
  return ELLIPSIS.test(own) ? own.length >= MOST_SHOWN - 3 : own.length === MOST_SHOWN
}
