import {
  type Approval,
  type Digest,
  foundInPlace,
  HANDED_OVER,
  isDigest,
  type JobOutcome,
  type LedgerRecord,
  type NamedRelease,
  partiesAtGate,
  type RecordDraft,
  UserError
} from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import {
  asksReviewers,
  groundsIn,
  historyOf,
  isLive,
  isOfJob,
  type Pipeline,
  readEnvironmentId,
  relateToLive,
  type StageResults,
  type Standing,
  type WriteRequest,
  withdrawalOfLive
} from '@sluice/pipeline'
import { deriveOutcome, isExplained, type Outcome } from '@sluice/policy'
import { evidenceOfChecks } from './checks-evidence.ts'
import { withDeadRuns } from './dead-run-records.ts'
import type { RecordInputs } from './inputs.ts'
import { readOwnResults } from './own-results.ts'

type OutcomeInputs = Extract<RecordInputs, { kind: 'outcome' }>

/** What an outcome is derived from, and its record made of. */
interface Evidence {
  readonly environment: Environment
  readonly release: NamedRelease
  /** How the jobs ended, as GitHub knows it. */
  readonly jobs: StageResults
  /** The record that announced the plan. */
  readonly announcement: LedgerRecord | undefined
  /** Whether the gate asks reviewers. */
  readonly asked: boolean
  readonly approvals: readonly Approval[]
  /** The acceptance of what is live. */
  readonly acceptance: LedgerRecord | undefined
  /** The withdrawal of what is live. */
  readonly withdrawal: LedgerRecord | undefined
  readonly standing: Standing
  /** GitHub's number of the GitHub Environment; absent where there is none. */
  readonly environmentId: number | undefined
}

type OutcomePipeline = Parameters<typeof historyOf>[0] &
  Pick<Pipeline, 'at' | 'clock' | 'draft' | 'environment' | 'github' | 'history' | 'log' | 'repository' | 'run'>

/** What is to be recorded of an outcome, and how the step ends. */
export interface RecordedOutcome {
  readonly request: WriteRequest
  readonly verdict: string
  /** Why nothing was promoted, where no job of the run says so by its own result. */
  readonly unexplained?: string
}

/**
 * Derives what became of an environment from the results of its jobs as GitHub knows them, the approvals and the ledger: also for gates that were
 * rejected or expired, for jobs that never ran, and for runs that could not tell themselves.
 */
export async function recordOfOutcome(inputs: OutcomeInputs, pipeline: OutcomePipeline): Promise<RecordedOutcome> {
  const evidence = await collectEvidence(inputs, pipeline)
  const { name } = evidence.environment
  const of = { environment: name, release: evidence.release.digest }
  const checks = evidenceOfChecks(
    evidence.jobs.accept,
    of,
    pipeline.log,
    inputs.accepted === undefined ? HANDED_OVER : undefined
  )
  const outcome = await outcomeOf(evidence, checks?.count, pipeline)
  // Checks that this very job ran are no job: nobody sees by them how the run ended.
  const { accept, ...rest } = evidence.jobs
  const jobs = inputs.accepted === undefined ? { ...rest, accept } : rest
  const draft = {
    ...draftOf(pipeline.draft(), { ...evidence, jobs }, outcome),
    ...(checks && { evidence: [checks.evidence] })
  }
  return {
    request: {
      drafts: await withDeadRuns(pipeline, name, evidence.standing, draft),
      seen: await seenLive(pipeline, evidence.standing),
      ...(outcome.event === 'unchanged' && (await acceptanceBehind(pipeline, evidence))),
      ...(checks && { attachments: [checks.content] })
    },
    verdict: outcome.verdict,
    ...(isExplained(outcome, jobs) ? {} : { unexplained: outcome.detail.reason })
  }
}

/** What this outcome takes for live: an append that somebody else was faster than looks whether it still is. */
async function seenLive(
  { history }: Pick<Pipeline, 'history'>,
  { live }: Standing
): Promise<NonNullable<WriteRequest['seen']>> {
  const releases = new Set(live.flatMap(({ release }) => release?.digest ?? []))
  return { at: (await history.newest())?.sequence ?? 0, releases: [...releases] }
}

/** Nothing is promoted by an acceptance that is not the newest of what is live: others may confirm or undo it before this lands. */
async function acceptanceBehind(
  pipeline: OutcomePipeline,
  { environment: { name }, acceptance }: Evidence
): Promise<Pick<WriteRequest, 'grounds'>> {
  const grounds = await groundsIn(pipeline.history, [name], async () => {
    const now = await historyOf(pipeline, 'now')
      .about({ environments: [name] })
      .acceptanceOfLive(name)
    if (now?.sequence === acceptance?.sequence) return
    throw new UserError(
      `What is live in ${name} was accepted by record ${acceptance?.sequence} when this job looked, but others recorded more before this could be. Re-run the failed jobs: the outcome is found anew.`
    )
  })
  return { grounds }
}

