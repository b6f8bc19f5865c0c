import type { Approval, JobOutcome, NamedRelease, RecordOf } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import { type Pipeline, readApprovals, readStageResults, type StageResults } from '@sluice/pipeline'
import type { RecordInputs } from './inputs.ts'

type OutcomeInputs = Extract<RecordInputs, { kind: 'outcome' }>

/** How the jobs of an environment ended, and who let the release in. */
export interface OwnResults {
  readonly jobs: StageResults
  /** The answers given at the gate; asked for only where it asks. */
  approvals(): Promise<readonly Approval[]>
}

/**
 * How the jobs of an environment ended, as GitHub tells it. Of a deployment that this attempt recorded, and whose checks this very job ran, it
 * is not asked again: the records were signed by those who let it in and carried it out, GitHub vouches for each, and nothing that could end
 * badly comes after them. The caller's word (its `needs` context) never says more than that: whatever it tells of another end is asked for.
 */
export async function readOwnResults(
  inputs: OutcomeInputs,
  pipeline: Pick<Pipeline, 'clock' | 'github' | 'history' | 'log' | 'run'>,
  environment: Environment,
  release: NamedRelease
): Promise<OwnResults> {
  const known = await findRecorded(inputs, pipeline, environment, release)
  if (known !== undefined) return known
  const of = { environment: environment.name, release: release.digest }
  const intent = await pipeline.history.intent({ ...of, runId: pipeline.run.runId })
  const begun = intent !== undefined && isOf(pipeline.run, intent)
  const found = await readStageResults(pipeline, { ...of, begun }, inputs.jobs)
  return {
    jobs: inputs.accepted === undefined ? found : { ...found, accept: inputs.accepted },
    approvals: async () => readApprovals(pipeline, environment.name)
  }
}

const SKIPPED: JobOutcome = { result: 'skipped', outputs: {} }

async function findRecorded(
  { accepted, jobs }: OutcomeInputs,
  { history, run }: Pick<Pipeline, 'history' | 'run'>,
  { name }: Environment,
  release: NamedRelease
): Promise<OwnResults | undefined> {
  const { plan = SKIPPED, deploy = SKIPPED, accept = SKIPPED } = jobs
  const isUsual = plan.result !== 'failure' && plan.result !== 'cancelled' && deploy.result === 'success'
  if (accepted === undefined || accept.result !== 'skipped' || !isUsual) return undefined
  const own = { runId: run.runId, environment: name, release: release.digest }
  const [intent, deployed] = [await history.intent(own), await history.deployment(own)]
  if (intent === undefined || deployed === undefined || !isOf(run, intent) || !isOf(run, deployed)) return undefined
  return {
    jobs: { plan, deploy: { ...deploy, attempt: run.attempt }, accept: accepted },
    approvals: async () => intent.approvals ?? []
  }
}

/** Whether a record is of this attempt: a run that is started again says nothing by what it did before. */
function isOf(run: Pipeline['run'], record: Pick<RecordOf<'started'>, 'run'>): boolean {
  return record.run.id === run.runId && record.run.attempt === run.attempt
}
