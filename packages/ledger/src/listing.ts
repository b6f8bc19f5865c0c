import { UserError } from '@sluice/core'

/** A file as git lists it. */
interface ListedFile {
  readonly path: string
  /** Git's name of its content; absent for what is no file (a submodule). */
  readonly id: string | undefined
}

const TAB = 0x09

/** Part of a listing, in bytes. */
type Span = readonly [start: number, end: number]

/**
 * What git lists of a commit (`git ls-tree -r -z`), kept as git printed it: a ledger has four files a record, and names and ids of their own for
 * all of them would be more than everything else that is known of it.
 */
export class Listing {
  readonly #output: Buffer
  /** Where the files of each folder are: one after the other in their order, but for what lies in folders between them. */
  readonly #spans = new Map<string, Span[]>()

  /** @throws UserError for a listing of what git never writes: a name that is there twice is one file for some readers, and another for others. */
  constructor(output: Buffer) {
    this.#output = output
    let before: { readonly folder: string; readonly start: number } | undefined
    let last: Buffer = Buffer.alloc(0)
    for (const { path, name, start } of linesOf(output)) {
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
    for (const { path } of linesOf(this.#output)) yield path
  }

  /** The file at a path. */
  get(path: string): ListedFile | undefined {
    const name = Buffer.from(path)
    for (const span of this.#spans.get(folderOf(path)) ?? []) {
      const found = this.#find(name, span)
      if (found !== undefined) return { path, id: found.id }
    }
    return undefined
  }

  /** Halves a part of the listing until a name is found. Whoever reads evidence comes from folder to folder: to take each apart would take long. */
  #find(name: Buffer, [from, to]: Span): ListedFile | undefined {
    const output = this.#output
    for (let [low, high] = [from, to]; low < high; ) {
      const middle = (low + high) >> 1
      const start = middle === low ? low : Math.max(low, output.lastIndexOf(0, middle - 1) + 1)
      const tab = output.indexOf(TAB, start)
      const end = output.indexOf(0, tab)
      const order = output.compare(name, 0, name.length, tab + 1, end)
      if (order === 0) return lineAt(output, start)
      if (order < 0) low = end + 1
      else high = start
    }
    return undefined
  }

  #addSpan(folder: string, span: Span): void {
    const spans = this.#spans.get(folder)
    if (spans === undefined) this.#spans.set(folder, [span])
    else spans.push(span)
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A line: `<mode> <type> <id>\t<path>\0`. */
interface Line extends ListedFile {
  readonly name: Buffer
  readonly start: number
  /** Where the next one begins. */
  readonly end: number
}

function lineAt(output: Buffer, start: number): Line {
  const tab = output.indexOf(TAB, start)
  const end = output.indexOf(0, tab)
  const [, type, id] = output.toString('latin1', start, tab).split(' ')
  const name = output.subarray(tab + 1, end)
  return { path: name.toString('utf8'), id: type === 'blob' ? id : undefined, name, start, end: end + 1 }
}

function* linesOf(output: Buffer): Generator<Line> {
  for (let start = 0; start < output.length; ) {
    const line = lineAt(output, start)
    yield line
    start = line.end
  }
}
