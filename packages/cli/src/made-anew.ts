import { plural, visible } from '@sluice/core'
import { type LedgerHistory, type LedgerProblem, MADE_ANEW } from '@sluice/ledger'
import type { CheckedLedger } from './checked-ledger.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { butLate, isLate } from './late-commits.ts'
import { showProblems } from './rules-of-now.ts'
import { writeJson } from './write-json.ts'

/** The commits that the history of a ledger speaks against, oldest first, as `sluice verify` names them: 12 digits. */
export function commitsIn({ problems }: Pick<LedgerHistory, 'problems'>): readonly string[] {
  const named = problems.filter(isOfCommit).flatMap(({ problem }) => COMMIT.exec(problem)?.[1] ?? [])
  return [...new Set(named)]
}

const COMMIT = /^commit ([0-9a-f]{12}): /

/** What is wrong with the newest commit of a ledger, whatever its history says. */
export function problemsNow({
  problems,
  history
}: Pick<CheckedLedger, 'history' | 'problems'>): readonly LedgerProblem[] {
  const ofCommits = new Set(history.problems.filter(isOfCommit))
  return problems.filter(it => !isLate(it) && !ofCommits.has(it))
}

/** A shallow clone has nothing that could be made anew. */
function isOfCommit({ kind }: LedgerProblem): boolean {
  return kind !== 'shallow'
}

/** How to lose no record where a commit did what none may do. */
export const LOSE_NONE = `No record has to be lost for what a commit changed, removed or added by hand: ${MADE_ANEW}`

/** Says what to do about a ledger that is right as it is now, and was not always: nothing to repair, and nothing to go back for. */
export function showMadeAnew(broken: CheckedLedger, asJson: boolean, io: Io): number {
  const commits = commitsIn(broken.history)
  const { branch } = broken.source
  if (asJson) {
    writeJson(io.stdout, { verified: false, branch, madeAnew: commits, problems: broken.problems })
    return EXIT.problems
  }
  showProblems(broken, io)
  const lines = [
    `Nothing is wrong with ${branch} as it is now${butLate(broken)}: deliveries go on, and there is nothing to repair.`,
    `Its history has ${plural(commits.length, 'commit')} that did what none may do, which \`sluice verify\` goes on saying: ${commits.join(', ')}.`,
    LOSE_NONE
  ]
  for (const line of lines) io.stdout.write(`${visible(line)}\n`)
  return EXIT.problems
}
