import { type Digest, sha256 } from '@sluice/core'
import type { IndexKey } from './index-key.ts'
import { IndexLeaf } from './index-leaf.ts'
import { IndexNode } from './index-node.ts'
import type { Reference } from './reference.ts'
import type { Undo } from './undo.ts'

/** How many hex digits of a key lead to its leaf: 4,096 leaves hold a few keys each at 100,000 records. */
const DEPTH = 3

/** The name of a node's or leaf's file: the digits that lead to it. */
export type IndexFile = string

/** The file of the root, to which no digit leads. */
export const INDEX_ROOT: IndexFile = 'root'

/** The digest of an index that holds nothing: of the root `{}`. */
export const EMPTY_INDEX: Digest = sha256('{}')

/** The files that a key's answer is proved by, from the root to its leaf. */
export function filesOfKey(key: IndexKey): readonly IndexFile[] {
  return Array.from({ length: DEPTH + 1 }, (_, length) => fileAt(key.slice(0, length)))
}

/** Whether a name may be that of an index file. */
export function isIndexFile(name: string): name is IndexFile {
  return name === INDEX_ROOT || /^[0-9a-f]{1,3}$/.test(name)
}

/**
 * A lookup that proves its answers: a Merkle tree of sixteen branches, whose root's digest a record signs. An answer, also "nothing", is
 * checked against that digest with four small files; who can push, but not sign, can neither forge nor hide one.
 */
export class IndexTree {
  readonly #root: Digest
  /** By the digits that lead there, as all below. */
  readonly #nodes = new Map<string, IndexNode>()
  readonly #leaves = new Map<string, IndexLeaf>()
  readonly #changed = new Set<string>()
  /** Leaves that have changed since the digests above them were computed. */
  readonly #stale = new Set<string>()
  #top: Digest
  readonly #undo: Undo | undefined

  /**
   * @param root what the newest record of the section signed.
   * @param undo is told how to take changes back; only of a tree that is built from nothing.
   */
  constructor(root: Digest = EMPTY_INDEX, undo?: Undo) {
    this.#root = root
    this.#undo = undo
    this.#top = root
    if (root === EMPTY_INDEX) this.#nodes.set('', new IndexNode())
  }

  /** The digest of the tree as it is now. */
  get root(): Digest {
    this.#refresh()
    return this.#top
  }

  /** The files that have changed since the tree was opened: all of them, when it was built from nothing. */
  changes(): readonly { readonly file: IndexFile; readonly text: string }[] {
    this.#refresh()
    return [...this.#changed].map(prefix => ({ file: fileAt(prefix), text: this.#textOf(prefix) }))
  }

  /**
   * Takes in the files of a key's path, each checked against the one above it.
   * @param read a file's bytes; `undefined` for one that does not exist.
   * @returns why they do not prove anything; nothing when they do.
   */
  load(key: IndexKey, read: (file: IndexFile) => Uint8Array | undefined): string | undefined {
    let expected: Digest | undefined = this.#root
    for (let length = 0; length <= DEPTH && expected !== undefined; length++) {
      const prefix = key.slice(0, length)
      if (!this.#knows(prefix)) {
        const problem = this.#take(prefix, expected, read(fileAt(prefix)))
        if (problem !== undefined) return problem
      }
      expected = length < DEPTH ? this.#nodes.get(prefix)?.get(key.charAt(length)) : undefined
    }
    return undefined
  }

  /** The record that a key leads to; the key's path must have been loaded. */
  get(key: IndexKey): Reference | undefined {
    return this.#leaves.get(key.slice(0, DEPTH))?.get(key)
  }

  /** Makes a key lead to a record, or to nothing any more; the key's path must have been loaded. */
  set(key: IndexKey, reference: Reference | undefined): void {
    const digits = key.slice(0, DEPTH)
    const leaf = this.#leaves.get(digits) ?? new IndexLeaf()
    const before = leaf.set(key, reference)
    this.#leaves.set(digits, leaf)
    this.#stale.add(digits)
    this.#undo?.note(() => {
      leaf.put(key, before)
      this.#stale.add(digits)
    })
  }

  /** Computes the digests above the leaves that have changed, each once: a record changes several. */
  #refresh(): void {
    let stale = new Set(this.#stale)
    if (stale.size === 0) return
    this.#stale.clear()
    for (let length = DEPTH; length > 0; length--) {
      const above = new Set<string>()
      for (const prefix of stale) {
        const parent = prefix.slice(0, -1)
        const node = this.#nodes.get(parent) ?? new IndexNode()
        node.set(prefix.slice(-1), this.#isEmpty(prefix) ? this.#forget(prefix) : this.#digestOf(prefix))
        this.#nodes.set(parent, node)
        above.add(parent)
      }
      stale = above
    }
    this.#top = this.#digestOf('')
  }

  /** Whether all that was below has been taken back. */
  #isEmpty(prefix: string): boolean {
    return (this.#nodes.get(prefix) ?? this.#leaves.get(prefix))?.isEmpty === true
  }

  #forget(prefix: string): undefined {
    this.#nodes.delete(prefix)
    this.#leaves.delete(prefix)
    this.#changed.delete(prefix)
  }

  #digestOf(prefix: string): Digest {
    this.#changed.add(prefix)
    return sha256(this.#textOf(prefix))
  }

  /** The one text (RFC 8785) of a file. */
  #textOf(prefix: string): string {
    const file = prefix.length < DEPTH ? this.#nodes.get(prefix) : this.#leaves.get(prefix)
    return file?.text ?? '{}'
  }

  #knows(prefix: string): boolean {
    return prefix.length < DEPTH ? this.#nodes.has(prefix) : this.#leaves.has(prefix)
  }

  #take(prefix: string, expected: Digest, bytes: Uint8Array | undefined): string | undefined {
    const file = fileAt(prefix)
    if (bytes === undefined) return `its index file ${file} is missing`
    const found = sha256(bytes)
    if (found !== expected) return `its index file ${file} hashes to ${found}, not to ${expected}`
    const content: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    // What hashes to what was signed is what a writer wrote: it has the form of a node or leaf.
    const entries = Object.entries(Object(content))
    if (prefix.length < DEPTH) this.#nodes.set(prefix, new IndexNode(entries as [string, Digest][]))
    else this.#leaves.set(prefix, new IndexLeaf(entries))
    return undefined
  }
}

function fileAt(prefix: string): IndexFile {
  return prefix === '' ? INDEX_ROOT : prefix
}
