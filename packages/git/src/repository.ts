import { resolve } from 'node:path'
import { Failure, UserError } from '@sluice/core'
import { fetchedTip } from './branch.ts'
import { type GitOptions, git, outputOf, parseCommit } from './git.ts'
import { listTree } from './list-tree.ts'
import { readBlobs, readFiles } from './objects.ts'
import { mayBePointer, type Purpose, refusePointer } from './refused-files.ts'
import { together } from './together.ts'
import { entriesOf, type TreeEntry } from './tree-entry.ts'

/** Commits of a log that are counted: enough for a number and a list that a person looks at. */
export const COUNTED_COMMITS = 1_000

export interface LogEntry {
  readonly commit: string
  readonly subject: string
  /** The author's name, as the commit claims it. */
  readonly author: string
}

/** A git repository, read. Paths are relative to its root, with forward slashes; commits are full ids. */
export interface Repository {
  readonly directory: string
  /** The commit that is checked out. */
  head(): Promise<string>
  /** The commit that a branch of origin had when everything was fetched; see {@link fetchedTip}. */
  fetchedTip(branch: string, known: string): Promise<string | undefined>
  /** A folder in which git finds a commit with its past, if there is one: that of the repository, or of what was fetched beside it. */
  directoryWith(commit: string): Promise<string>
  /** What is at a path of a commit; absent when nothing is. */
  entryAt(commit: string, path: string): Promise<TreeEntry | undefined>
  /** The object id of what is at a path of a commit; absent when nothing is. */
  treeOf(commit: string, path: string): Promise<string | undefined>
  /** The bytes of a file; absent when there is none. A symbolic link is not followed and counts as none. */
  fileAt(commit: string, path: string): Promise<Buffer | undefined>
  /** Files in or below the paths that differ from the commit that is checked out, or that git does not know and does not ignore. */
  dirtyPaths(paths: readonly string[]): Promise<readonly string[]>
  /** Looks whether a folder of a commit can become part of an artifact. @throws UserError that names the first file which cannot. */
  checkFolder(commit: string, path: string, purpose: Purpose): Promise<void>
  /** Whether `ancestor` is `commit` or one of the commits that it is built on. */
  isAncestor(ancestor: string, commit: string): Promise<boolean>
  /** The commits that `to` has and `from` has not, newest first; one more than {@link COUNTED_COMMITS} says that there are more. */
  log(from: string | undefined, to: string): Promise<readonly LogEntry[]>
}

/** Opens the git repository that `directory` is the root of. Nothing is read until it is asked for. */
export function openRepository(directory: string): Repository {
  const root = resolve(directory)
  const run = async (what: string, args: readonly string[], options: GitOptions = {}): Promise<string> =>
    outputOf(await git(root, args, options), what)

  const seen = new Set<string>()
  /** @throws UserError when a commit is not in this clone. */
  const known = async (commit: string): Promise<string> => {
    const id = parseCommit(commit)
    if (seen.has(id)) return id
    const found = await git(root, ['cat-file', '-e', `${id}^{commit}`])
    if (found.code !== 0) {
      const why = found.stderr.includes('not a git repository') ? `${root} is not a git repository` : missing(id, root)
      throw new UserError(why)
    }
    seen.add(id)
    return id
  }

  const listings = new Map<string, ReturnType<typeof entriesOf>>()
  const entryAt = async (commit: string, path: string): Promise<TreeEntry | undefined> => {
    if (path === '.' || path === '') {
      const id = await known(commit)
      const tree = await run(`read the tree of ${id}`, ['rev-parse', '--verify', `${id}^{tree}`])
      return { kind: 'directory', id: tree.trim() }
    }
    const id = parseCommit(commit)
    // Not looked for first, as everywhere else: what can be listed is there.
    const entryOf = listings.get(id) ?? entriesOf(root, id, async () => void (await known(id)))
    listings.set(id, entryOf)
    return entryOf(path)
  }

  const blobOf = together<string, Buffer>(async ids => {
    const blobs = await readBlobs(root, ids)
    return new Map(ids.flatMap((id, n) => (blobs[n] === undefined ? [] : [[id, blobs[n]]])))
  })

  return {
    directory: root,
    head: async () => {
      const head = await git(root, ['rev-parse', '--verify', 'HEAD^{commit}'])
      if (head.code !== 0) throw new UserError(`${root} has no commit checked out: ${firstLine(head.stderr)}`)
      return head.stdout.toString('utf8').trim()
    },
    fetchedTip: async (branch, known) => fetchedTip(root, branch, known),
    directoryWith: async () => root,
    entryAt,
    treeOf: async (commit, path) => (await entryAt(commit, path))?.id,
    fileAt: async (commit, path) => {
      const entry = await entryAt(commit, path)
      if (entry?.kind !== 'file') return undefined
      const content = await blobOf(entry.id)
      if (content !== undefined) return content
      // Asked for alone, git says what is wrong with it.
      const blob = await git(root, ['cat-file', 'blob', entry.id])
      outputOf(blob, `read ${path} of ${commit}`)
      return blob.stdout
    },
    dirtyPaths: async paths => {
      if (paths.length === 0) return []
      // Into a submodule git would go with a process that follows the submodule's own settings.
      const how = ['--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all']
      const args = ['status', ...how, '--', ...paths]
      const status = await run(`compare ${root} with its commit`, args, { workTree: true })
      return status.split('\0').flatMap(line => (line === '' ? [] : [line.slice(3)]))
    },
    checkFolder: async (commit, path, purpose) => {
      const files = await listTree({ repository: root, commit: await known(commit), path, purpose })
      for await (const [file, content] of readFiles(root, files.filter(mayBePointer)))
        refusePointer(file, content, path)
    },
    isAncestor: async (ancestor, commit) => {
      const ids = [await known(ancestor), await known(commit)]
      const { code, stderr } = await git(root, ['merge-base', '--is-ancestor', ...ids])
      if (code === 0) return true
      if (code !== 1) throw new Failure(`git could not compare ${ids.join(' and ')}: ${firstLine(stderr)}`)
      // In a shallow clone the history that would say yes may be cut off.
      const shallow = await run('look at the clone', ['rev-parse', '--is-shallow-repository'])
      if (shallow.trim() === 'true') throw new UserError(cutOff(root))
      return false
    },
    log: async (from, to) => {
      const range = from === undefined ? [await known(to)] : [await known(to), `^${await known(from)}`]
      const args = ['log', '-z', `--max-count=${COUNTED_COMMITS + 1}`, '--format=%H%n%an%n%s', ...range, '--']
      const text = await run(`list the commits up to ${to}`, args)
      return text.split('\0').flatMap(record => {
        const [commit = '', author = '', subject = ''] = record.split('\n')
        return commit === '' ? [] : [{ commit, subject, author }]
      })
    }
  }
}

function missing(commit: string, root: string): string {
  return `Commit ${commit} is not in ${root}. ${FULL_HISTORY} If it is not there then, no branch or tag holds it any more.`
}

function cutOff(root: string): string {
  return `${root} is a shallow clone, which cannot tell older commits from newer ones. ${FULL_HISTORY}`
}

const FULL_HISTORY =
  'Fetch the whole past: actions/checkout with fetch-depth: 2147483647, as the workflows of Sluice have it (0 would fetch all branches, and with them the whole ledger), or git fetch --unshallow.'

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
