import { confirmsLive, type Digest, foundInPlace, type RecordDraft, releaseId, UserError } from '@sluice/core'
import { type IndexKey, indexKey } from './index-key.ts'
import { sectionOf } from './section.ts'
import type { LedgerView } from './view.ts'

/** What was live when somebody decided on it who deployed nothing himself. */
export interface SeenLive {
  /** How long the ledger was. */
  readonly at: number
  /** The releases that were known to be what is live. */
  readonly releases: readonly Digest[]
}

/** What may land between the look that an acceptance was decided on and the acceptance: the keys by which an append sees it. */
export function keysAgainst(draft: RecordDraft, seen: SeenLive | undefined): readonly IndexKey[] {
  const keys = questionsAgainst(draft)
  const own = keys === undefined ? [] : [keys.withdrawn, keys.since]
  return [...own, ...(foundInPlace(draft) ? withdrawalsOf(seen) : [])]
}

/**
 * Refuses an acceptance of what was withdrawn since the run began to deploy it, or since it was accepted last; and one that deployed nothing, if something else may be
 * live since it was decided. An append that somebody else was faster than tries again with what was decided before; an acceptance that lands behind a
 * withdrawal would take it back, and one behind somebody else's deployment would be taken for its.
 * @throws UserError
 */
export function refuseOvertaken(view: LedgerView, drafts: readonly RecordDraft[], seen: SeenLive | undefined): void {
  for (const draft of drafts) {
    refuseWithdrawn(view, draft)
    refuseDeployedOver(view, draft, drafts)
    if (seen !== undefined && foundInPlace(draft)) refuseReplaced(view, draft, seen)
  }
}

function refuseWithdrawn(view: LedgerView, draft: RecordDraft): void {
  const keys = questionsAgainst(draft)
  if (keys === undefined) return
  const index = view.index(sectionOf(draft))
  const withdrawn = index.get(keys.withdrawn)
  if (withdrawn === undefined || withdrawn.sequence < (index.get(keys.since)?.sequence ?? 0)) return
  throw new UserError(
    `Release ${releaseId(keys.release)} was withdrawn in ${draft.environment} by record ${withdrawn.sequence} while this job checked it, so it is not accepted. Re-run the failed jobs: the outcome is recorded then.`
  )
}

/** Whose run deployed may be overtaken, too: by the next one, when only its checks are run again. */
function refuseDeployedOver(view: LedgerView, draft: RecordDraft, drafts: readonly RecordDraft[]): void {
  const { event, release } = draft
  if (event !== 'accepted' || release === undefined || foundInPlace(draft)) return
  if (drafts.some(it => it.event === 'deployed' && it.release?.digest === release.digest)) return
  refuseBegun(view, draft, release.digest)
  const { deployed } = view.section(sectionOf(draft))
  if (deployed === undefined || deployed.release.digest === release.digest) return
  throw new UserError(
    `Run ${deployed.run} deployed release ${releaseId(deployed.release.digest)} to ${draft.environment} (record ${deployed.sequence}) after release ${releaseId(release.digest)}, so that is not accepted. Re-run the failed jobs: the outcome is recorded then.`
  )
}

/** Checks that are run again while another run deploys, or after it died halfway, do not see what their own run deployed. */
function refuseBegun(view: LedgerView, draft: RecordDraft, release: Digest): void {
  const section = sectionOf(draft)
  const { unfinished } = view.section(section)
  const own = view.index(section).get(indexKey(['started', draft.run.id, release]))
  if (unfinished === undefined || unfinished.sequence === own?.sequence) return
  throw new UserError(
    `Another run began to deploy to ${draft.environment} (record ${unfinished.sequence}) after release ${releaseId(release)}, and the ledger does not hold that as done. No one knows what these checks saw, so the release is not accepted. Re-run the failed jobs once that run has deployed; if it failed, deliver the release again.`
  )
}

function refuseReplaced(view: LedgerView, draft: RecordDraft, seen: SeenLive): void {
  const section = sectionOf(draft)
  const { deployed, unfinished } = view.section(section)
  const withdrawals = withdrawalsOf(seen).map(key => view.index(section).get(key))
  const newer = [deployed, unfinished, ...withdrawals].find(it => it !== undefined && it.sequence > seen.at)
  if (newer === undefined) return
  throw new UserError(
    `What is live in ${draft.environment} was deployed over or withdrawn by record ${newer.sequence} while this job decided on it, so it is not recorded as ${draft.event}. Re-run the failed jobs: the outcome is recorded then.`
  )
}

function withdrawalsOf(seen: SeenLive | undefined): readonly IndexKey[] {
  return (seen?.releases ?? []).map(release => indexKey(['withdrawn', release]))
}

function questionsAgainst(draft: RecordDraft) {
  const { event, release, run } = draft
  if (event !== 'accepted' || release === undefined) return undefined
  const since = confirmsLive(draft) ? indexKey([event, release.digest]) : indexKey(['started', run.id, release.digest])
  return { release: release.digest, withdrawn: indexKey(['withdrawn', release.digest]), since }
}
