import { type RecordDraft, releaseId, UserError } from '@sluice/core'
import { type IndexKey, indexKey } from './index-key.ts'
import { sectionOf } from './section.ts'
import type { LedgerView } from './view.ts'

/** What may land between the look that an acceptance was decided on and the acceptance: the keys by which an append sees it. */
export function keysAgainst(draft: RecordDraft): readonly IndexKey[] {
  const keys = questionsAgainst(draft)
  return keys === undefined ? [] : [keys.withdrawn, keys.since]
}

/**
 * Refuses an acceptance of what was withdrawn since the run began to deploy it, or since it was accepted last. An append that somebody else was faster than tries
 * again with what was decided before; an acceptance that lands behind a withdrawal would take it back, and nobody would have asked for that.
 * @throws UserError
 */
export function refuseOvertaken(view: LedgerView, drafts: readonly RecordDraft[]): void {
  for (const draft of drafts) {
    const keys = questionsAgainst(draft)
    if (keys === undefined) continue
    const index = view.index(sectionOf(draft))
    const withdrawn = index.get(keys.withdrawn)
    if (withdrawn === undefined || withdrawn.sequence < (index.get(keys.since)?.sequence ?? 0)) continue
    throw new UserError(
      `Release ${releaseId(keys.release)} was withdrawn in ${draft.environment} by record ${withdrawn.sequence} while this job checked it, so it is not accepted. Re-run the failed jobs: the outcome is recorded then.`
    )
  }
}

function questionsAgainst({ event, release, run, detail }: RecordDraft) {
  if (event !== 'accepted' || release === undefined) return undefined
  const since =
    detail?.unchanged === true ? indexKey([event, release.digest]) : indexKey(['started', run.id, release.digest])
  return { release: release.digest, withdrawn: indexKey(['withdrawn', release.digest]), since }
}
