import { type Digest, evidencePath, type LedgerRecord, plural, type Relation, visible } from '@sluice/core'
import { againstOrigin, openBlobs } from '@sluice/git'
import {
  commitOf,
  findInvalid,
  findVouchedRepository,
  gitTree,
  type InvalidRecords,
  type LedgerHistory,
  type LedgerNote,
  type LedgerProblem,
  type LedgerTree,
  type LeftOut,
  lookAtOrigins,
  type Origins,
  type Outline,
  openSnapshot,
  outlineOf,
  readHistory,
  readLedgerFiles,
  type UnconfirmedKey,
  type VerifyReport,
  type VouchedRepository,
  verifyTree,
  withoutStrays
} from '@sluice/ledger'
import { examinerThreads } from './examiner-threads.ts'
import type { Io } from './io.ts'
import type { LedgerSource } from './ledger-source.ts'
import { RecordedPolicies } from './recorded-policy.ts'
import { requireRulingFile } from './ruling-file.ts'
import { painter, progressOn, type StatusLine } from './terminal.ts'

/** What verification found of a ledger. */
export interface VerifiedLedger {
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
  /** Those that were never valid, and that a repair leaves out: they are not among the records. */
  readonly skipped: readonly LeftOut[]
  readonly problems: readonly LedgerProblem[]
  /** How it came to be, by its commits. */
  readonly history: LedgerHistory
  /** What the ledger says, and cannot prove. */
  readonly notes: readonly LedgerNote[]
  /** Whether the policies were there that gates are compared with. */
  readonly gatesChecked: boolean
  /** How the branch that was read stands to origin's, as last fetched; absent when they are the same, or there is one only. */
  readonly origin: Relation | undefined
}

/** A ledger with everything that is wrong with it, and what it says: as much memory as it is long. */
export interface CheckedLedger extends VerifiedLedger {
  /** Those that can be read, oldest first. Believe them only when there are no problems. */
  readonly records: readonly LedgerRecord[]
  /** A document that a record names, but for plans and dossiers; absent where it is missing. */
  readonly evidence: (digest: Digest) => Uint8Array | undefined
}

/** Reads a whole ledger and checks it, offline. @throws UserError when there is none. */
export async function checkLedger(source: LedgerSource, io: Io): Promise<CheckedLedger> {
  const records: LedgerRecord[] = []
  const verified = await verifySource(source, progressOn(io), record => records.push(record))
  const documents = await readDocuments(await gitTree(verified.source), records)
  return { ...verified, records, evidence: digest => documents.get(digest) }
}

/** Records of a ledger that a repair may leave out, section by section. */
export async function findRepairable({
  source,
  repository,
  history
}: Pick<VerifiedLedger, 'history' | 'repository' | 'source'>): Promise<readonly InvalidRecords[]> {
  const id = source.repository ?? repository?.id
  const ledger = withoutStrays(openSnapshot(await readLedgerFiles(source)), history.reach)
  const rules = { ...judgedBy(source, new RecordedPolicies(source)), ...(id && { repository: id }) }
  await lookAtOrigins(ledger, rules)
  const found = findInvalid(ledger, rules)
  return found.filter(({ skipped }) => skipped.length > 0)
}

/** Rules by which records are judged by the policies that they name, too. */
function judgedBy(source: LedgerSource, origins: Origins): LedgerSource {
  return { ...source, tokens: { ...source.tokens, origins } }
}

async function readDocuments(
  tree: LedgerTree,
  records: readonly LedgerRecord[]
): Promise<ReadonlyMap<Digest, Uint8Array>> {
  const digests = [...new Set(records.flatMap(({ evidence = [] }) => evidence.map(({ digest }) => digest)))]
  const contents = await tree.read(digests.map(evidencePath))
  return new Map(
    digests.flatMap((digest, n) => {
      const content = contents[n]
      return content === undefined ? [] : [[digest, content] as const]
    })
  )
}

/**
 * Checks a whole ledger, offline, and keeps nothing of it.
 * @param onRecord is given those that can be read, oldest first. Believe them only when there are no problems.
 * @throws UserError when there is none, or another file rules it.
 */
