import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, UserError } from '@sluice/core'
import { type FetchTerms, fetchFrom, type Remote } from './fetch-from.ts'
import { findGitFolder } from './isolated-view.ts'
import { readObjects } from './objects.ts'
import { ownGit } from './own-git.ts'
import { openRepository, type Repository } from './repository.ts'

/** From where missing commits are fetched, and to which folder, which is ours alone. */
interface AndFetchedOptions extends FetchTerms {
  readonly directory: string
  readonly remote: Remote
}

/**
 * A clone that has one branch, as if it had the others, too: a commit that it lacks is fetched when it is asked for, with its past, beside the clone, which
 * stays as it is. Where that fails, and in a clone whose own past is cut off, the clone's own answer stands.
 */
export function andFetched(clone: Repository, options: AndFetchedOptions): Repository {
  const both = openRepository(options.directory)
  // What could not be had once is not asked for again: each time would take as long, for every question about it.
  const absent = new Set<string>()
  const fetchMissing = async (missing: readonly string[]): Promise<boolean> => {
    if (missing.some(id => absent.has(id))) return false
    const isThere = await fetchBeside(clone.directory, missing, options)
    if (!isThere) for (const id of missing) absent.add(id)
    return isThere
  }
  const ask = async <T>(
    commits: readonly (string | undefined)[],
    question: (repository: Repository) => Promise<T>
  ): Promise<T> => {
    try {
      return await question(clone)
    } catch (error: unknown) {
      if (!(error instanceof UserError)) throw error
      const missing = await missingIn(clone.directory, commits)
      if (missing.length === 0 || !(await fetchMissing(missing))) throw error
    }
    return question(both)
  }
  return {
    ...clone,
    directoryWith: async commit => {
      const isMissing = (await missingIn(clone.directory, [commit])).length > 0
      return isMissing && (await fetchMissing([commit])) ? both.directory : clone.directory
    },
    entryAt: async (commit, path) => ask([commit], async it => it.entryAt(commit, path)),
    treeOf: async (commit, path) => ask([commit], async it => it.treeOf(commit, path)),
    fileAt: async (commit, path) => ask([commit], async it => it.fileAt(commit, path)),
    checkFolder: async (commit, path, purpose) => ask([commit], async it => it.checkFolder(commit, path, purpose)),
    isAncestor: async (ancestor, commit) => ask([ancestor, commit], async it => it.isAncestor(ancestor, commit)),
    log: async (from, to) => ask([from, to], async it => it.log(from, to))
  }
}

async function missingIn(directory: string, commits: readonly (string | undefined)[]): Promise<readonly string[]> {
  const ids = commits.filter(id => id !== undefined && /^[0-9a-f]{40}$/.test(id)) as readonly string[]
  const found = await readObjects(directory, ids)
  return ids.filter((_, n) => found[n] === undefined)
}

/** Fetches commits into a repository that sees the objects of the clone, too. @returns whether they are there. */
async function fetchBeside(
  clone: string,
  commits: readonly string[],
  { directory, remote, ...terms }: AndFetchedOptions
): Promise<boolean> {
  const folder = await findGitFolder(clone)
  if (folder === undefined || (await exists(join(folder.common, 'shallow')))) return false
  try {
    await ownGit(['-C', '/'], ['init', '--quiet', '--bare', directory])
    await mkdir(join(directory, 'objects', 'info'), { recursive: true })
    await writeFile(join(directory, 'objects', 'info', 'alternates'), `${join(folder.common, 'objects')}\n`)
    const what = (await missingIn(directory, commits)).map(id => `${id}:refs/commits/${id}`)
    return (
      what.length === 0 ||
      (await fetchFrom(remote, directory, { options: ['--no-write-fetch-head'], what, isPartial: false }, terms))
    )
  } catch (error: unknown) {
    if (error instanceof Failure) return false
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false
  )
}
