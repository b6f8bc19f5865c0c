import {
  checksReport,
  type Digest,
  encodeChecks,
  type JobOutcome,
  type RunContext,
  STAGE_JOBS,
  type StageJob,
  sha256,
  stageJobName
} from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { recordOfOutcome } from '../src/outcome-record.ts'

export const PLAN = sha256('plan')
export const DOSSIER = sha256('dossier')

export const SKIPPED: JobOutcome = { result: 'skipped', outputs: {} }
export const SUCCESS: JobOutcome = { result: 'success', outputs: {} }
export const FAILURE: JobOutcome = { result: 'failure', outputs: {} }
export const PLANNED: JobOutcome = { result: 'success', outputs: { 'has-changes': 'true', 'plan-digest': PLAN } }
export const APPLIED: JobOutcome = { result: 'success', outputs: { outcome: 'applied', 'plan-digest': PLAN } }

export type Jobs = Readonly<Record<StageJob, JobOutcome>>

/** Run 700, which takes a release through stage.yml, up to its record job. */
export class Stage {
  readonly delivery: MemoryDelivery
  readonly release: Seeded
  /** Whether GitHub's word on the jobs is left to the test. */
  silent = false

  private constructor(delivery: MemoryDelivery, release: Seeded) {
    this.delivery = delivery
    this.release = release
  }

  static async start(): Promise<Stage> {
    const delivery = memoryDelivery()
    const release = await delivery.release(delivery.repository.add())
    delivery.github.protect('staging')
    return new Stage(delivery, release)
  }

  /** What the run records of an environment whose jobs ended so. */
  outcome(
    jobs: Jobs,
    environment = 'staging',
    run: Partial<RunContext> = {},
    digest = this.release.digest
  ): ReturnType<typeof recordOfOutcome> {
    const pipeline = this.delivery.open({ runId: '700', sha: this.release.commit, ...run })
    const told = { ...jobs, accept: reported(jobs.accept, { environment, release: digest }) }
    // GitHub says the same, unless a test has it say something else.
    if (!this.silent) this.delivery.github.setJobs('700', this.namesOf(jobs, environment, digest), pipeline.run.attempt)
    return recordOfOutcome({ kind: 'outcome', jobs: told, release: digest, environment }, pipeline)
  }

  /** Jobs by the names that GitHub shows; of one that is skipped it shows none that says whose it is. */
  namesOf(
    jobs: Readonly<Partial<Record<StageJob, { readonly result: string }>>>,
    environment = 'staging',
    digest = this.release.digest
  ): Readonly<Record<string, string>> {
    const ran = STAGE_JOBS.filter(job => jobs[job] !== undefined && jobs[job]?.result !== 'skipped')
    return Object.fromEntries(
      ran.map(job => [`deliver / ${environment} / ${stageJobName(job, environment, digest)}`, jobs[job]?.result ?? ''])
    )
  }

  named(of: Seeded = this.release): Pick<Seeded, 'digest' | 'commit'> {
    return { digest: of.digest, commit: of.commit }
  }

  /** Records these events of the run. */
  async announced(environment: string, ...events: readonly ('planned' | 'started' | 'deployed')[]): Promise<void> {
    for (const event of events) {
      const approvals = event === 'planned' ? { approvals: [] } : {}
      await this.delivery.record(
        { event, environment, release: this.named(), plan: PLAN, dossier: DOSSIER, ...approvals },
        '700'
      )
    }
  }
}

/** The acceptance job as it ends: with a report of its checks, unless the test says something of that itself. */
function reported(accept: JobOutcome, of: { readonly environment: string; readonly release: Digest }): JobOutcome {
  if (accept.result !== 'success' || accept.outputs?.['results'] !== undefined) return accept
  const checks = [{ what: 'GET /', passed: true, seconds: 0.2 }]
  return { ...accept, outputs: { ...accept.outputs, results: encodeChecks(checksReport(of, checks, [])) } }
}
