import { Failure } from './errors.ts'

/** What GitHub says of the run that this process is part of (GitHub Actions, "Default environment variables"). */
export interface RunContext {
  /** `owner/name` */
  readonly repository: string
  /** GitHub's stable number of the repository: survives renames. */
  readonly repositoryId: string
  readonly runId: string
  readonly attempt: number
  readonly job: string
  readonly actor: { readonly id: string; readonly login: string }
  readonly sha: string
  /** The full ref, e.g. `refs/heads/main`. */
  readonly ref: string
  readonly event: string
  /** The caller's workflow file with its ref. */
  readonly workflow: string
  readonly workflowSha: string
  readonly runner: string
  readonly serverUrl: string
  readonly workspace: string
  readonly temp: string
}

/** Reads the run's facts from the environment. @throws Failure naming the variable that is missing. */
export function readRunContext(env: NodeJS.ProcessEnv): RunContext {
  const need = (name: string): string => {
    const value = env[name]
    if (value === undefined || value === '') {
      throw new Failure(
        `The variable ${name} is not set: this program expects the environment of a GitHub Actions job.`
      )
    }
    return value
  }
  return {
    repository: need('GITHUB_REPOSITORY'),
    repositoryId: need('GITHUB_REPOSITORY_ID'),
    runId: need('GITHUB_RUN_ID'),
    attempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? '1'),
    job: need('GITHUB_JOB'),
    actor: { id: env['GITHUB_ACTOR_ID'] ?? '0', login: need('GITHUB_ACTOR') },
    sha: need('GITHUB_SHA'),
    ref: need('GITHUB_REF'),
    event: need('GITHUB_EVENT_NAME'),
    workflow: env['GITHUB_WORKFLOW_REF'] ?? env['GITHUB_WORKFLOW'] ?? '',
    workflowSha: env['GITHUB_WORKFLOW_SHA'] ?? '',
    runner: env['RUNNER_ENVIRONMENT'] ?? env['RUNNER_NAME'] ?? '',
    serverUrl: env['GITHUB_SERVER_URL'] ?? 'https://github.com',
    workspace: need('GITHUB_WORKSPACE'),
    temp: need('RUNNER_TEMP')
  }
}

/** The page of the run, for people. */
export function runUrl(run: Pick<RunContext, 'serverUrl' | 'repository' | 'runId'>): string {
  return `${run.serverUrl}/${run.repository}/actions/runs/${run.runId}`
}
