import { type BlobReader, openBlobs } from '@sluice/git'
import type { CommitTimes } from './commit-times.ts'
import { cutOffProblems } from './cut-off.ts'
import { HistoryJudge } from './history-judge.ts'
import { type Link, linkOf } from './history-link.ts'
import { commitOf, type LedgerClone } from './ledger-files.ts'
import { readLog } from './ledger-log.ts'
import type { LedgerProblem } from './snapshot.ts'

/** How a ledger came to be, by its commits. */
export interface LedgerHistory {
  readonly problems: readonly LedgerProblem[]
  readonly committed: CommitTimes
  /** The number of the last record that some `HEAD.json` of it counted when all before it were there; 0: there is none. */
  readonly reach: number
}

/** The problems of {@link readHistory}. */
export async function verifyHistory(directory: string, branch: string, at?: string): Promise<readonly LedgerProblem[]> {
  return (await readHistory({ directory, branch, ...(at === undefined ? {} : { at }) })).problems
}

/**
 * What of a history nobody can repair: a record, or what proves one, was not left as it was written. A signature that was taken away would make a valid record look as if it
 * had never been. Evidence proves no record; that it is missing stays a problem, and stops nobody.
 */
export function findBrokenProof({ problems }: Pick<LedgerHistory, 'problems'>): LedgerProblem | undefined {
  return problems.find(({ kind }) => kind === 'broken')
}

/**
 * Checks how a ledger came to be, in git: one line of commits, each only adding files and rewriting what tells of the newest record, each bringing exactly the
 * records that `HEAD.json` counts, at least one, and naming the hash of the newest. What {@link verifyLedger} cannot see in the last commit alone (something removed and replaced, a
 * ledger rolled back to an earlier state) shows here.
 * @throws UserError when the branch does not exist.
 */
export async function readHistory(clone: LedgerClone): Promise<LedgerHistory> {
  const tip = await commitOf(clone)
  const blobs = openBlobs(clone.directory)
  try {
    return await judgeHistory(clone, tip, blobs)
  } finally {
    await blobs.close()
  }
}

async function judgeHistory(clone: LedgerClone, tip: string, blobs: BlobReader): Promise<LedgerHistory> {
  const judge = new HistoryJudge(clone, blobs)
  const roots: string[] = []
  let before: string | undefined
  let page: Link[] = []
  // Judged while git goes on, in their order.
  let judged: Promise<void> = Promise.resolve()
  const turn = (): void => {
    const links = page
    page = []
    judged = judged.then(async () => judge.take(links))
    judged.catch(() => undefined)
  }
  await readLog(clone, tip, commit => {
    const link = linkOf(commit, before)
    if (commit.parents.length === 0) roots.push(link.oid)
    before = link.oid
    page.push(link)
    if (page.length === PAGE) turn()
  })
  turn()
  await judged
  const problems = [...(await cutOffProblems(clone.directory, roots)), ...(await judge.problems(tip))]
  return { problems, committed: judge.times, reach: judge.reach }
}

/** Commits that are judged together. */
const PAGE = 500
