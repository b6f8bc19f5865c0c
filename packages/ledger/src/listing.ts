import { UserError } from '@sluice/core'

/** A file as git lists it. */
interface ListedFile {
  readonly path: string
  /** Git's name of its content; absent for what is no file (a submodule). */
  readonly id: string | undefined
}

/** Part of a listing, in bytes. */
type Span = readonly [start: number, end: number]

/** Folders that are kept taken apart: those of the records that are read, of evidence, and of a section. */
const OPEN_FOLDERS = 8

/**
 * What git lists of a commit (`git ls-tree -r -z`), kept as git printed it: a ledger has four files a record, and names and ids of their own for
 * all of them would be more than everything else that is known of it.
 */
export class Listing {
  readonly #output: Buffer
  readonly #spans = new Map<string, Span[]>()
  /** Folders as they were asked for last, with their files. */
  readonly #open = new Map<string, ReadonlyMap<string, ListedFile>>()

  /** @throws UserError for a listing of what git never writes: a name that is there twice is one file for some readers, and another for others. */
  constructor(output: Buffer) {
    this.#output = output
    let before: { readonly folder: string; readonly start: number } | undefined
    let last: Buffer = Buffer.alloc(0)
    for (const { path, name, start } of linesOf(output, [0, output.length])) {
      if (Buffer.compare(last, name) >= 0)
        throw new UserError(
          `The ledger branch has ${JSON.stringify(path)} twice, or out of order: git writes no such folder, so someone forged it. Put the branch back to the commit before.`
        )
      last = name
      const folder = folderOf(path)
      if (folder === before?.folder) continue
      if (before !== undefined) this.#addSpan(before.folder, [before.start, start])
      before = { folder, start }
    }
    if (before !== undefined) this.#addSpan(before.folder, [before.start, output.length])
  }

  /** The path of each file, in git's order. */
  *paths(): Generator<string> {
    for (const { path } of linesOf(this.#output, [0, this.#output.length])) yield path
  }

  /** The file at a path. */
  get(path: string): ListedFile | undefined {
    const folder = folderOf(path)
    const files = this.#open.get(folder) ?? this.#read(folder)
    // The one that was asked for last is forgotten last.
    this.#open.delete(folder)
    this.#open.set(folder, files)
    const [oldest] = this.#open.keys()
    if (oldest !== undefined && this.#open.size > OPEN_FOLDERS) this.#open.delete(oldest)
    return files.get(path)
  }

  #addSpan(folder: string, span: Span): void {
    const spans = this.#spans.get(folder)
    if (spans === undefined) this.#spans.set(folder, [span])
    else spans.push(span)
  }

  #read(folder: string): ReadonlyMap<string, ListedFile> {
    const files = new Map<string, ListedFile>()
    for (const span of this.#spans.get(folder) ?? [])
      for (const { path, id } of linesOf(this.#output, span)) files.set(path, { path, id })
    return files
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The lines of a part of a listing: `<mode> <type> <id>\t<path>\0`. */
function* linesOf(
  output: Buffer,
  [from, to]: Span
): Generator<ListedFile & { readonly start: number; readonly name: Buffer }> {
  for (let start = from; start < to; ) {
    const tab = output.indexOf(0x09, start)
    const end = output.indexOf(0, tab)
    const [, type, id] = output.toString('latin1', start, tab).split(' ')
    const name = output.subarray(tab + 1, end)
    yield { path: name.toString('utf8'), id: type === 'blob' ? id : undefined, start, name }
    start = end + 1
  }
}
