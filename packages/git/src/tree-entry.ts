import { posix } from 'node:path'
import { git, outputOf } from './git.ts'
import { together } from './together.ts'

/** What a path is in a commit. */
export interface TreeEntry {
  readonly kind: 'file' | 'directory' | 'link' | 'submodule'
  /** Git's object id: names the content. */
  readonly id: string
}

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '100644': 'file',
  '100755': 'file',
  '040000': 'directory',
  '120000': 'link',
  '160000': 'submodule'
}

/**
 * Finds what is at paths of a commit, which never changes: each is asked for once, and those that are asked for together by one process.
 * @param refused is told when git cannot list the commit; it may know why, and throw.
 * @throws Failure when git cannot list it for a reason of its own.
 */
export function entriesOf(
  root: string,
  commit: string,
  refused: () => Promise<void>
): (path: string) => Promise<TreeEntry | undefined> {
  const find = together<string, TreeEntry>(async paths => {
    // With the folders on the way (-t): one that is asked for would be left out for what is asked for inside it.
    const args = ['ls-tree', '-z', '-t', '--full-tree', `${commit}^{commit}`, '--', ...paths]
    const list = await git(root, args)
    if (list.code !== 0) await refused()
    return parseList(outputOf(list, `look for ${paths.join(', ')} in ${commit}`))
  })
  const known = new Map<string, TreeEntry | undefined>()
  return async path => {
    const plain = posix.normalize(path).replace(/\/$/, '')
    if (!known.has(plain)) known.set(plain, await find(plain))
    return known.get(plain)
  }
}

function parseList(list: string): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>()
  for (const line of list.split('\0')) {
    const [, mode = '', id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    const kind = KINDS[mode]
    if (kind !== undefined) entries.set(path, { kind, id })
  }
  return entries
}
