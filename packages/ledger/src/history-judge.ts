import { type Digest, sha256, UserError } from '@sluice/core'
import { type BlobReader, isPartialClone, PARTIAL } from '@sluice/git'
import type { CommitTimes } from './commit-times.ts'
import { decodeHead, type HeadPointer } from './head.ts'
import { isOwn, isRewritten, isTidying, type Link } from './history-link.ts'
import type { LedgerClone } from './ledger-files.ts'
import type { FileChange } from './ledger-log.ts'
import { becameOf, judgeSuspects, Suspect, suspectOf } from './lost-proofs.ts'
import { HEAD_PATH, recordPath } from './paths.ts'
import { isBeyond, Reach, type Stretch } from './reach.ts'
import { decodeRecord } from './record.ts'
import type { LedgerProblem } from './snapshot.ts'

/** A commit, and how far the records go by it. */
interface Judged {
  readonly link: Link
  readonly head: HeadPointer | undefined
  readonly stretch: Stretch
}

/** Compares the commits of a ledger with their heads, page by page. */
export class HistoryJudge {
  readonly #clone: LedgerClone
  readonly #blobs: BlobReader
  readonly #reach = new Reach()
  readonly #times = new Map<number, number>()
  readonly #found: (LedgerProblem | Suspect)[] = []

  constructor(clone: LedgerClone, blobs: BlobReader) {
    this.#clone = clone
    this.#blobs = blobs
  }

  /** The number of the last record. */
  get reach(): number {
    return this.#reach.last
  }

  /** When the records were committed. */
  get times(): CommitTimes {
    return this.#times
  }

  /** What is wrong, in the order of the commits. @param tip the last of them. */
  async problems(tip: string): Promise<readonly LedgerProblem[]> {
    const suspects = this.#found.filter(it => it instanceof Suspect)
    const judged = await judgeSuspects(suspects, tip, this.#blobs)
    return this.#found.flatMap(it => (it instanceof Suspect ? (judged.get(it) ?? []) : it))
  }

  /** Judges the next commits. @throws UserError when the clone left their files out. */
  async take(links: readonly Link[]): Promise<void> {
    const { directory, branch } = this.#clone
    const files = await this.#blobs.read(links.map(({ head }) => head))
    if (files.includes(undefined) && (await isPartialClone(directory)))
      throw new UserError(`The history of ${branch} is not in ${directory}. ${PARTIAL}`)
    const page = links.map((link, n): Judged => {
      const read = decodeHead(files[n] ?? new Uint8Array())
      const head = read.ok ? read.head : undefined
      return { link, head, stretch: this.#reach.take({ records: link.records, counted: head?.sequence }) }
    })
    const newest = await this.#blobs.read(page.map(newestOf))
    for (const [n, judged] of page.entries()) this.#judge(judged, newest[n])
  }

  #judge({ link, head, stretch }: Judged, newest: Buffer | undefined): void {
    const { isInLine, oid, others, time } = link
    const commit = `commit ${oid.slice(0, 12)}`
    const about = {
      ...{ commit, reach: stretch.after },
      isRepair: others.length > 0 && isRepaired(newest, stretch.after)
    }
    const found = [
      // What a merge took away, its changes do not show.
      ...(isInLine ? [] : [{ kind: 'broken' as const, path: HEAD_PATH, problem: 'history is not linear' }]),
      ...others
        .filter(it => !isOwn(it, stretch))
        .flatMap(it => suspectOf(it, about) ?? problemOfChange(it, stretch, about.isRepair) ?? []),
      ...growthProblems(link, stretch, head?.sequence),
      ...hashProblems(head, stretch, newest === undefined ? undefined : sha256(newest))
    ]
    this.#found.push(...found.map(it => (it instanceof Suspect ? it : { ...it, problem: `${commit}: ${it.problem}` })))
    for (let sequence = stretch.before + 1; sequence <= stretch.after && time !== undefined; sequence++)
      this.#times.set(sequence, time)
  }
}

/** How git finds the record that is the newest by a commit. */
function newestOf({ link, stretch: { after } }: Judged): string {
  return link.records.find(it => it.sequence === after && it.isThere)?.id ?? `${link.oid}:${recordPath(after)}`
}

function isRepaired(file: Buffer | undefined, sequence: number): boolean {
  const read = decodeRecord(file ?? new Uint8Array(), sequence)
  return read.ok && read.record.event === 'repaired'
}

/** What is wrong with a change of what is no proof of a record. */
function problemOfChange(change: FileChange, { before }: Stretch, isRepair: boolean): LedgerProblem | undefined {
  const { status, mode, path, kind } = change
  if (status === 'A' || (status === 'M' && isRewritten(kind))) return { path, problem: `it has the mode ${mode}` }
  const problem = `it was ${becameOf(status)}`
  const isRecord = kind?.kind === 'record'
  if (isRecord && !isBeyond(kind, before)) return { kind: 'broken', path, problem }
  return isRepair && (isTidying(change) || (isRecord && status === 'D')) ? undefined : { path, problem }
}

/** @param counted what `HEAD.json` says; absent: it is missing or malformed. */
function* growthProblems(
  { isFirst, records }: Link,
  { before, after }: Stretch,
  counted: number | undefined
): Generator<LedgerProblem> {
  if (counted === undefined) {
    yield { path: HEAD_PATH, problem: 'it is missing or malformed' }
    return
  }
  const numbers = records
    .filter(({ sequence, status, isThere }) => isThere && (status === 'A' || sequence > before))
    .map(({ sequence }) => sequence)
    .sort((a, b) => a - b)
  // Counted, and not written out to be compared: the number is whatever somebody put into the file.
  if (counted !== after || numbers.length !== after - before || numbers.some((it, n) => it !== before + n + 1)) {
    yield {
      path: HEAD_PATH,
      problem: `it moved from ${before} to ${counted}, but the commit adds records [${numbers.join(', ')}]`
    }
  } else if (numbers.length === 0 && !isFirst) yield { path: HEAD_PATH, problem: 'the commit adds no record' }
}

/** Whoever reads a ledger believes what its head names, at any commit: a lie that the next commit mends was believed in between. */
function* hashProblems(
  head: HeadPointer | undefined,
  { after }: Stretch,
  found: Digest | undefined
): Generator<LedgerProblem> {
  if (head?.hash === undefined || head.sequence !== after || found === undefined || head.hash === found) return
  yield { path: HEAD_PATH, problem: `it says hash ${head.hash}, but record ${head.sequence} has ${found}` }
}
