import {
  type Approval,
  type Digest,
  isDigest,
  type LedgerRecord,
  type NamedRelease,
  type RecordDraft,
  UserError
} from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import {
  type Pipeline,
  readApprovals,
  readStanding,
  relateToLive,
  type Standing,
  type WriteRequest,
  withdrawalOfLive
} from '@sluice/pipeline'
import { deriveOutcome, type Outcome } from '@sluice/policy'
import { recordsOfDeadRuns } from './dead-run-records.ts'
import type { RecordInputs } from './inputs.ts'
import { roleOfOutcome } from './signing-role.ts'

type OutcomeInputs = Extract<RecordInputs, { kind: 'outcome' }>

/** What an outcome is derived from, and its record made of. */
interface Evidence {
  readonly environment: Environment
  readonly release: NamedRelease
  /** The record that announced the plan. */
  readonly announcement: LedgerRecord | undefined
  readonly approvals: readonly Approval[]
  /** The acceptance of what is live. */
  readonly acceptance: LedgerRecord | undefined
  /** The withdrawal of what is live. */
  readonly withdrawal: LedgerRecord | undefined
  readonly standing: Standing
}

type OutcomePipeline = Pick<Pipeline, 'draft' | 'environment' | 'github' | 'history' | 'repository' | 'run'>

/**
 * Derives what became of an environment from the results of its jobs, the approvals and the ledger: also for gates that were
 * rejected or expired, for jobs that never ran, and for runs that could not tell themselves.
 */
export async function recordOfOutcome(
  inputs: OutcomeInputs,
  pipeline: OutcomePipeline
): Promise<{ readonly request: WriteRequest; readonly verdict: string }> {
  const evidence = await collectEvidence(inputs, pipeline)
  const outcome = await outcomeOf(inputs, evidence, pipeline)
  const draft = draftOf(pipeline.draft(), inputs, evidence, outcome)
  const { name } = evidence.environment
  return {
    request: {
      drafts: [...(await recordsOfDeadRuns(pipeline, name, evidence.standing, draft.event)), draft],
      environment: name,
      role: roleOfOutcome(name)
    },
    verdict: outcome.verdict
  }
}

async function collectEvidence(inputs: OutcomeInputs, pipeline: OutcomePipeline): Promise<Evidence> {
  const { history, run } = pipeline
  const environment = pipeline.environment(inputs.environment)
  const release = await history.released(inputs.release)
  if (release === undefined)
    throw new UserError(
      `The ledger holds no release ${inputs.release}, so its outcome cannot be recorded. Record \`released\` first.`
    )
  const plan = planOf(inputs)
  const asked = environment.gate === 'approval'
  const standing = await readStanding(history.records(), environment.name)
  const withdrawal = await withdrawalOfLive(history, environment.name, standing.live)
  return {
    environment,
    release,
    announcement: plan === undefined ? undefined : await history.announcement(plan, run.runId, environment.gate),
    approvals: asked ? await readApprovals(pipeline, environment.name) : [],
    acceptance: withdrawal === undefined ? await history.acceptanceOfLive(environment.name) : undefined,
    withdrawal,
    standing
  }
}

async function outcomeOf(inputs: OutcomeInputs, evidence: Evidence, pipeline: OutcomePipeline): Promise<Outcome> {
  const { github, history, run } = pipeline
  const { environment, release, announcement, approvals, acceptance, withdrawal, standing } = evidence
  const own = { runId: run.runId, environment: environment.name, release: release.digest }
  const intent = await history.intent(own)
  const [live] = standing.live
  const overtaken = (await relateToLive(pipeline, release.commit, standing.live)) === 'behind'
  return deriveOutcome({
    environment: environment.name,
    gate: environment.gate,
    jobs: inputs.jobs,
    approvals,
    snapshot: announcement?.approvals ?? [],
    plannedAt: announcement === undefined ? undefined : Date.parse(announcement.time),
    // What an earlier attempt began was told by that attempt.
    started: intent?.run.attempt === run.attempt,
    deployed: (await history.deployment(own)) !== undefined,
    liveAccepted: acceptance !== undefined,
    ...(withdrawal === undefined ? {} : { liveWithdrawn: withdrawal.sequence }),
    now: github.now(),
    ...(overtaken && live !== undefined ? { overtakenBy: live.run.id } : {})
  })
}

function draftOf(
  common: ReturnType<Pipeline['draft']>,
  { jobs }: OutcomeInputs,
  { environment, release, announcement, approvals, acceptance }: Evidence,
  outcome: Outcome
): RecordDraft {
  return {
    ...common,
    event: outcome.event,
    environment: environment.name,
    release,
    ...(announcement?.plan === undefined ? {} : { plan: announcement.plan }),
    ...(announcement?.dossier === undefined ? {} : { dossier: announcement.dossier }),
    ...(approvals.length === 0 ? {} : { approvals }),
    ...(announcement?.protection === undefined ? {} : { protection: announcement.protection }),
    detail: {
      ...outcome.detail,
      jobs: Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.result])),
      ...(outcome.event === 'unchanged' && acceptance !== undefined
        ? { acceptedBy: acceptance.sequence, acceptedAt: acceptance.time }
        : {})
    }
  }
}

/** The plan that the jobs were about: made by `plan`, or by `deploy` where nobody is asked. */
function planOf({ jobs }: OutcomeInputs): Digest | undefined {
  return [jobs['plan'], jobs['deploy']].map(job => job?.outputs?.['plan-digest']).find(isDigest)
}
