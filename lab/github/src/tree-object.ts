import { parseTree } from '@sluice/git'

/** An entry of a tree object. */
export interface TreeEntry {
  readonly mode: string
  readonly type: string
  readonly oid: string
  readonly path: string
  /** Bytes of a blob. */
  readonly size?: number
}

/** The entries of a tree object, without the sizes of files. */
export function entriesOfTree(content: Buffer): readonly TreeEntry[] {
  return parseTree(content).map(({ mode, id, name }) => {
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
    return { mode, type, path: name, oid: id }
  })
}

/** Whether a path may be in a tree: relative, and without parts that leave it or belong to git. */
export function isTreePath(path: string): boolean {
  return (
    path !== '' &&
    path.split('/').every(part => part !== '' && !/^(\.|\.\.|\.git)$/i.test(part) && !part.includes('\0'))
  )
}
