import { type Digest, isDigest, type RecordDraft, UserError } from '@sluice/core'
import {
  historyOf,
  type Pipeline,
  readApprovals,
  readProtection,
  readStanding,
  relateToLive,
  type WriteRequest
} from '@sluice/pipeline'
import { deriveOutcome } from '@sluice/policy'
import { recordsOfDeadRuns } from './dead-runs.ts'
import type { RecordInputs } from './inputs.ts'

type OutcomeInputs = Extract<RecordInputs, { kind: 'outcome' }>

/**
 * Derives what became of an environment from the results of its jobs, the approvals and the ledger: also for gates that were
 * rejected or expired, for jobs that never ran, and for runs that could not tell themselves.
 */
export async function recordOfOutcome(
  inputs: OutcomeInputs,
  pipeline: Pipeline
): Promise<{ readonly request: WriteRequest; readonly verdict: string }> {
  const environment = pipeline.environment(inputs.environment)
  const history = historyOf(pipeline)
  const released = await history.find(
    record => record.event === 'released' && record.release?.digest === inputs.release
  )
  if (released?.release === undefined)
    throw new UserError(`The ledger holds no release ${inputs.release}, so there is nothing to record of it.`)

  const plan = planOf(inputs)
  const announcement =
    plan === undefined ? undefined : await history.announcement(plan, pipeline.run.runId, environment.gate)
  const approvals = environment.gate === 'approval' ? await readApprovals(pipeline, environment.name) : []
  const protection = environment.gate === 'approval' ? await readProtection(pipeline, environment.name) : undefined
  const acceptance = await history.acceptanceOfLive(environment.name)
  const standing = await readStanding(history.records(), environment.name)
  const relation = await relateToLive(pipeline, released.release.commit, standing.live)

  const outcome = deriveOutcome({
    environment: environment.name,
    gate: environment.gate,
    jobs: inputs.jobs,
    approvals,
    snapshot: announcement?.approvals ?? [],
    plannedAt: announcement === undefined ? undefined : Date.parse(announcement.time),
    started:
      (await history.find(
        it =>
          it.run.id === pipeline.run.runId &&
          it.run.attempt === pipeline.run.attempt &&
          it.environment === environment.name &&
          it.event === 'started'
      )) !== undefined,
    deployed:
      (await history.ownRecord('deployed', {
        runId: pipeline.run.runId,
        environment: environment.name,
        release: inputs.release
      })) !== undefined,
    liveAccepted: acceptance !== undefined,
    now: pipeline.github.now(),
    ...(relation === 'behind' && standing.live[0] !== undefined ? { overtakenBy: standing.live[0].run.id } : {})
  })
  const draft: RecordDraft = {
    ...pipeline.draft(),
    event: outcome.event,
    environment: environment.name,
    release: released.release,
    ...(announcement?.plan === undefined ? {} : { plan: announcement.plan }),
    ...(announcement?.dossier === undefined ? {} : { dossier: announcement.dossier }),
    ...(approvals.length === 0 ? {} : { approvals }),
    ...(protection === undefined ? {} : { protection }),
    detail: {
      ...outcome.detail,
      jobs: Object.fromEntries(Object.entries(inputs.jobs).map(([name, job]) => [name, job.result])),
      ...(outcome.event === 'unchanged' && acceptance !== undefined
        ? { acceptedBy: acceptance.sequence, acceptedAt: acceptance.time }
        : {})
    }
  }
  return {
    request: {
      drafts: [...(await recordsOfDeadRuns(pipeline, environment.name, standing, draft.event)), draft],
      environment: environment.name,
      role: { environment: environment.name, may: 'plan' }
    },
    verdict: outcome.verdict
  }
}

/** The plan that the jobs were about: made by `plan`, or by `deploy` where nobody is asked. */
function planOf({ jobs }: OutcomeInputs): Digest | undefined {
  return [jobs['plan'], jobs['deploy']].map(job => job?.outputs?.['plan-digest']).find(isDigest)
}
