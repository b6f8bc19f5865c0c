import { Failure } from './errors.ts'
import { readSuite, type Suite } from './suite.ts'

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
  /** Login of who started this attempt: on a re-run it may be somebody else than the actor. */
  readonly triggeringActor: string
  readonly sha: string
  /** The full ref, e.g. `refs/heads/main`. */
  readonly ref: string
  readonly event: string
  /** The default branch as the event that started the run tells it: as it was then. Absent where it does not tell. */
  readonly defaultBranch?: string
  /** The caller's workflow file with its ref. */
  readonly workflow: string
  readonly workflowSha: string
  readonly runner: string
  /** The Sluice that this action is of; absent where the runner does not tell. */
  readonly sluice?: Suite
  readonly serverUrl: string
  readonly workspace: string
  readonly temp: string
}

/** What the toolkit (`@actions/github`) knows of the run; its types promise more than it has where a variable is not set. */
export type ToolkitContext = Pick<
  typeof import('@actions/github').context,
  'eventName' | 'payload' | 'sha' | 'ref' | 'job' | 'actor' | 'runId' | 'runAttempt' | 'serverUrl'
>

/**
 * Reads the run's facts from the toolkit's context, and from the environment what that lacks.
 * @throws Failure naming the variable that is missing.
 */
export function readRunContext(context: ToolkitContext, env: NodeJS.ProcessEnv): RunContext {
  const need = (name: string, value: string | number | undefined = env[name]): string => {
    if (value === undefined || value === '' || Number.isNaN(value)) {
      throw new Failure(
        `The variable ${name} is not set: this program expects the environment of a GitHub Actions job.`
      )
    }
    return String(value)
  }
  const actor = need('GITHUB_ACTOR', context.actor)
  const sluice = readSuite(env)
  const defaultBranch: unknown = context.payload.repository?.['default_branch']
  return {
    repository: need('GITHUB_REPOSITORY'),
    repositoryId: need('GITHUB_REPOSITORY_ID'),
    runId: need('GITHUB_RUN_ID', context.runId),
    attempt: Number.isNaN(context.runAttempt) ? 1 : context.runAttempt,
    job: need('GITHUB_JOB', context.job),
    actor: { id: env['GITHUB_ACTOR_ID'] ?? '0', login: actor },
    triggeringActor: env['GITHUB_TRIGGERING_ACTOR'] || actor,
    sha: need('GITHUB_SHA', context.sha),
    ref: need('GITHUB_REF', context.ref),
    event: need('GITHUB_EVENT_NAME', context.eventName),
    ...(typeof defaultBranch === 'string' && defaultBranch !== '' ? { defaultBranch } : {}),
    workflow: env['GITHUB_WORKFLOW_REF'] ?? env['GITHUB_WORKFLOW'] ?? '',
    workflowSha: env['GITHUB_WORKFLOW_SHA'] ?? '',
    runner: env['RUNNER_ENVIRONMENT'] ?? env['RUNNER_NAME'] ?? '',
    ...(sluice === undefined ? {} : { sluice }),
    serverUrl: context.serverUrl,
    workspace: need('GITHUB_WORKSPACE'),
    temp: need('RUNNER_TEMP')
  }
}

/** The page of the run, for people. */
export function runUrl(run: Pick<RunContext, 'serverUrl' | 'repository' | 'runId'>): string {
  return `${run.serverUrl}/${run.repository}/actions/runs/${run.runId}`
}
