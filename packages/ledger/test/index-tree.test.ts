import { describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { indexKey } from '../src/index-key.ts'
import { EMPTY_INDEX, filesOfKey, IndexTree, isIndexFile } from '../src/index-tree.ts'
import type { Reference } from '../src/reference.ts'
import { Undo } from '../src/undo.ts'

const KEYS = Array.from({ length: 300 }, (_, n) => indexKey(['released', sha256(`release ${n}`)]))

/** What the key of a number leads to. */
const reference = (sequence: number): Reference => ({ sequence, body: sha256(`body ${sequence}`) })

/** A tree with all keys, each leading to its number from 1. */
function grown(): IndexTree {
  const tree = new IndexTree()
  for (const [n, key] of KEYS.entries()) tree.set(key, reference(n + 1))
  return tree
}

/** The files of a tree that was built from nothing. */
function filesOf(tree: IndexTree): ReadonlyMap<string, string> {
  return new Map(tree.changes().map(({ file, text }) => [file, text]))
}

function reader(files: ReadonlyMap<string, string>): (file: string) => Uint8Array | undefined {
  return file => {
    const text = files.get(file)
    return text === undefined ? undefined : Buffer.from(text)
  }
}

describe('the index of a section', () => {
  it('gives back what was put in, read from its files by its root alone', () => {
    const { root, files } = { root: grown().root, files: filesOf(grown()) }
    const tree = new IndexTree(root)

    const answers = KEYS.map(key => {
      expect(tree.load(key, reader(files))).toBeUndefined()
      return tree.get(key)
    })

    expect(answers).toEqual(KEYS.map((_, n) => reference(n + 1)))
  })

  it('has the same root in whatever order it grew, and another one for any other answer', () => {
    const backwards = new IndexTree()
    for (const [n, key] of [...KEYS.entries()].reverse()) backwards.set(key, reference(n + 1))
    const other = grown()
    other.set(KEYS[7] ?? '', reference(1))
    const another = grown()
    another.set(KEYS[7] ?? '', { ...reference(8), body: sha256('another record of the number') })

    expect(backwards.root).toBe(grown().root)
    expect(other.root).not.toBe(grown().root)
    expect(another.root).not.toBe(grown().root)
    expect(new IndexTree().root).toBe(EMPTY_INDEX)
  })

  it('forgets what a key led to, and says so after it was read back', () => {
    const tree = grown()
    const [key = ''] = KEYS
    tree.set(key, undefined)
    const read = new IndexTree(tree.root)

    expect(read.load(key, reader(filesOf(tree)))).toBeUndefined()
    expect([tree.get(key), read.get(key)]).toEqual([undefined, undefined])
    expect(tree.root).not.toBe(grown().root)
  })

  it('proves that it holds nothing of a key', () => {
    const tree = new IndexTree(grown().root)
    const absent = indexKey(['released', sha256('another')])

    expect(tree.load(absent, reader(filesOf(grown())))).toBeUndefined()
    expect(tree.get(absent)).toBeUndefined()
  })

  it.each(filesOfKey(KEYS[0] ?? ''))('believes no other file %s than the one that its root stands for', file => {
    const files = filesOf(grown())
    const [key = ''] = KEYS
    const forged = new Map(files).set(file, `{"${key}":9}`)
    const hidden = new Map(files)
    hidden.delete(file)

    expect(new IndexTree(grown().root).load(key, reader(forged))).toMatch(
      new RegExp(`^its index file ${file} hashes to sha256:[0-9a-f]{64}, not to sha256:[0-9a-f]{64}$`)
    )
    expect(new IndexTree(grown().root).load(key, reader(hidden))).toBe(`its index file ${file} is missing`)
  })

  it('writes only the files on the way to what changed', () => {
    const tree = new IndexTree(grown().root)
    const added = indexKey(['released', sha256('another')])
    tree.load(added, reader(filesOf(grown())))

    tree.set(added, reference(301))

    expect(
      tree
        .changes()
        .map(({ file }) => file)
        .sort()
    ).toEqual([...filesOfKey(added)].sort())
  })

  it('has files of four names, from the root to a leaf', () => {
    expect(filesOfKey('abcdef')).toEqual(['root', 'a', 'ab', 'abc'])
    expect(['root', '0', 'ff', 'abc', 'abcd', 'g', 'ROOT', ''].map(isIndexFile)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
      false
    ])
  })

  it('goes back to what it was, file by file, when changes are taken back', () => {
    const undo = new Undo()
    undo.begin()
    const tree = new IndexTree(undefined, undo)
    for (const [n, key] of KEYS.slice(0, 20).entries()) tree.set(key, reference(n + 1))
    const [root, files, mark] = [tree.root, filesOf(tree), undo.length]
    for (const [n, key] of KEYS.slice(10).entries()) tree.set(key, reference(n + 500))
    expect(tree.root).not.toBe(root)

    undo.back(mark)

    expect([tree.root, filesOf(tree)]).toEqual([root, files])
    undo.back(0)
    expect(tree.root).toBe(EMPTY_INDEX)
  })
})
