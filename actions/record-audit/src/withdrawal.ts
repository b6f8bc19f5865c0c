import {
  announcedAs,
  code,
  type DetailOf,
  type Digest,
  describePartial,
  escapeMarkdown,
  type LedgerRecord,
  type NamedRelease,
  partialIn,
  releaseId,
  sameAs,
  table,
  touchedNothing,
  UserError
} from '@sluice/core'
import {
  endOfAttempt,
  type GatePipeline,
  groundsIn,
  halfOf,
  historyOf,
  isLive,
  type Pipeline,
  requirePolicyOfNow,
  requireProtectedRefsOf,
  type WriteRequest
} from '@sluice/pipeline'
import type { RecordInputs } from './inputs.ts'

type EventInputs = Extract<RecordInputs, { kind: 'events' }>

type Withdrawing = Pick<EventInputs, 'environment' | 'detail'> & { readonly release: NamedRelease | undefined }

type WithdrawalPipeline = GatePipeline &
  Parameters<typeof historyOf>[0] &
  Pick<Pipeline, 'at' | 'environment' | 'history' | 'log' | 'policyFile' | 'repository'>

interface Withdrawn {
  readonly detail: DetailOf<'withdrawn'>
  /** What it was decided by. */
  readonly grounds?: WriteRequest['grounds']
  /** What it is to the environment. */
  readonly place: WithdrawnPlace
}

/** Whether a release is what an environment has, under any of its names; and the record since which that is not sure. */
export interface WithdrawnPlace {
  readonly isLive: boolean
  readonly uncertain?: LedgerRecord
  /** That it was deployed there by half, and nothing since. */
  readonly half?: LedgerRecord
  /** The record by which what `uncertain` began touched nothing. */
  readonly untouched?: LedgerRecord
}

/**
 * What is withdrawn with a release: if it is live, so are its other names. Without them, a commit that changes a document would bring back what
 * somebody has just stopped. The last deployment is always among them: with it fall all that were found to be the same, also those that are
 * not named here.
 */
export async function withdrawal(
  { environment = '', release, detail }: Withdrawing,
  pipeline: WithdrawalPipeline
): Promise<Withdrawn> {
  const { history } = pipeline
  await requirePolicyOfNow(pipeline)
  await requireProtectedRefsOf(pipeline, pipeline.environment(environment))
  if (release === undefined) return { detail: { ...detail }, place: { isLive: false } }
  const { isLive: runs, also } = await namesOf(pipeline, environment, release)
  const uncertain = await history.uncertainSince(environment)
  const half = await halfOf(history, environment, release.digest)
  const untouched = await untouchedBy(history, environment, uncertain)
  const grounds = await groundsIn(history, [environment], async () => {
    const now = await namesOf({ ...pipeline, history: historyOf(pipeline, 'now') }, environment, release)
    if (now.isLive === runs && now.also.join() === also.join()) return
    throw new UserError(
      `What ${environment} has changed while this was being recorded, so nothing is withdrawn yet. Run the failed job again: it withdraws the release with all that are the same there by then.`
    )
  })
  return {
    detail: { ...detail, ...(also.length === 0 ? {} : { also }) },
    grounds,
    place: { isLive: runs, ...(uncertain && { uncertain }), ...(half && { half }), ...(untouched && { untouched }) }
  }
}

/** The record by which a deployment that began came to an end before it touched anything; `undefined` where none says so. */
async function untouchedBy(
  history: Pipeline['history'],
  environment: string,
  began: LedgerRecord | undefined
): Promise<LedgerRecord | undefined> {
  if (began?.event !== 'started') return undefined
  const ended = await endOfAttempt(history, environment, began.run)
  return touchedNothing(ended) ? ended : undefined
}

