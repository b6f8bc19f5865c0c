import { backoff, type Clock, Failure, type Log, UserError } from '@sluice/core'
import type { Anchoring } from './anchoring.ts'
import { encodeHead, type LedgerOwner } from './head.ts'
import { LOOKS, UNSEEN } from './late-answers.ts'
import type { LedgerHead, LedgerStore, Since } from './store.ts'

/** Which ledger, and what time is told by. */
interface Opening {
  readonly store: LedgerStore
  readonly owner: LedgerOwner
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

/** What is known when the ledger is looked at. */
interface Looking {
  readonly anchoring: Anchoring
  /** As an earlier look of this append found it. */
  readonly seen: LedgerHead | undefined
}

/**
 * The newest state, of a ledger that is opened if it does not exist and nothing of it is anchored. GitHub may not show at once what was just written: a
 * branch that is new or was just moved stays as it was to some readers for seconds (github/branch-deploy#180, PyGithub/PyGithub#2759).
 * @throws UserError for a ledger that went back since an earlier look: it would be carried on as if nothing had been there.
 */
export async function openHead(
  opening: Opening,
  alongside: readonly string[],
  since: Since,
  { anchoring, seen }: Looking
): Promise<LedgerHead> {
  const { store, clock, log } = opening
  const look = async (anchored: readonly string[], at: Since): ReturnType<LedgerStore['head']> =>
    store.head([...alongside, ...anchored], at)
  const first = await anchoring.look(look, since)
  if (seen === undefined) return first ?? openBranch(opening, alongside)
  let head = first
  const giveUp = clock.now() + UNSEEN
  for (let looks = 1; (head?.sequence ?? 0) < seen.sequence && clock.now() < giveUp; looks++) {
    if (looks === 1)
      log.info(
        `GitHub shows an older ledger than a moment ago; waiting up to ${UNSEEN / 1000} s until it shows that one again.`
      )
    await clock.sleep(Math.min(backoff(LOOKS, looks), giveUp - clock.now()))
    head = await anchoring.look(look, 'now')
  }
  return requireCarriedOn(head, seen)
}

/** Makes the branch, and waits until it can be read. */
async function openBranch({ store, owner, clock, log }: Opening, alongside: readonly string[]): Promise<LedgerHead> {
  const empty = encodeHead({ ...owner, sequence: 0 })
  let created = await store.create(empty)
  const giveUp = clock.now() + UNSEEN
  for (let look = 1; ; look++) {
    const opened = await store.head(alongside)
    if (opened !== undefined) return opened
    const left = giveUp - clock.now()
    if (left <= 0)
      throw new Failure(
        `The ledger branch was created, but GitHub has not shown it for ${UNSEEN / 1000} s. Re-run the job.`
      )
    if (look === 1) log.info(`The ledger branch is new; waiting up to ${UNSEEN / 1000} s until GitHub shows it.`)
    await clock.sleep(Math.min(backoff(LOOKS, look), left))
    if (!created) created = await store.create(empty)
  }
}

function requireCarriedOn(head: LedgerHead | undefined, seen: LedgerHead): LedgerHead {
  if (head !== undefined && head.sequence > seen.sequence) return head
  if (head !== undefined && head.sequence === seen.sequence && head.hash === seen.hash) return head
  throw new UserError(
    `The ledger went back from record ${seen.sequence} to record ${head?.sequence ?? 0} while this job was writing: the branch was rewound or deleted, or another was put in its place. Restore it to the commit ${seen.oid}, then re-run the job.`
  )
}
