/** An entry of a tree object. */
export interface TreeEntry {
  readonly mode: string
  readonly type: string
  readonly oid: string
  readonly path: string
  /** Bytes of a blob. */
  readonly size?: number
}

/** Of a SHA-1, the only hash that GitHub takes. */
const ID_BYTES = 20

/** Reads the bytes of a tree object (git, "tree object"): mode, name, NUL, 20 bytes of id, over and over. */
export function parseTree(content: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = []
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0, at)
    const header = content.subarray(at, end).toString('utf8')
    const space = header.indexOf(' ')
    const mode = header.slice(0, space).padStart(6, '0')
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
    entries.push({
      mode,
      type,
      path: header.slice(space + 1),
      oid: content.subarray(end + 1, end + 1 + ID_BYTES).toString('hex')
    })
    at = end + 1 + ID_BYTES
  }
  return entries
}

/** Whether a path may be in a tree: relative, and without parts that leave it or belong to git. */
export function isTreePath(path: string): boolean {
  return (
    path !== '' &&
    path.split('/').every(part => part !== '' && !/^(\.|\.\.|\.git)$/i.test(part) && !part.includes('\0'))
  )
}
