import { type Digest, evidencePath, type LedgerRecord, plural, type Relation, visible } from '@sluice/core'
import { againstOrigin } from '@sluice/git'
import {
  findVouchedRepository,
  type LedgerNote,
  type LedgerProblem,
  openSnapshot,
  readCommitTimes,
  readLedgerFiles,
  type UnconfirmedKey,
  type VouchedRepository,
  verifyHistory,
  verifyLedger
} from '@sluice/ledger'
import type { Io } from './io.ts'
import type { LedgerSource } from './ledger-source.ts'
import { readRecordedPolicies } from './recorded-policy.ts'
import { painter, progressOn } from './terminal.ts'

/** A ledger with everything that is wrong with it. */
export interface CheckedLedger {
  readonly source: LedgerSource
  /** How many there are, or should be. */
  readonly count: number
  /** Those whose signature was made by a pinned key. */
  readonly signed: number
  /** Those that GitHub vouches for. */
  readonly vouched: number
  /** Keys that are GitHub's by the ledger's word alone. */
  readonly unconfirmed: readonly UnconfirmedKey[]
  /** Whose ledger it is, as GitHub says. */
  readonly repository: VouchedRepository | undefined
  /** Those that can be read, oldest first. Believe them only when there are no problems. */
  readonly records: readonly LedgerRecord[]
  readonly problems: readonly LedgerProblem[]
  /** What the ledger says, and cannot prove. */
  readonly notes: readonly LedgerNote[]
  /** A document that a record names; absent where it is missing. */
  readonly evidence: (digest: Digest) => Uint8Array | undefined
  /** How the branch that was read stands to origin's, as last fetched; absent when they are the same, or there is one only. */
  readonly origin: Relation | undefined
}

/** Reads a whole ledger and checks it, offline. @throws UserError when there is none. */
export async function checkLedger(source: LedgerSource, io: Io): Promise<CheckedLedger> {
  const progress = progressOn(io)
  try {
    progress.show(`reading ${source.branch} …`)
    const files = await readLedgerFiles(source)
    const snapshot = openSnapshot(files)
    const records = snapshot.records.flatMap(({ record }) => (record === undefined ? [] : [record]))
    progress.show(`verifying ${plural(records.length, 'record')} in ${plural(files.size, 'file')} …`)
    const repository = findVouchedRepository(snapshot, source.tokens)
    const id = source.repository ?? repository?.id
    const { gateFault, notes: unknown } = await readRecordedPolicies(source.directory, records)
    const notes: LedgerNote[] = [...unknown]
    const { problems: found, ...report } = await verifyLedger({
      ...source,
      ...(id && { repository: id }),
      files,
      gateFault,
      onNote: note => notes.push(note),
      committed: await readCommitTimes(source)
    })
    progress.show(`checking the history of ${source.branch} …`)
    const history = await verifyHistory(source.directory, source.branch, source.at)
    const problems = [...found, ...history]
    const origin = await againstOrigin(source.directory, source.branch)
    const evidence = (digest: Digest): Uint8Array | undefined => files.get(evidencePath(digest))
    return { ...report, source, repository, count: report.records, records, problems, notes, evidence, origin }
  } finally {
    progress.clear()
  }
}

/** A problem as one line. */
export function problemLine({ path, problem }: LedgerProblem): string {
  return visible(`${path}: ${problem}`)
}

/** Shows what is wrong with a ledger, and nothing of what it says. */
export function refuse({ problems }: Pick<CheckedLedger, 'problems'>, io: Io): void {
  const paint = painter(io.stderr, io.env)
  for (const problem of problems) io.stderr.write(`${paint('red', problemLine(problem))}\n`)
  io.stderr.write(`${paint('red', 'The ledger does not verify, so what it says about environments is not shown.')}\n`)
}

/** What to say of a ledger that has no key. */
export const ADVISORY = 'advisory: there is no ledger key, so GitHub alone vouches for who wrote the records'

/** Says which is newer, where a ledger stands elsewhere than origin's: nobody should take old news for new. */
export function warnOfOrigin({ origin, source }: CheckedLedger, io: Io): void {
  if (origin === undefined || origin === 'identical') return
  const branch = visible(source.branch)
  const said = {
    behind: `${branch} here is older than origin/${branch}, and the one here was read. Bring it up to date: git fetch origin ${branch}:${branch}`,
    ahead: `${branch} here is newer than origin/${branch} was when it was last fetched. Fetch that to compare: git fetch origin`,
    diverged: `${branch} here and origin/${branch} each hold what the other lacks: one of them was rewritten. The one here was read`
  }
  io.stderr.write(`${painter(io.stderr, io.env)('yellow', said[origin])}\n`)
}
