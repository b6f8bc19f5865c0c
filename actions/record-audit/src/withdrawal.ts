import {
  announcedAs,
  code,
  type DetailOf,
  type Digest,
  escapeMarkdown,
  type LedgerRecord,
  releaseId,
  sameAs,
  table
} from '@sluice/core'
import { type GatePipeline, type Pipeline, requirePolicyOfNow, requireProtectedRefsOf } from '@sluice/pipeline'
import type { RecordInputs } from './inputs.ts'

type EventInputs = Extract<RecordInputs, { kind: 'events' }>

interface Withdrawn {
  readonly detail: DetailOf<'withdrawn'>
  /** Whether it is what the environment has, under any of its names. */
  readonly isLive: boolean
}

/**
 * What is withdrawn with a release: if it is live, so are its other names. Without them, a commit that changes a document would bring back what
 * somebody has just stopped. The last deployment is always among them: with it fall all that were found to be the same, also those that are
 * not named here.
 */
export async function withdrawal(
  { environment = '', release, detail }: Pick<EventInputs, 'environment' | 'release' | 'detail'>,
  pipeline: GatePipeline & Pick<Pipeline, 'environment' | 'history' | 'log' | 'policyFile' | 'repository'>
): Promise<Withdrawn> {
  const { history } = pipeline
  await requirePolicyOfNow(pipeline)
  await requireProtectedRefsOf(pipeline, pipeline.environment(environment))
  if (release === undefined) return { detail: { ...detail }, isLive: false }
  const { live } = await history.standing(environment)
  const same = [...new Set(live.flatMap(({ release: it }) => (it === undefined ? [] : [it.digest])))]
  const isLive = same.includes(release) || (await isLiveByOther(pipeline, environment, release, live))
  const also = isLive ? same.filter(digest => digest !== release) : []
  return { detail: { ...detail, ...(also.length === 0 ? {} : { also }) }, isLive }
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
export function withdrawalSummary({ environment = '', release, detail }: LedgerRecord, isLive: boolean): string {
  const { reason = '', also = [] } = (detail ?? {}) as DetailOf<'withdrawn'>
  const place = escapeMarkdown(environment)
  const rows = [
    ['environment', place],
    ...(release === undefined
      ? []
      : [['release', `${releaseId(release.digest)}, commit ${code(release.commit)}, ${code(release.digest)}`]]),
    ['reason', escapeMarkdown(reason)],
    ...(also.length === 0 ? [] : [['the same there', also.map(releaseId).join(', ')]])
  ]
  const next = isLive
    ? `It is what ${place} has, and goes on running there: deliver a commit that repairs it, or one that reverts it.`
    : `> [!WARNING]\n> ${place} does not have this release: nothing that runs there is any different. If you meant what runs there, withdraw that: \`sluice status\` names it.`
  return `${table(['', ''], rows)}\nNo environment after ${place} takes it any more, and ${place} takes it only anew.\n\n${next}\n`
}
