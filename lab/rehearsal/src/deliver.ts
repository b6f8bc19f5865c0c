import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { evidencePath, Failure, type LedgerRecord } from '@sluice/core'
import { readBlobs } from '@sluice/git'
import { COMPILED } from '@sluice-lab/servers'
import { runAct } from './act.ts'
import { type ActEvent, nameOnGitHub } from './act-event.ts'
import { answerGate, type GateOptions } from './answer-gate.ts'
import { writeCheckout } from './checkout-action.ts'
import type { DeliveryEvent } from './delivery-event.ts'
import type { Decider } from './gate.ts'
import { nodeOfJobs } from './job-node.ts'
import { AUTHOR } from './people.ts'
import { REPOSITORY } from './product.ts'
import { SUITE_REPOSITORY } from './suite.ts'
import type { World } from './world.ts'

const WORKFLOW = 'deliver.yml'

/** The workflow of the suite that checks a commit out by its name. */
const STAGE = '.github/workflows/stage.yml'

/** The workflows of the caller whose jobs check out every branch, the ledger among them. */
const FETCHES_ALL: readonly string[] = ['repair.yml']

/** One delivery of one commit. */
export interface DeliverOptions {
  readonly world: World
  readonly commit: string
  /** GitHub's number of the run. */
  readonly runId: number
  /** Which attempt of the run this is: another one is what "Re-run all jobs" starts. Default 1. */
  readonly attempt?: number
  /** The suite as act sees it, and the ref that the caller names it by. */
  readonly suite: { readonly directory: string; readonly ref: string }
  readonly decide: Decider
  readonly onEvent: (event: DeliveryEvent) => void
  readonly signal: AbortSignal
  /** The caller's workflow, a file of `.github/workflows`; default `deliver.yml`. */
  readonly workflow?: string
  /** What somebody gives who starts the run by hand; absent for one that a push starts. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Folders that come first on the PATH of the steps, before Node 24 and the builder. */
  readonly path?: readonly string[]
}

/** How a delivery ended, by what the ledger and act say. */
export interface Delivered {
  readonly exitCode: number
  /** Records that the run added, in order. */
  readonly records: readonly LedgerRecord[]
}

/**
 * Runs the caller's workflow for a commit, answering the gates on the way. GitHub's part is played by its stand-in: a gate opens when
 * the plan is on the ledger, and its answer is what the deploy job reads.
 */
export async function deliver(options: DeliverOptions): Promise<Delivered> {
  const { world, runId, attempt = 1, workflow = WORKFLOW, signal } = options
  const { github, product } = world
  const records: LedgerRecord[] = []
  if (FETCHES_ALL.includes(workflow)) await product.fetchedAll()
  else product.leftOut()
  const { token, idToken } = startRun(options)
  const deciding: Promise<void>[] = []
  const undecided = new AbortController()
  const stopping = AbortSignal.any([signal, undecided.signal])
  const gate: GateOptions = {
    github,
    repository: product.repository,
    runId,
    decide: options.decide,
    readDossier: async record => readDossier(world, record),
    onEvent: options.onEvent,
    signal: stopping
  }
  const quiet = watch(options, record => {
    records.push(record)
    options.onEvent({ kind: 'recorded', record })
    if (record.event !== 'planned') return
    // Without a decision the run cannot go on: it is stopped, and what kept the decision away is told when it has ended.
    deciding.push(answerGate(gate, record).catch((error: unknown) => undecided.abort(error)))
  })

  const directory = directoryOfRun(world, runId, attempt)
  await mkdir(directory, { recursive: true })
  try {
    const exitCode = await act(options, directory, { token, idToken, signal: stopping })
    const failed = stopping.aborted ? 'cancelled' : 'failure'
    github.completeRun(product.repository, runId, exitCode === 0 ? 'success' : failed)
    const lost = undecided.signal.aborted && !signal.aborted
    // Who is still asked about a run that is over need not answer.
    undecided.abort()
    await Promise.all(deciding)
    if (lost) throw undecided.signal.reason
    return { exitCode, records }
  } finally {
    quiet()
  }
}

/** What GitHub knows of a run when its jobs begin. */
function startRun(options: DeliverOptions): ReturnType<World['github']['startRun']> {
  const { world, runId, attempt = 1, commit } = options
  return world.github.startRun(world.product.repository, {
    id: runId,
    attempt,
    actor: AUTHOR,
    headSha: commit,
    headBranch: 'main',
    event: eventOf(options),
    workflow: { name: 'deliver', path: workflowOf(options) },
    // This machine: `RUNNER_ENVIRONMENT` of the jobs says so, too.
    runner: 'self-hosted'
  })
}

