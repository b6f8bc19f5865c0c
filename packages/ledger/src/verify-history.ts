import { type Digest, sha256, UserError } from '@sluice/core'
import { type BlobReader, isPartialClone, openBlobs, PARTIAL } from '@sluice/git'
import { CommitTimeline, type CommitTimes } from './commit-times.ts'
import { cutOffProblems } from './cut-off.ts'
import { decodeHead, type HeadPointer } from './head.ts'
import { commitOf, type LedgerClone } from './ledger-files.ts'
import { type FileChange, type LedgerCommit, readLog } from './ledger-log.ts'
import { HEAD_PATH, type LedgerPath, recordPath } from './paths.ts'
import { decodeRecord } from './record.ts'
import type { LedgerProblem } from './snapshot.ts'

/** How a ledger came to be, by its commits. */
export interface LedgerHistory {
  readonly problems: readonly LedgerProblem[]
  readonly committed: CommitTimes
}

/** The problems of {@link readHistory}. */
export async function verifyHistory(directory: string, branch: string, at?: string): Promise<readonly LedgerProblem[]> {
  return (await readHistory({ directory, branch, ...(at === undefined ? {} : { at }) })).problems
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
  const timeline = new CommitTimeline()
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
    timeline.add(commit)
    const link = linkOf(commit, before)
    if (commit.parents.length === 0) roots.push(link.oid)
    before = link.oid
    page.push(link)
    if (page.length === PAGE) turn()
  })
  turn()
  await judged
  return { problems: [...(await cutOffProblems(clone.directory, roots)), ...judge.problems], committed: timeline.times }
}

/** Commits that are judged together. */
const PAGE = 500

/** What is left of a commit when its changes were looked at. */
interface Link {
  readonly oid: string
  /** What is wrong with it by itself. */
  readonly problems: readonly LedgerProblem[]
  /** The same, if it adds a `repaired` record. */
  readonly problemsOfRepair: readonly LedgerProblem[]
  /** The first commit opens the ledger: it may hold no record yet. */
  readonly isFirst: boolean
  /** How git finds `HEAD.json` as it was then. */
  readonly head: string
  /** The records that it adds, in their order. */
  readonly added: readonly { readonly sequence: number; readonly id: string }[]
}

function linkOf(commit: LedgerCommit, before: string | undefined): Link {
  const { parents, changes } = commit
  // What git prints is cut out of large pieces, which would stay as long as a part of them is kept.
  const oid = copyOf(commit.oid)
  const isInLine = parents.join(' ') === (before ?? '')
  const added = changes.flatMap(({ status, kind, id }) =>
    status === 'A' && kind?.kind === 'record' ? [{ sequence: kind.sequence, id: copyOf(id) }] : []
  )
  const line = isInLine ? [] : [{ path: HEAD_PATH, problem: 'history is not linear' }]
  const suspects = changes.filter(change => findChangeProblem(change) !== undefined)
  const found = (some: typeof changes): readonly LedgerProblem[] => some.flatMap(it => findChangeProblem(it) ?? [])
  const head = changes.find(({ path, status }) => path === HEAD_PATH && status !== 'D')
  return {
    oid,
    isFirst: before === undefined,
    problems: [...line, ...found(suspects)],
    problemsOfRepair: [...line, ...found(suspects.filter(change => !isTidying(change)))],
    head: head === undefined ? `${oid}:${HEAD_PATH}` : copyOf(head.id),
    added: added.sort((a, b) => a.sequence - b.sequence)
  }
}

function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

function findChangeProblem({ status, mode, path, kind }: FileChange): LedgerProblem | undefined {
  const rewrites = status === 'M' && isRewritten(kind)
  if (status !== 'A' && !rewrites) return { path, problem: `it was ${status === 'D' ? 'removed' : 'changed'}` }
  return mode === '100644' ? undefined : { path, problem: `it has the mode ${mode}` }
}

