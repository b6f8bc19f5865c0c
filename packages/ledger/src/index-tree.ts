import { type Digest, sha256 } from '@sluice/core'
import type { IndexKey } from './index-key.ts'
import type { Reference } from './reference.ts'

/** How many hex digits of a key lead to its leaf: 4,096 leaves hold a few keys each at 100,000 records. */
const DEPTH = 3

/** A node: what lies below it by the next hex digit, each by the SHA-256 of its file. */
type Node = Readonly<Record<string, Digest>>

/** What a key leads to: a record, by its number and the digest of its body. `null`: to nothing any more. */
type Answer = readonly [sequence: number, body: Digest] | null

/** A leaf: the keys that begin with its digits, each with its answer. */
type Leaf = Readonly<Record<IndexKey, Answer>>

/** The name of a node's or leaf's file: the digits that lead to it. */
export type IndexFile = string

/** The file of the root, to which no digit leads. */
const ROOT: IndexFile = 'root'

/** The digest of an index that holds nothing: of the root `{}`. */
export const EMPTY_INDEX: Digest = sha256('{}')

/** The files that a key's answer is proved by, from the root to its leaf. */
export function filesOfKey(key: IndexKey): readonly IndexFile[] {
  return Array.from({ length: DEPTH + 1 }, (_, length) => fileAt(key.slice(0, length)))
}

/** Whether a name may be that of an index file. */
export function isIndexFile(name: string): name is IndexFile {
  return name === ROOT || /^[0-9a-f]{1,3}$/.test(name)
}

/**
 * A lookup that proves its answers: a Merkle tree of sixteen branches, whose root's digest a record signs. An answer, also "nothing", is
 * checked against that digest with four small files; who can push, but not sign, can neither forge nor hide one.
 */
export class IndexTree {
  readonly #root: Digest
  readonly #texts = new Map<IndexFile, string>()
  readonly #nodes = new Map<IndexFile, Record<string, Digest>>()
  readonly #leaves = new Map<IndexFile, Record<IndexKey, Answer>>()
  readonly #changed = new Set<IndexFile>()
  #top: Digest

  /** @param root what the newest record of the section signed. */
  constructor(root: Digest = EMPTY_INDEX) {
    this.#root = root
    this.#top = root
    if (root === EMPTY_INDEX) this.#nodes.set('', {})
  }

  /** The digest of the tree as it is now. */
  get root(): Digest {
    return this.#top
  }

  /** The files that have changed since the tree was opened. */
  changes(): readonly { readonly file: IndexFile; readonly text: string }[] {
    return [...this.#changed].map(file => ({ file, text: this.#texts.get(file) ?? '{}' }))
  }

  /** Every file that the tree has, when it was built from nothing. */
  files(): ReadonlyMap<IndexFile, string> {
    return this.#texts
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
      expected = length < DEPTH ? this.#nodes.get(prefix)?.[key.charAt(length)] : undefined
    }
    return undefined
  }

  /** The record that a key leads to; the key's path must have been loaded. */
  get(key: IndexKey): Reference | undefined {
    const leaf = this.#leaves.get(key.slice(0, DEPTH))
    const answer = leaf !== undefined && Object.hasOwn(leaf, key) ? leaf[key] : undefined
    return answer ? { sequence: answer[0], body: answer[1] } : undefined
  }

  /** Makes a key lead to a record, or to nothing any more; the key's path must have been loaded. */
  set(key: IndexKey, reference: Reference | undefined): void {
    const digits = key.slice(0, DEPTH)
    const leaf = this.#leaves.get(digits) ?? {}
    leaf[key] = reference === undefined ? null : [reference.sequence, reference.body]
    this.#leaves.set(digits, leaf)
    let digest = this.#write(digits, leaf)
    for (let length = DEPTH - 1; length >= 0; length--) {
      const prefix = key.slice(0, length)
      const node = this.#nodes.get(prefix) ?? {}
      node[key.charAt(length)] = digest
      this.#nodes.set(prefix, node)
      digest = this.#write(prefix, node)
    }
    this.#top = digest
  }

  #knows(prefix: string): boolean {
    return prefix.length < DEPTH ? this.#nodes.has(prefix) : this.#leaves.has(prefix)
  }

  #take(prefix: string, expected: Digest, bytes: Uint8Array | undefined): string | undefined {
    const file = fileAt(prefix)
    if (bytes === undefined) return `its index file ${file} is missing`
    const found = sha256(bytes)
    if (found !== expected) return `its index file ${file} hashes to ${found}, not to ${expected}`
    // What hashes to what was signed is what a writer wrote: it has the form of a node or leaf.
    const content: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (prefix.length < DEPTH) this.#nodes.set(prefix, { ...(content as Node) })
    else this.#leaves.set(prefix, { ...(content as Leaf) })
    return undefined
  }

  #write(prefix: string, content: Node | Leaf): Digest {
    const file = fileAt(prefix)
    // Keys are hex digits: sorted as text they are in the order of RFC 8785, which this is written in.
    const text = JSON.stringify(content, Object.keys(content).sort())
    this.#texts.set(file, text)
    this.#changed.add(file)
    return sha256(text)
  }
}

function fileAt(prefix: string): IndexFile {
  return prefix === '' ? ROOT : prefix
}