/** Lets act run the caller's workflow, as GitHub would. @returns act's exit code. */
async function act(
  options: DeliverOptions,
  directory: string,
  {
    token,
    idToken,
    signal
  }: { readonly token: string; readonly idToken: Parameters<typeof environmentOfRun>[1]; readonly signal: AbortSignal }
): Promise<number> {
  const { tools, product, builder } = options.world
  return runAct({
    tools,
    repository: product.work,
    workflow: workflowOf(options),
    local: [
      { name: SUITE_REPOSITORY, ref: options.suite.ref, directory: options.suite.directory },
      await writeCheckout(join(options.suite.directory, STAGE), join(directory, 'checkout'))
    ],
    actor: AUTHOR.login,
    token,
    env: environmentOfRun(options, idToken),
    eventName: eventOf(options),
    event: {
      ref: `refs/heads/${REPOSITORY.defaultBranch}`,
      ...(options.inputs === undefined ? { after: options.commit } : { inputs: options.inputs }),
      repository: { full_name: product.repository, default_branch: REPOSITORY.defaultBranch }
    },
    path: [...(options.path ?? []), await nodeOfJobs(directory, tools.node24, options.suite), ...builder.path],
    directory,
    onEvent: event => {
      reportJob(options, event)
      options.onEvent(event)
    },
    signal
  })
}

/** Tells GitHub of a job of this attempt, as its runners do by themselves. */
function reportJob({ world, runId }: DeliverOptions, event: ActEvent): void {
  if (event.kind !== 'job-started' && event.kind !== 'job-finished') return
  const { github, product } = world
  github.reportJob(product.repository, runId, {
    name: nameOnGitHub(event.job),
    ...(event.kind === 'job-started' ? { status: 'in_progress' } : { status: 'completed', conclusion: event.result })
  })
}

/** Listens to GitHub for what one attempt of a run comes to: the gates that hold it, and its records. @returns what ends the listening. */
function watch(
  { world, runId, attempt = 1, onEvent }: DeliverOptions,
  recorded: (record: LedgerRecord) => void
): () => void {
  const { github } = world
  const quiet = [
    github.on('held', event => {
      if (event.runId === runId)
        for (const environment of event.environments) onEvent({ kind: 'gate-held', environment })
    }),
    github.on('commit', event => {
      for (const file of event.files) {
        if (!file.path.startsWith('records/') || !file.path.endsWith('.json') || file.content === undefined) continue
        const record = JSON.parse(Buffer.from(file.content).toString('utf8')) as LedgerRecord
        if (record.run.id === String(runId) && record.run.attempt === attempt) recorded(record)
      }
    })
  ]
  return () => {
    for (const off of quiet) off()
  }
}

/** Where act keeps everything of one attempt of a run; whatever it starts works below. */
export function directoryOfRun(world: Pick<World, 'directory'>, runId: number, attempt: number): string {
  return join(world.directory, `run-${runId}-${attempt}`)
}

function workflowOf({ workflow = WORKFLOW }: DeliverOptions): string {
  return `.github/workflows/${workflow}`
}

function eventOf({ inputs }: DeliverOptions): string {
  return inputs === undefined ? 'push' : 'workflow_dispatch'
}

/** What GitHub sets for every job, and where this machine's AWS, GitHub and builder are. */
function environmentOfRun(options: DeliverOptions, idToken: string): Readonly<Record<string, string>> {
  const { world, runId, attempt = 1, commit } = options
  const { github, calls, product, builder } = world
  return {
    GITHUB_SERVER_URL: github.url,
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_REPOSITORY_ID: String(product.repositoryId),
    GITHUB_ACTOR_ID: String(AUTHOR.id),
    GITHUB_WORKFLOW_REF: `${product.repository}/${workflowOf(options)}@refs/heads/main`,
    GITHUB_WORKFLOW_SHA: commit,
    RUNNER_ENVIRONMENT: 'self-hosted',
    NODE_COMPILE_CACHE: COMPILED,
    ACTIONS_ID_TOKEN_REQUEST_URL: github.idTokenUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: idToken,
    AWS_ENDPOINT_URL: calls.url,
    ...builder.env
  }
}

/** How often an archived dossier is looked for, and the wait between two looks, in milliseconds. */
const LOOKS = 20
const LOOK = 100

/** The dossier as it is archived, which is what an auditor will see. */
async function readDossier(world: World, record: LedgerRecord): Promise<string> {
  if (record.dossier === undefined)
    throw new Failure(`The plan for ${record.environment ?? ''} was recorded without a dossier.`)
  const path = `${world.delivery.ledger.branch}:${evidencePath(record.dossier)}`
  for (let attempt = 0; ; attempt++) {
    const [dossier] = await readBlobs(world.product.bare, [path])
    if (dossier !== undefined) return dossier.toString('utf8')
    if (attempt === LOOKS) throw new Failure(`The dossier cannot be read from the ledger: ${path} is not there.`)
    await new Promise(resolve => setTimeout(resolve, LOOK))
  }
}
