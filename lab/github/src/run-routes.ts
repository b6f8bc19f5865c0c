import { branchPoliciesJson, type Environment, environmentJson, environmentKey } from './environment.ts'
import { notFound } from './refusal.ts'
import { fullName, repositoryJson } from './repository.ts'
import { type Answer, json, type Route, type RouteRequest } from './route.ts'
import { approvalsJson, type Job, jobJson, pendingDeploymentsJson, type Run, runJson, statusOf } from './run.ts'

const RUN = '/repos/{owner}/{repo}/actions/runs/{run_id}'
const ENVIRONMENT = '/repos/{owner}/{repo}/environments/{environment_name}'
const READ = { area: 'actions', access: 'read' } as const

/** The repository itself, its environments, runs, and their gates. */
export const runRoutes: readonly Route[] = [
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}',
    need: { area: 'metadata', access: 'read' },
    answer: async ({ repository }) => json(repositoryJson(repository))
  },
  {
    method: 'GET',
    template: ENVIRONMENT,
    need: READ,
    answer: async request => json(environmentJson(request.repository, environmentOf(request)))
  },
  {
    method: 'GET',
    template: `${ENVIRONMENT}/deployment-branch-policies`,
    need: READ,
    answer: async request => json(branchPoliciesJson(environmentOf(request), list => paged(list, request.query)))
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/actions/runs',
    need: READ,
    answer: async request => {
      const runs = [...request.repository.runs.values()].filter(run => isWanted(run, request.query)).reverse()
      const page = paged(runs, request.query)
      return json({
        total_count: runs.length,
        workflow_runs: await Promise.all(page.map(async run => runJson(request.repository, run)))
      })
    }
  },
  {
    method: 'GET',
    template: RUN,
    need: READ,
    answer: async request => json(await runJson(request.repository, runOf(request)))
  },
  {
    method: 'GET',
    template: `${RUN}/approvals`,
    need: READ,
    answer: async request => {
      const run = runOf(request)
      if (run.gates.size === 0) return json(approvalsJson(request.repository, run))
      // On GitHub a job of a gated environment does not start before somebody decided. Here it runs, and is held where it asks.
      return {
        kind: 'late',
        status: 200,
        body: async () => {
          const environments = [...run.gates.values()].map(({ environment }) => environment.name)
          await request.hub.events.emit('held', {
            repository: fullName(request.repository),
            runId: run.id,
            environments
          })
          while (run.gates.size > 0) await Promise.all([...run.gates.values()].map(async gate => gate.closed))
          return approvalsJson(request.repository, run)
        }
      }
    }
  },
  {
    method: 'GET',
    template: `${RUN}/pending_deployments`,
    need: READ,
    answer: async request => json(pendingDeploymentsJson(request.repository, runOf(request)))
  },
  {
    method: 'GET',
    template: `${RUN}/jobs`,
    need: READ,
    answer: async request =>
      jobsAnswer(request, run => [
        ...(request.query.get('filter') === 'all' ? run.earlierJobs : []),
        ...run.jobs.values()
      ])
  },
  {
    method: 'GET',
    template: `${RUN}/attempts/{attempt_number}/jobs`,
    need: READ,
    answer: async request => {
      const attempt = Number(request.parameter('attempt_number'))
      return jobsAnswer(request, run => {
        if (!(attempt >= 1 && attempt <= run.attempt)) throw notFound()
        return [...run.earlierJobs, ...run.jobs.values()].filter(job => job.attempt === attempt)
      })
    }
  },
  {
    method: 'POST',
    template: `${RUN}/cancel`,
    need: { area: 'actions', access: 'write' },
    answer: async request => {
      await request.hub.cancel(request.repository, runOf(request))
      return json({}, 202)
    }
  }
]

function jobsAnswer(request: RouteRequest, choose: (run: Run) => readonly Job[]): Answer {
  const run = runOf(request)
  const jobs = choose(run)
  return json({
    total_count: jobs.length,
    jobs: paged(jobs, request.query).map(job => jobJson(request.repository, run, job))
  })
}

function environmentOf({ repository, parameter }: RouteRequest): Environment {
  const environment = repository.environments.get(environmentKey(parameter('environment_name')))
  if (environment === undefined) throw notFound()
  return environment
}

function runOf({ repository, parameter }: RouteRequest): Run {
  const run = repository.runs.get(Number(parameter('run_id')))
  if (run === undefined) throw notFound()
  return run
}

function isWanted(run: Run, query: URLSearchParams): boolean {
  const is = (name: string, ...values: readonly (string | undefined)[]): boolean => {
    const wanted = query.get(name)
    return wanted === null || values.includes(wanted)
  }
  return (
    is('status', statusOf(run), run.conclusion) &&
    is('branch', run.headBranch) &&
    is('event', run.event) &&
    is('head_sha', run.headSha) &&
    is('actor', run.actor.login)
  )
}

/** Entries of a page for who asks for no number, and for who asks for all (GitHub's REST API, "pagination"). */
const [PAGE_SIZE, MOST_ON_PAGE] = [30, 100]

/** The page of a list that was asked for. */
export function paged<T>(
  list: readonly T[],
  query: URLSearchParams,
  fallback = PAGE_SIZE,
  most = MOST_ON_PAGE
): readonly T[] {
  const size = Math.min(most, Math.max(1, Number(query.get('per_page') ?? fallback) || fallback))
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1)
  return list.slice((page - 1) * size, page * size)
}