export async function verifySource(
  given: LedgerSource,
  progress: StatusLine,
  onRecord: (record: LedgerRecord) => void
): Promise<VerifiedLedger> {
  const blobs = openBlobs(given.directory)
  try {
    progress.show(`reading ${given.branch} …`)
    // Looked for once: the branch may move meanwhile.
    const source = { ...given, at: await commitOf(given) }
    const history = readHistory(source)
    // Awaited below, and by the records' times; until then, its failure is nobody's.
    history.catch(() => undefined)
    const outline = await outlineOf(await gitTree(source, blobs), async () => (await history).reach)
    const of = `${plural(outline.length, 'record')} in ${plural(outline.files, 'file')}`
    progress.show(`verifying ${of} …`)
    const repository = await findVouchedRepository(outline, source.tokens)
    const notes: LedgerNote[] = []
    const policies = new RecordedPolicies(source, blobs)
    const report = await verifyRecords(outline, source, {
      repository,
      policies,
      notes,
      progress,
      onRecord,
      history
    })
    const { records: count, problems, ...rest } = report
    const origin = await againstOrigin(source.directory, source.branch)
    const all = [...problems, ...(await history).problems]
    if (all.length > 0) await requireRulingFile(source)
    return {
      ...rest,
      source,
      repository,
      count,
      problems: all,
      history: await history,
      notes,
      gatesChecked: policies.notes.length === 0,
      origin
    }
  } finally {
    progress.clear()
    await blobs.close()
  }
}

async function verifyRecords(
  outline: Outline,
  source: LedgerSource,
  {
    repository,
    policies,
    notes,
    progress,
    onRecord,
    history
  }: {
    readonly repository: VouchedRepository | undefined
    readonly policies: RecordedPolicies
    readonly notes: LedgerNote[]
    readonly progress: StatusLine
    readonly onRecord: (record: LedgerRecord) => void
    readonly history: Promise<LedgerHistory>
  }
): Promise<VerifyReport> {
  const id = source.repository ?? repository?.id
  const proved: LedgerNote[] = []
  const committed = history.then(read => read.committed)
  committed.catch(() => undefined)
  const threads = examinerThreads(outline.length)
  const verified = verifyTree(outline, {
    ...judgedBy(source, policies),
    examiner: threads.examiner,
    ...(id && { repository: id }),
    judgeGate: policies.judgeGate,
    judgeAge: policies.judgeAge,
    judgeConsent: policies.judgeConsent,
    orderOf: policies.orderOf,
    onNote: note => proved.push(note),
    committed,
    onRecords(records) {
      for (const record of records) onRecord(record)
    },
    onProgress: (done, of) => progress.show(`verifying: ${done} of ${plural(of, 'record')} …`)
  })
  const report = await verified.finally(threads.close)
  notes.push(...policies.notes, ...proved)
  return report
}

/** A problem as one line. */
export function problemLine({ path, problem }: LedgerProblem): string {
  return visible(`${path}: ${problem}`)
}

/** Where to go from a ledger that does not verify. */
export const NEXT_STEP = '`sluice repair` says what to do.'

/** Whether a ledger is proved: nothing is wrong with it, and nothing was left out that makes a proof of it. */
export function isProved({ problems, gatesChecked }: Pick<VerifiedLedger, 'gatesChecked' | 'problems'>): boolean {
  return problems.length === 0 && gatesChecked
}

/** Says that what follows is of a ledger which is proved only in part. */
export function warnOfGates({ gatesChecked }: Pick<VerifiedLedger, 'gatesChecked'>, io: Io): void {
  if (gatesChecked) return
  io.stderr.write(
    `${painter(io.stderr, io.env)('yellow', 'Not all that the records say of gates, and of who may write, could be compared with the policies: `sluice verify` says what is missing, and how to get it.')}\n`
  )
}

/** Shows what is wrong with a ledger, and nothing of what it says. */
export function refuse({ problems }: Pick<CheckedLedger, 'problems'>, io: Io): void {
  const paint = painter(io.stderr, io.env)
  for (const problem of problems) io.stderr.write(`${paint('red', problemLine(problem))}\n`)
  io.stderr.write(
    `${paint('red', `The ledger does not verify, so what it says about environments is not shown. ${NEXT_STEP}`)}\n`
  )
}

/** What to say of a ledger that has no key. */
export const ADVISORY = 'advisory: there is no ledger key, so GitHub alone vouches for who wrote the records'

/** Says which is newer, where a ledger stands elsewhere than origin's: nobody should take old news for new. */
export function warnOfOrigin({ origin, source }: VerifiedLedger, io: Io): void {
  if (origin === undefined || origin === 'identical') return
  const branch = visible(source.branch)
  const said = {
    behind: `${branch} here is older than origin/${branch}, and the one here was read. Bring it up to date: git fetch origin ${branch}:${branch}`,
    ahead: `${branch} here is newer than origin/${branch} was when it was last fetched. Fetch that to compare: git fetch origin`,
    diverged: `${branch} here and origin/${branch} each hold what the other lacks: one of them was rewritten. The one here was read`
  }
  io.stderr.write(`${painter(io.stderr, io.env)('yellow', said[origin])}\n`)
}
