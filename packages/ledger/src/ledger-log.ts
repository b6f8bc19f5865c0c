import { git, outputOf } from '@sluice/git'
import type { LedgerClone } from './ledger-files.ts'
import { type LedgerPath, parseLedgerPath } from './paths.ts'

/** What a commit did to one file, against its first parent. */
export interface FileChange {
  /** As `git diff-tree` has it: A, M, D, T. */
  readonly status: string
  readonly mode: string
  /** Git's name of the content that the file had before. */
  readonly before: string
  /** Git's name of the content that the file has then. */
  readonly id: string
  readonly path: string
  /** What it is by its path; `undefined`: it does not belong in the ledger. */
  readonly kind: LedgerPath | undefined
}

/** A commit of the ledger branch. */
export interface LedgerCommit {
  readonly oid: string
  readonly parents: readonly string[]
  /** When it was made, by itself: milliseconds since the epoch. */
  readonly time: number
  readonly changes: readonly FileChange[]
}

const LOG = [
  'log',
  '--reverse',
  // What a merge brings along is no part of the line: the merge itself is what is wrong.
  '--first-parent',
  '--topo-order',
  '--root',
  '--raw',
  '--no-renames',
  '--no-abbrev',
  '--diff-merges=first-parent',
  '--format=commit %H %ct %P'
]

/**
 * Reads all commits of a ledger, oldest first. Each is given away as it comes, and must not be kept: those of a long ledger have more to say than
 * fits into memory.
 */
export async function readLog(
  { directory }: Pick<LedgerClone, 'directory'>,
  tip: string,
  onCommit: (commit: LedgerCommit) => void
): Promise<void> {
  let commit: (Omit<LedgerCommit, 'changes'> & { readonly changes: FileChange[] }) | undefined
  const paths = new KnownPaths()
  const pass = (): void => {
    if (commit !== undefined) onCommit(commit)
  }
  const onLine = (line: string): void => {
    if (line.startsWith(':')) {
      const change = readChange(line, paths)
      if (change !== undefined) commit?.changes.push(change)
      return
    }
    const [word, oid, time, ...parents] = line.split(' ')
    if (word !== 'commit' || oid === undefined) return
    pass()
    commit = { oid, time: Number(time) * 1000, parents: parents.filter(parent => parent !== ''), changes: [] }
  }
  outputOf(await git(directory, [...LOG, tip], { onLine }), 'read the history')
  pass()
}

/** `:<mode> <mode> <id> <id> <status>\t<path>`, of before and after. */
function readChange(line: string, paths: KnownPaths): FileChange | undefined {
  const tab = line.indexOf('\t')
  const [, mode, before, id, status] = line.slice(0, Math.max(0, tab)).split(' ')
  const path = line.slice(tab + 1)
  return mode === undefined || before === undefined || id === undefined || status === undefined
    ? undefined
    : { mode, before, id, status, path, kind: paths.kindOf(path) }
}

/** More than the sections of any product have. */
const MOST_KNOWN = 50_000

/** What files are by their paths. Each commit writes some of the same few thousand files of sections anew, so what those are is kept. */
class KnownPaths {
  readonly #known = new Map<string, LedgerPath>()

  kindOf(path: string): LedgerPath | undefined {
    if (!path.startsWith('sections/')) return parseLedgerPath(path)
    const kind = this.#known.get(path)
    if (kind !== undefined) return kind
    const found = parseLedgerPath(path)
    // A copy: the path itself is a part of all that git wrote, which would be kept with it.
    if (this.#known.size < MOST_KNOWN && found !== undefined) this.#known.set(Buffer.from(path).toString(), found)
    return found
  }
}