/** Whether a release is what an environment has, by the ledger or by git, and its other names there. */
async function namesOf(
  pipeline: Pick<WithdrawalPipeline, 'at' | 'history' | 'repository'>,
  environment: string,
  release: NamedRelease
): Promise<{ readonly isLive: boolean; readonly also: readonly Digest[] }> {
  const { digest } = release
  const { live } = await pipeline.history.standing(environment)
  const same = [...new Set(live.flatMap(({ release: it }) => (it === undefined ? [] : [it.digest])))]
  const runs =
    same.includes(digest) ||
    (await isLiveByOther(pipeline, environment, digest, live)) ||
    // Its checks may run right now: no run has told yet that it changed nothing.
    (await isLive(pipeline, environment, release))
  return { isLive: runs, also: runs ? same.filter(it => it !== digest) : [] }
}

/**
 * Whether a release is live by what the environment's state forgets: since the last deployment it was found to be the same, or was announced so,
 * and others were after it.
 */
async function isLiveByOther(
  { history }: Pick<Pipeline, 'history'>,
  environment: string,
  release: Digest,
  live: readonly LedgerRecord[]
): Promise<boolean> {
  const deployed = live.at(-1)
  if (deployed === undefined) return false
  const wasFound = async (it: Digest): Promise<boolean> =>
    (await history.relevantTo(it, [environment])).some(
      word =>
        word.sequence > deployed.sequence && word.release?.digest === it && sameAs(word) === deployed.release?.digest
    )
  if (await wasFound(release)) return true
  const released = await history.releasedBy(release)
  const as = released === undefined ? undefined : announcedAs(released, environment)
  return as !== undefined && (live.some(it => it.release?.digest === as) || (await wasFound(as)))
}

/** What was stopped, for whoever stopped it and for who reads it later: where, what with it, and what to do now. */
export function withdrawalSummary(record: LedgerRecord, place: WithdrawnPlace): string {
  const { environment = '', release, detail } = record
  const { reason = '', also = [] } = (detail ?? {}) as DetailOf<'withdrawn'>
  const name = escapeMarkdown(environment)
  const rows = [
    ['environment', name],
    ...(release === undefined
      ? []
      : [['release', `${releaseId(release.digest)}, commit ${code(release.commit)}, ${code(release.digest)}`]]),
    ['reason', escapeMarkdown(reason)],
    ...(also.length === 0 ? [] : [['the same there', also.map(releaseId).join(', ')]])
  ]
  const rule = `It enters no environment from ${name} any more, except as a rollback where it was accepted before, and no delivery brings it back to ${name}. Environments that have it keep it: withdraw it there, too.`
  return `${table(['', ''], rows)}\n\n${rule}\n\n${standingOf(record, place, name)}\n`
}

/** Whether what was stopped runs there, and what to do. */
function standingOf(
  { release }: LedgerRecord,
  { isLive, uncertain, half, untouched }: WithdrawnPlace,
  name: string
): string {
  const next = 'Deliver a commit that repairs it, or one that reverts it.'
  const far = partialIn(half)
  if (half !== undefined && far !== undefined)
    return `> [!WARNING]\n> It was deployed there by half (record ${half.sequence}): ${escapeMarkdown(describePartial(far))}. What is done runs there still. ${next}`
  if (uncertain !== undefined) {
    const isOwn = uncertain.event === 'started' && uncertain.release?.digest === release?.digest
    if (isOwn && untouched !== undefined)
      return `> [!WARNING]\n> A deployment of it began there (record ${uncertain.sequence}) and touched nothing (record ${untouched.sequence}, \`${untouched.event}\`). ${isLive ? `It is what ${name} has by the ledger. ${next}` : `If you meant what runs there, withdraw that: \`sluice status\` names it.`}`
    const what = isOwn ? 'A deployment of it began there' : `What ${name} has is not certain`
    return `> [!WARNING]\n> ${what} (record ${uncertain.sequence}, \`${uncertain.event}\`), and the ledger does not hold it as done: ${isOwn || isLive ? 'it may run there, or a part of it' : 'what runs there may be another release'}. ${next}`
  }
  return isLive
    ? `It is what ${name} has, and goes on running there. ${next}`
    : `> [!WARNING]\n> ${name} does not have this release: nothing that runs there is any different. If you meant what runs there, withdraw that: \`sluice status\` names it.`
}
