import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Digest, runCommand, STAGE_JOBS, type StageJob, stageJobName } from '@sluice/core'
import type { Conclusion, User } from '@sluice-lab/github'
import { AUTHOR, AUTHOR_EMAIL, ensureRehearsalTools, startWorld, type World } from '@sluice-lab/rehearsal'
import type { AwsRequest } from '@sluice-lab/servers'
import type { ActionName } from './action-file.ts'
import { inRepository } from './repository.ts'
import { type BundleRun, runBundle } from './run-bundle.ts'

/** A product in a world of real servers, and steps that run in it. */
export interface Scene {
  readonly world: World
  /** Writes a file in the product's folder. */
  write(path: string, text: string): Promise<void>
  /** Commits what is in the product's folder; the commit's id. */
  commit(message?: string): Promise<string>
  /** Runs git in the product's folder; what it prints. */
  git(args: readonly string[], input?: string): Promise<string>
  /** Starts a run of the deliver workflow for a commit. */
  run(commit: string, options?: RunOptions): Run
  stop(): Promise<void>
}

export interface RunOptions {
  /** Who starts the run, or this attempt of it. */
  readonly actor?: User
  /** Another attempt of the run with this id. */
  readonly again?: Run
  readonly event?: string
  readonly branch?: string
}

/** One run on GitHub. */
export interface Run {
  readonly id: number
  readonly attempt: number
  readonly commit: string
  /** Who started the first attempt. */
  readonly actor: User
  /** GitHub learns how jobs of stage.yml ended, for a release in an environment; those that are not named did not run. */
  ended(
    of: { readonly environment: string; readonly release: Digest },
    jobs: Partial<Record<StageJob, Conclusion>>
  ): void
  /** Runs an action as a step of one of its jobs. */
  step(action: ActionName, inputs: Readonly<Record<string, string>>, options?: StepOptions): Promise<StepRun>
}

export interface StepOptions {
  /** Default: `deploy`. */
  readonly job?: string
  /** Replaces what the runner sets; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Told of each line as it is printed. */
  readonly onLine?: (line: string) => void
}

export interface StepRun extends BundleRun {
  /** What AWS was asked by this step. */
  readonly calls: readonly AwsRequest[]
}

/**
 * What a step asked of AWS besides what every decision asks first: which records are anchored, with the role that reads in the account of the
 * registry.
 */
