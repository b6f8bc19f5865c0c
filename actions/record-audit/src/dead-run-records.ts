import type { Digest, EndedRun, RecordDraft } from '@sluice/core'
import { findDeadRuns, findSupersededRuns, type OpenRun, type Pipeline, type Standing } from '@sluice/pipeline'

/** Runs that this job tells of, and what became of them. */
interface Told {
  readonly event: 'superseded' | 'cancelled' | 'failed'
  readonly runs: readonly OpenRun[]
  /** What became of them, after their names. */
  readonly what: string
  readonly supersededBy?: string
}

/**
 * Adds to what a job records of its own run what became of others: of runs that wait for nothing any more, because something newer is live, and
 * of runs that ended without a word: cancelled by force, or their machine was lost before the record job (promise 6).
 *
 * A job states each event once. So what ended as this run did is told in its own record, and what one record tells of several deployments
 * names the release of each: none of them is known to work any more.
 * @returns the records to write, the run's own last.
 */
export async function withDeadRuns(
  pipeline: Pick<Pipeline, 'draft' | 'github' | 'repository' | 'run'>,
  environment: string,
  standing: Standing,
  own: RecordDraft
): Promise<readonly RecordDraft[]> {
  const told = await tell(pipeline, standing)
  const others = told.filter(({ event }) => event !== own.event)
  const same = told.find(({ event }) => event === own.event)
  return [
    ...others.map(it => draftOf(pipeline, environment, it)),
    same === undefined ? own : tellAlong(own, same)
  ].filter(draft => draft !== undefined)
}

async function tell(
  pipeline: Pick<Pipeline, 'github' | 'repository' | 'run'>,
  standing: Standing
): Promise<readonly Told[]> {
  const superseded = await findSupersededRuns(pipeline, standing)
  const dead = await findDeadRuns(pipeline, { open: standing.open.filter(it => !superseded.includes(it)) })
  const [live] = standing.live
  const told: readonly Told[] = [
    {
      event: 'superseded',
      runs: superseded,
      what: 'wanted to deploy an older release than what is live',
      ...(live === undefined ? {} : { supersededBy: live.run.id })
    },
    {
      event: 'cancelled',
      runs: dead.filter(isUntouched),
      what: 'ended before anything was touched without recording an outcome'
    },
    {
      event: 'failed',
      runs: dead.filter(it => !isUntouched(it)),
      what: 'ended while deploying without recording an outcome'
    }
  ]
  return told.filter(({ runs }) => runs.length > 0)
}

function isUntouched({ begun }: OpenRun): boolean {
  return begun === undefined
}

function draftOf(pipeline: Pick<Pipeline, 'draft'>, environment: string, told: Told): RecordDraft | undefined {
  const [newest] = told.runs
  if (newest === undefined) return undefined
  const { environmentId, release, plan, dossier } = newest.last
  const about = {
    ...pipeline.draft(),
    environment,
    ...(environmentId === undefined ? {} : { environmentId }),
    ...(release === undefined ? {} : { release }),
    ...(plan === undefined ? {} : { plan }),
    ...(dossier === undefined ? {} : { dossier })
  }
  const detail = { reason: reasonOf(told), ended: endedOf(told) }
  switch (told.event) {
    case 'superseded': {
      const { supersededBy } = told
      return { ...about, event: 'superseded', detail: { ...detail, ...(supersededBy && { supersededBy }) } }
    }
    case 'cancelled':
      return { ...about, event: 'cancelled', detail: { ...detail, untouched: true } }
    case 'failed':
      return { ...about, event: 'failed', detail: { ...detail, ...alsoOf(told, release?.digest) } }
  }
}

/** The run's own record, which tells of others that ended as it did. */
function tellAlong(own: RecordDraft, told: Told): RecordDraft {
  const reason = [own.detail === undefined || !('reason' in own.detail) ? '' : own.detail.reason, reasonOf(told)].join(
    ' '
  )
  const along = { reason: reason.trim(), ended: endedOf(told) }
  switch (own.event) {
    case 'superseded':
      return { ...own, detail: { ...own.detail, ...along } }
    case 'cancelled':
      return { ...own, detail: { ...own.detail, ...along } }
    case 'failed': {
      // What this run did not touch is known as before, unless another one did.
      const { untouched } = own.detail ?? {}
      const known = untouched === true ? undefined : own.release?.digest
      return { ...own, detail: { ...own.detail, ...along, ...alsoOf(told, known) } }
    }
    default:
      return own
  }
}

/** The releases of several deployments, but for the one that the record names. */
function alsoOf({ runs }: Told, named: Digest | undefined): { readonly also?: readonly Digest[] } {
  const releases = new Set(runs.flatMap(({ last }) => last.release?.digest ?? []))
  const also = [...releases].filter(digest => digest !== named)
  return also.length === 0 ? {} : { also }
}

function reasonOf({ runs, what }: Told): string {
  return `${runs.map(({ last: { run } }) => `Run ${run.id} (attempt ${run.attempt})`).join(', ')} ${what}.`
}

function endedOf({ runs }: Told): readonly EndedRun[] {
  return runs.map(({ last }) => ({ run: last.run.id, attempt: last.run.attempt }))
}
