import type { FileChange, LedgerCommit } from './ledger-log.ts'
import { HEAD_PATH, type LedgerPath } from './paths.ts'
import { comesWith, type Stretch } from './reach.ts'

/** The mode of a plain file, as all files of a ledger have. */
const PLAIN = '100644'
/** The mode of a submodule, which holds nothing here. Any other has a content: what a record is does not change with its mode, which is a fault of its own. */
const SUBMODULE = '160000'

/** A file of a record, as a commit wrote it or took it away. */
interface RecordChange {
  readonly sequence: number
  readonly status: string
  readonly isThere: boolean
  /** Git's name of what it holds then. */
  readonly id: string
}

/** What is left of a commit when its changes were looked at. */
export interface Link {
  readonly oid: string
  /** When it was made, by itself: milliseconds since the epoch; absent of a first commit, and of a merge. */
  readonly time: number | undefined
  /** Whether it follows the one before, and nothing else. */
  readonly isInLine: boolean
  /** The first commit opens the ledger: it may hold no record yet. */
  readonly isFirst: boolean
  /** How git finds `HEAD.json` as it was then. */
  readonly head: string
  /** What it did to files of records. */
  readonly records: readonly RecordChange[]
  /** Changes that not every commit may make. */
  readonly others: readonly FileChange[]
}

/** @param before the commit before it. */
export function linkOf({ oid, parents, time, changes }: LedgerCommit, before: string | undefined): Link {
  const head = changes.find(({ path, status }) => path === HEAD_PATH && status !== 'D')
  return {
    // What git prints is cut out of large pieces, which would stay as long as a part of them is kept.
    oid: copyOf(oid),
    // In a shallow clone, one in its midst passes for the first, with all records of before.
    time: parents.length === 1 ? time : undefined,
    isInLine: parents.join(' ') === (before ?? ''),
    isFirst: before === undefined,
    head: head === undefined ? `${copyOf(oid)}:${HEAD_PATH}` : copyOf(head.id),
    records: changes.flatMap(({ status, mode, kind, id }) =>
      kind?.kind === 'record'
        ? [{ sequence: kind.sequence, status, isThere: status !== 'D' && mode !== SUBMODULE, id: copyOf(id) }]
        : []
    ),
    others: changes.filter(it => !isUsual(it)).map(copied)
  }
}

function copied({ status, mode, before, id, path, kind }: FileChange): FileChange {
  return { status, mode, before: copyOf(before), id: copyOf(id), path: Buffer.from(path).toString(), kind }
}

function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

function isUsual({ status, mode, kind }: FileChange): boolean {
  return mode === PLAIN && (status === 'A' || (status === 'M' && isRewritten(kind)))
}

/** Whether any commit may make a change: it brings the record with which the file lies. */
export function isOwn({ status, mode, kind }: FileChange, stretch: Stretch): boolean {
  return status !== 'D' && mode === PLAIN && comesWith(kind, stretch)
}

/** A repair takes away what only records led to that count no more, and what never belonged there. */
export function isTidying({ status, kind }: FileChange): boolean {
  return status === 'D' && (kind === undefined || isRewritten(kind))
}

/** Whether a file tells of the newest record, and not of one alone: each commit may write it anew. */
export function isRewritten(kind: LedgerPath | undefined): boolean {
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
