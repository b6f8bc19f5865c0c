import { BUNDLE_FILE_LIMIT, bundleNameProblem, Failure, isTextName, showName, UserError, visible } from '@sluice/core'
import { git, outputOf, PARTIAL, parseCommit } from './git.ts'

/** A file, link or submodule of a commit's folder. */
export interface TreeFile {
  readonly mode: string
  readonly id: string
  /** In bytes; of a submodule none. */
  readonly size: number
  /** Path below the folder: git has bytes, which need not be text. */
  readonly name: Buffer
  /** The same for people. */
  readonly path: string
}

/**
 * What a folder of a commit is taken for. `image` and `bundle`: it becomes part of an artifact, so what is not itself there (Git LFS,
 * submodules) or cannot keep its name is refused. `checkout`: it is looked at as it is.
 */
export type Purpose = 'image' | 'bundle' | 'checkout'

export const EXECUTABLE = '100755'
export const LINK = '120000'
export const SUBMODULE = '160000'

/**
 * All files of a folder of a commit.
 * @throws UserError when the commit has no such folder, or it holds what the purpose does not allow.
 */
export async function listTree(request: {
  readonly repository: string
  readonly commit: string
  readonly path: string
  readonly purpose: Purpose
}): Promise<readonly TreeFile[]> {
  const { repository, path, purpose } = request
  const commit = parseCommit(request.commit)
  const folder = path === '.' ? '' : path.replace(/^\.\//, '').replace(/\/+$/, '')
  const type = await git(repository, ['cat-file', '-t', `${commit}:${folder}`])
  if (type.code !== 0 || type.stdout.toString('utf8').trim() !== 'tree')
    throw new UserError(`${path} is not a folder in commit ${commit}. Commit it, or correct its path in delivery.yml.`)
  const list = await git(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', `${commit}:${folder}`])
  outputOf(list, `list ${path} of ${commit}`)
  const files: TreeFile[] = []
  for (let at = 0; at < list.stdout.length; ) {
    const end = list.stdout.indexOf(0, at)
    files.push(parseEntry(list.stdout.subarray(at, end), path, purpose))
    at = end + 1
  }
  return files
}

function parseEntry(line: Buffer, folder: string, purpose: Purpose): TreeFile {
  const tab = line.indexOf('\t')
  const [, mode, id, size] = /^(\d{6}) \S+ ([0-9a-f]+) +(\d+|-|BAD)$/.exec(line.toString('latin1', 0, tab)) ?? []
  if (mode === undefined || id === undefined) throw new Failure(`git ls-tree said ${line}.`)
  const name = line.subarray(tab + 1)
  const path = showName(name)
  const whole = inRepository(folder, path)
  if (mode === SUBMODULE && purpose !== 'checkout')
    throw new UserError(`${whole} is a submodule, whose files are not in this commit. Add them as files.`)
  if (size === 'BAD') throw new UserError(`${whole} is not in this clone. ${PARTIAL}`)
  // git's own checkout refuses these names too: such a tree was not made by git.
  if (
    path.split('/').some(segment => segment === '' || segment === '.' || segment === '..' || /^\.git$/i.test(segment))
  )
    throw new UserError(`${folder} holds ${JSON.stringify(path)}, a name that points outside it. Remove it.`)
  const file = { mode, id, size: size === '-' ? 0 : Number(size), name, path }
  const problem = purpose === 'checkout' ? undefined : nameProblem(file, purpose)
  if (problem !== undefined) throw new UserError(`${visible(whole)} cannot be part of ${OF[purpose]}: ${problem}.`)
  return file
}

/** The path of a folder's file in the repository, for people. */
export function inRepository(folder: string, path: string): string {
  return folder === '.' ? path : `${folder.replace(/^\.\//, '').replace(/\/+$/, '')}/${path}`
}

const OF: Readonly<Record<Purpose, string>> = { image: 'an image', bundle: 'a bundle', checkout: 'a checkout' }

function nameProblem({ name, size }: TreeFile, purpose: Purpose): string | undefined {
  // Builders pass names on as text, so that two such names become one.
  if (!isTextName(name)) return 'its name is not UTF-8. Rename it'
  if (purpose !== 'bundle') return undefined
  const problem = bundleNameProblem(name.toString('utf8'))
  if (problem !== undefined) return `${problem}. Rename it`
  return size > BUNDLE_FILE_LIMIT ? `it has ${size} bytes, and a file at most ${BUNDLE_FILE_LIMIT}` : undefined
}

/** No pointer is larger (Git LFS, specification). */
const POINTER_LIMIT = 1024

/**
 * As lenient as the readers of Git LFS are, which would fetch another file in its place: they trim the text, skip empty lines, drop the
 * carriage returns of Windows, and know the two names that the format had before its first release.
 */
const POINTER =
  /^\s*version (?:https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d|http:\/\/git-media\.io\/v\/\d)[^\n]*\n(?:[^\n]*\n)*?oid sha256:[0-9a-f]{64}\s/i

/** Whether a file may be a Git LFS pointer, by its size. */
export function mayBePointer({ mode, size }: TreeFile): boolean {
  return mode !== LINK && mode !== SUBMODULE && size < POINTER_LIMIT
}

/**
 * Refuses what stands in a commit for a file that is somewhere else.
 * @throws UserError
 */
export function refusePointer(file: TreeFile, content: Buffer, folder: string): void {
  if (!mayBePointer(file) || !POINTER.test(content.toString('latin1'))) return
  const whole = inRepository(folder, file.path)
  throw new UserError(
    `${whole} is a Git LFS pointer: the commit does not hold the file itself, so it would not be in what is built. Commit the file without LFS (git lfs migrate export), or fetch it in the Dockerfile.`
  )
}