async function collectEvidence(inputs: OutcomeInputs, pipeline: OutcomePipeline): Promise<Evidence> {
  const { history, run } = pipeline
  const environment = pipeline.environment(inputs.environment)
  const release = await history.released(inputs.release)
  if (release === undefined)
    throw new UserError(
      `The ledger holds no release ${inputs.release}, so its outcome cannot be recorded. Record \`released\` first.`
    )
  const { jobs, approvals } = await readOwnResults(inputs, pipeline, environment, release)
  const plan = planOf(jobs)
  const announcement = plan === undefined ? undefined : await history.announcement(plan, run.runId, environment)
  const environmentId = announcement?.protection?.id ?? (await readEnvironmentId(pipeline, environment.name))
  const asked = isAsked(environment, announcement)
  const standing = await history.standing(environment.name)
  const withdrawal = await withdrawalOfLive(history, environment.name, standing.live)
  return {
    environment,
    release,
    jobs,
    announcement,
    asked,
    approvals: asked ? await approvals() : [],
    acceptance: withdrawal === undefined ? await history.acceptanceOfLive(environment.name) : undefined,
    withdrawal,
    standing,
    environmentId
  }
}

/** Whether the gate was one that asks when the plan was announced: a manual start asks where the GitHub Environment has reviewers. */
function isAsked(environment: Environment, announcement: LedgerRecord | undefined): boolean {
  if (environment.gate === 'approval') return true
  return announcement?.protection !== undefined && asksReviewers(environment, announcement.protection)
}

async function outcomeOf(evidence: Evidence, checks: number | undefined, pipeline: OutcomePipeline): Promise<Outcome> {
  const { github, history, run } = pipeline
  const { environment, release, jobs, announcement, asked, approvals, acceptance, withdrawal, standing } = evidence
  const own = { runId: run.runId, environment: environment.name, release: release.digest }
  const intent = await history.intent(own)
  const withdrawn = await history.withdrawal(environment.name, release.digest)
  const isStopped = withdrawn !== undefined && withdrawn.sequence > (intent?.sequence ?? 0)
  const [live] = standing.live
  const starter = { actor: run.actor, triggeringActor: { login: run.triggeringActor } }
  const overtaken = (await relateToLive(pipeline, release.commit, standing.live)) === 'behind'
  return deriveOutcome({
    environment: environment.name,
    asked,
    jobs,
    approvals,
    snapshot: announcement?.approvals ?? [],
    parties: announcement === undefined ? [] : partiesAtGate(starter, announcement),
    planned: announcement?.protection,
    plannedAt: announcement === undefined ? undefined : Date.parse(announcement.time),
    started: intent !== undefined && isOfJob(intent, jobs.deploy),
    deployed: (await history.deployment(own)) !== undefined,
    ...(checks === undefined ? {} : { checks }),
    live: await isLive(pipeline, environment.name, release),
    liveAccepted: acceptance !== undefined,
    ...(withdrawal === undefined ? {} : { liveWithdrawn: withdrawal.sequence }),
    ...(isStopped ? { withdrawnSince: withdrawn.sequence } : {}),
    now: github.now(),
    ...(overtaken && live !== undefined ? { overtakenBy: live.run.id } : {})
  })
}

function draftOf(
  common: ReturnType<Pipeline['draft']>,
  {
    environment,
    environmentId,
    release,
    jobs,
    announcement,
    approvals,
    acceptance,
    standing
  }: Omit<Evidence, 'jobs'> & { readonly jobs: Readonly<Record<string, JobOutcome>> },
  outcome: Outcome
): RecordDraft {
  // What was found to be the same is newer.
  const deployed = standing.live.at(-1)?.release
  return {
    ...common,
    event: outcome.event,
    environment: environment.name,
    ...(environmentId === undefined ? {} : { environmentId }),
    release,
    ...(announcement?.plan === undefined ? {} : { plan: announcement.plan }),
    ...(announcement?.dossier === undefined ? {} : { dossier: announcement.dossier }),
    ...(approvals.length === 0 ? {} : { approvals }),
    ...(announcement?.protection === undefined ? {} : { protection: announcement.protection }),
    detail: {
      ...outcome.detail,
      jobs: Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.result])),
      ...(deployed !== undefined && foundInPlace(outcome) ? { sameAs: deployed.digest } : {}),
      ...(outcome.event === 'unchanged' && acceptance !== undefined
        ? { acceptedBy: acceptance.sequence, acceptedAt: acceptance.time }
        : {})
    }
  }
}

/** The plan that the jobs were about: made by `plan`, or by `deploy` where nobody is asked. */
function planOf({ plan, deploy }: StageResults): Digest | undefined {
  return [plan, deploy].map(job => job.outputs?.['plan-digest']).find(isDigest)
}