/** A repair takes away what only records led to that count no more, and what never belonged there. */
function isTidying({ status, kind }: FileChange): boolean {
  return status === 'D' && (kind === undefined || isRewritten(kind))
}

/** Whether a file tells of the newest record, and not of one alone: each commit may write it anew. */
function isRewritten(kind: LedgerPath | undefined): boolean {
  switch (kind?.kind) {
    case 'head':
    case 'state':
    case 'newest':
    case 'newest-signature':
    case 'newest-token':
    case 'section-state':
    case 'index':
      return true
    default:
      return false
  }
}

/** Compares the commits of a ledger with their heads, page by page. */
class HistoryJudge {
  readonly problems: LedgerProblem[] = []
  readonly #clone: LedgerClone
  readonly #blobs: BlobReader
  #sequence = 0

  constructor(clone: LedgerClone, blobs: BlobReader) {
    this.#clone = clone
    this.#blobs = blobs
  }

  /** Judges the next commits. @throws UserError when the clone left their files out. */
  async take(links: readonly Link[]): Promise<void> {
    const { directory, branch } = this.#clone
    const files = await this.#blobs.read(links.map(({ head }) => head))
    if (files.includes(undefined) && (await isPartialClone(directory)))
      throw new UserError(`The history of ${branch} is not in ${directory}. ${PARTIAL}`)
    const heads = files.map(file => {
      const read = file === undefined ? undefined : decodeHead(file)
      return read?.ok === true ? read.head : undefined
    })
    const newest = await this.#blobs.read(links.map((link, n) => newestOf(link, heads[n]?.sequence ?? 0)))
    for (const [n, link] of links.entries()) this.#judge(link, heads[n], newest[n])
  }

  #judge(link: Link, head: HeadPointer | undefined, newest: Buffer | undefined): void {
    const hash = newest === undefined ? undefined : sha256(newest)
    const found = [
      ...(link.problems.length > 0 && isRepair(newest, head?.sequence) ? link.problemsOfRepair : link.problems),
      ...growthProblems(link, this.#sequence, head?.sequence),
      ...hashProblems(head, hash)
    ]
    const commit = `commit ${link.oid.slice(0, 12)}`
    this.problems.push(...found.map(it => ({ ...it, problem: `${commit}: ${it.problem}` })))
    this.#sequence = head?.sequence ?? this.#sequence
  }
}

function isRepair(file: Buffer | undefined, sequence = 0): boolean {
  const read = decodeRecord(file ?? new Uint8Array(), sequence)
  return read.ok && read.record.event === 'repaired'
}

/** How git finds the record that is the newest by a commit's head. */
function newestOf({ oid, added }: Link, sequence: number): string {
  return added.find(it => it.sequence === sequence)?.id ?? `${oid}:${recordPath(sequence)}`
}

/** @param before how far the ledger went before the commit, as `after` by its head. */
function* growthProblems(
  { isFirst, added }: Link,
  before: number,
  after: number | undefined
): Generator<LedgerProblem> {
  if (after === undefined) {
    yield { path: HEAD_PATH, problem: 'it is missing or malformed' }
    return
  }
  const numbers = added.map(({ sequence }) => sequence)
  // Counted, and not written out to be compared: the number is whatever somebody put into the file.
  if (numbers.length !== after - before || numbers.some((sequence, n) => sequence !== before + n + 1)) {
    yield {
      path: HEAD_PATH,
      problem: `it moved from ${before} to ${after}, but the commit adds records [${numbers.join(', ')}]`
    }
  } else if (numbers.length === 0 && !isFirst) yield { path: HEAD_PATH, problem: 'the commit adds no record' }
}

/** Whoever reads a ledger believes what its head names, at any commit: a lie that the next commit mends was believed in between. */
function* hashProblems(head: HeadPointer | undefined, found: Digest | undefined): Generator<LedgerProblem> {
  if (head?.hash === undefined || found === undefined || head.hash === found) return
  yield { path: HEAD_PATH, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${found}` }
}
