import { type Digest, EVENT_RULES, type LedgerEvent, type LedgerRecord } from '@sluice/core'
import { type Acceptance, findAcceptance, findUndoing, isWithdrawal } from '@sluice/policy'

export type AcceptanceState =
  | { readonly state: 'accepted'; readonly time: string }
  | { readonly state: 'open' }
  | Refused

/** What stands against it: the record that says so. */
export interface Refused {
  readonly state: 'refused'
  readonly event: LedgerEvent
  readonly time: string
  /** Its number. */
  readonly refusedBy: number
  /** Who withdrew it, and why; of an outcome nobody decides. */
  readonly by?: string
  readonly reason?: string
}

/** What an environment has. */
export interface LiveRelease {
  /** The record that says so. */
  readonly record: LedgerRecord
  /** The deployment that it rests on. */
  readonly deployed: LedgerRecord
  /** By which acceptance is asked for: its name; where it was announced to be the same as another, first the name of that. */
  readonly names: readonly Digest[]
}

/** What is known of a release that is, or was, there. */
interface Background {
  /** What is said of it, and of what was found to be the same; newest first. */
  readonly words: readonly LedgerRecord[]
  /** Records of its environment, oldest first: at least those since it was found there. */
  readonly since: readonly LedgerRecord[]
}

/**
 * Whether what an environment has was accepted, by what a promotion is decided on: the newest word counts, whichever run says it, and of what is
 * the same under another name, too. An acceptance of before the deployment is none of it.
 */
export function acceptanceOf(live: LiveRelease, { words, since }: Background): AcceptanceState {
  const undone = undoingOf(live, words)
  if (undone !== undefined) return refusedBy(undone)
  const accepted = acceptanceSince(live, words)
  if (accepted !== undefined) return { state: 'accepted', time: new Date(accepted.acceptedSince).toISOString() }
  const { record } = live
  const end = since.findLast(
    it => it.sequence > record.sequence && isSameRun(it, record) && EVENT_RULES[it.event].endsBadly
  )
  return end === undefined ? { state: 'open' } : refusedBy(end)
}

/** What a record says against a release. */
export function refusedBy(record: LedgerRecord): Refused {
  const { event, time, sequence, actor } = record
  const reason = record.event === 'withdrawn' ? record.detail?.reason : undefined
  return {
    ...{ state: 'refused', event, time, refusedBy: sequence },
    ...(event === 'withdrawn' ? { by: actor.login } : {}),
    ...(reason === undefined ? {} : { reason })
  }
}

/** What stands against a release that is there: a withdrawal of any time, or something that ended badly since it was deployed. */
function undoingOf({ deployed, names }: LiveRelease, words: Background['words']): LedgerRecord | undefined {
  const { environment = '' } = deployed
  for (const name of names) {
    const withdrawn = findUndoing(words, environment, name, isWithdrawal)
    if (withdrawn !== undefined) return withdrawn
    const undone = findUndoing(words, environment, name)
    if (undone !== undefined && undone.sequence > deployed.sequence) return undone
  }
  return undefined
}

/** The first acceptance that stands of those since the deployment, if a promotion would go by one. */
export function acceptanceSince({ deployed, names }: LiveRelease, words: Background['words']): Acceptance | undefined {
  const { environment = '' } = deployed
  const [name] = names
  if (name === undefined || findAcceptance(words, environment, name) === undefined) return undefined
  const since = words.filter(({ sequence }) => sequence >= deployed.sequence)
  return findAcceptance(since, environment, name)
}

/** Names the run that wrote a record. */
export function runOf({ run }: LedgerRecord): string {
  return `${run.repository} ${run.id}`
}

/** Whether two records are of one run. */
export function isSameRun(a: LedgerRecord, b: LedgerRecord): boolean {
  return a.run.repository === b.run.repository && a.run.id === b.run.id
}

/** Whether two records are of one attempt of a run. */
export function isSameAttempt(a: LedgerRecord, b: LedgerRecord): boolean {
  return isSameRun(a, b) && a.run.attempt === b.run.attempt
}
