import { Failure } from '@sluice/core'

/** What a tree object says of one of its members (git, "gitformat-tree"). */
export interface TreeMember {
  /** Six octal digits: `040000` is a tree. */
  readonly mode: string
  readonly id: string
  readonly name: string
}

/** Bytes of a SHA-1, the only hash that GitHub takes. */
const ID_BYTES = 20

/**
 * Reads the bytes of a tree object: mode, name, NUL, 20 bytes of id, over and over.
 * @throws Failure for bytes that are no tree.
 */
export function parseTree(content: Buffer): readonly TreeMember[] {
  const members: TreeMember[] = []
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0, at)
    if (end === -1 || end + ID_BYTES >= content.length)
      throw new Failure('What git sent as a folder is not one. Run git fsck where it comes from.')
    const header = content.toString('utf8', at, end)
    const space = header.indexOf(' ')
    const id = content.toString('hex', end + 1, end + 1 + ID_BYTES)
    members.push({ mode: header.slice(0, space).padStart(6, '0'), id, name: header.slice(space + 1) })
    at = end + 1 + ID_BYTES
  }
  return members
}
