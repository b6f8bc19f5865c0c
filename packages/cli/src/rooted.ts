import { relative, sep } from 'node:path'
import { UserError } from '@sluice/core'
import type { Repository } from '@sluice/delivery'

/** A folder of a repository, looked at as if it were the root: a product that lives inside another repository. */
export function rootedAt(repository: Repository, folder: string): Repository {
  const prefix = relative(repository.directory, folder).split(sep).join('/')
  if (prefix === '') return repository
  if (prefix === '..' || prefix.startsWith('../'))
    throw new UserError(`${folder} is outside of the git repository ${repository.directory}. Name a folder in it.`)
  const inside = (path: string): string => (path === '.' || path === '' ? prefix : `${prefix}/${path}`)
  return {
    ...repository,
    entryAt: async (commit, path) => repository.entryAt(commit, inside(path)),
    treeOf: async (commit, path) => repository.treeOf(commit, inside(path)),
    fileAt: async (commit, path) => repository.fileAt(commit, inside(path)),
    dirtyPaths: async paths => repository.dirtyPaths(paths.map(inside))
  }
}