export function beyondAnchors({ calls }: Pick<StepRun, 'calls'>): readonly AwsRequest[] {
  const listings = calls.filter(({ action }) => /^GET \/sluice-[a-z]+-anchors-\d+\//.test(action))
  const readers = new Set(listings.map(({ account }) => account))
  return calls.filter(
    call =>
      !listings.includes(call) &&
      !(readers.has(call.account) && ['AssumeRoleWithWebIdentity', 'GetObject'].includes(call.action))
  )
}

/**
 * Starts a world for a product.
 * @param product folder of the product; by default a small one with an image, a bundle and three environments.
 */
export async function openScene(product: string = inRepository('test', 'harness', 'shop')): Promise<Scene> {
  const tools = await ensureRehearsalTools()
  const directory = await mkdtemp(join(tmpdir(), 'sluice-scene-'))
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  const world = await startWorld({ tools, directory, product }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const { github, calls, product: repository } = world
  let lastRun = 5000
  let lastCommit = 0
  return {
    world,
    write: async (path, text) => writeFile(join(repository.work, path), text),
    commit: async (message = 'change') => {
      // Every commit is another one, also when nothing else changes.
      await writeFile(join(repository.work, 'commits.txt'), `${message} ${++lastCommit}\n`)
      return repository.commit(message)
    },
    async git(args, input = '') {
      const identity = ['-c', 'user.name=author', '-c', `user.email=${AUTHOR_EMAIL}`]
      const done = await runCommand('git', ['-C', repository.work, ...identity, ...args], { input })
      if (done.code !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`)
      return done.stdout.toString('utf8').trim()
    },
    run(commit, options = {}) {
      const { again, actor: triggering = AUTHOR, event = 'push', branch = 'main' } = options
      const actor = again?.actor ?? triggering
      const id = again?.id ?? ++lastRun
      const attempt = (again?.attempt ?? 0) + 1
      if (again !== undefined) github.completeRun(repository.repository, id, 'failure')
      const { token, idToken } = github.startRun(repository.repository, {
        id,
        attempt,
        actor: triggering,
        headSha: commit,
        headBranch: branch,
        event
      })
      return {
        id,
        attempt,
        commit,
        actor,
        ended({ environment, release }, jobs) {
          for (const name of STAGE_JOBS) {
            const conclusion = jobs[name]
            if (conclusion === undefined || conclusion === 'skipped') continue
            github.reportJob(repository.repository, id, {
              name: `deliver / ${environment} / ${stageJobName(name, environment, release)}`,
              status: 'completed',
              conclusion
            })
          }
        },
        async step(action, inputs, { job = 'deploy', env = {}, onLine = () => undefined } = {}) {
          const before = calls.requests.length
          // Each job has a machine, and so a temporary folder, of its own.
          const temp = join(directory, `temp-${id}-${attempt}-${job}-${inputs['environment'] ?? ''}`)
          await mkdir(temp, { recursive: true })
          const done = await runBundle({
            action,
            inputs: action === 'accept-release' ? inputs : { 'github-token': token, ...inputs },
            env: {
              PATH: [...world.builder.path, process.env['PATH'] ?? ''].join(':'),
              GITHUB_WORKSPACE: repository.work,
              GITHUB_REPOSITORY: repository.repository,
              GITHUB_REPOSITORY_ID: String(repository.repositoryId),
              GITHUB_RUN_ID: String(id),
              GITHUB_RUN_ATTEMPT: String(attempt),
              GITHUB_JOB: job,
              GITHUB_ACTOR: actor.login,
              GITHUB_ACTOR_ID: String(actor.id),
              GITHUB_TRIGGERING_ACTOR: triggering.login,
              GITHUB_SHA: commit,
              GITHUB_REF: `refs/heads/${branch}`,
              GITHUB_EVENT_NAME: event,
              GITHUB_WORKFLOW_REF: `${repository.repository}/.github/workflows/deliver.yml@refs/heads/${branch}`,
              GITHUB_WORKFLOW_SHA: commit,
              GITHUB_SERVER_URL: 'https://github.com',
              GITHUB_API_URL: github.url,
              GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
              RUNNER_ENVIRONMENT: 'github-hosted',
              RUNNER_TEMP: temp,
              ACTIONS_ID_TOKEN_REQUEST_URL: `${github.idTokenUrl}${claimsOf(world, job, inputs['environment'])}`,
              ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken,
              AWS_ENDPOINT_URL: calls.url,
              ...world.builder.env,
              ...env
            },
            cwd: repository.work,
            onLine
          })
          return { ...done, calls: calls.requests.slice(before) }
        }
      }
    },
    async stop() {
      await world.stop()
      await remove()
    }
  }
}

/**
 * What GitHub says in the tokens of a job, as parts of the address that they are asked for by: the workflow of Sluice that holds the job, and of
 * the job deploy the GitHub Environment that it names.
 */
function claimsOf({ delivery }: World, job: string, environment: string | undefined): string {
  const { sluice } = delivery
  const own = ['withdraw', 'plan', 'repair'].find(it => it === job)
  const workflow = own ?? (environment === undefined ? 'deliver' : 'stage')
  const held = sluice === undefined ? '' : `${sluice.repository}/.github/workflows/${workflow}.yml@${sluice.commits[0]}`
  return [
    job === 'deploy' && environment !== undefined ? `&environment=${environment}` : '',
    held === '' ? '' : `&job_workflow_ref=${encodeURIComponent(held)}`
  ].join('')
}
