import { relative, sep } from 'node:path'
import type { Repository } from '@sluice/git'

/** What checking a delivery asks of a repository. */
type CheckedRepository = Pick<Repository, 'head' | 'entryAt' | 'fileAt' | 'dirtyPaths' | 'checkFolder'>

/** A folder of a repository, looked at as if it were the root: a product that lives inside another repository. */
export function rootedAt(repository: Repository, folder: string): CheckedRepository {
  const prefix = relative(repository.directory, folder).split(sep).join('/')
  if (prefix === '') return repository
  const inside = (path: string): string => (path === '.' ? prefix : `${prefix}/${path}`)
  return {
    head: repository.head,
    entryAt: async (commit, path) => repository.entryAt(commit, inside(path)),
    fileAt: async (commit, path) => repository.fileAt(commit, inside(path)),
    checkFolder: async (commit, path, purpose) => repository.checkFolder(commit, inside(path), purpose),
    dirtyPaths: async paths => repository.dirtyPaths(paths.map(inside))
  }
}
