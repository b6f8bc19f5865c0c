import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { sizeOfFile } from './regular-file.ts'

/** Where a repository keeps what. A linked work tree has a git directory of its own and shares the rest. */
export interface GitFolder {
  /** `HEAD` and the index. */
  readonly own: string
  /** Objects, refs and settings. */
  readonly common: string
  /** Absent: a bare repository. */
  readonly workTree: string | undefined
}

/** Longer is no file of git's own. */
const LIMIT = 64 * 1024

/**
 * Finds the repository that a folder is the root of, or lies in, as git does. Looked for here because git's own search reads the
 * settings of what it finds, and refuses folders that belong to another user.
 */
export async function findGitFolder(directory: string): Promise<GitFolder | undefined> {
  const start = resolve(directory)
  if (!(await isFolder(start))) return undefined
  for (let current = start; ; current = dirname(current)) {
    const inside = await gitFolderAt(join(current, '.git'), current)
    if (inside !== undefined) return inside
    const bare = await gitFolderAt(current, undefined)
    if (bare !== undefined) return bare
    if (current === dirname(current)) return undefined
  }
}

async function gitFolderAt(path: string, workTree: string | undefined): Promise<GitFolder | undefined> {
  const pointer = await textOf(path)
  const named = pointer === undefined ? undefined : /^gitdir: (.+?)[\r\n]*$/.exec(pointer)?.[1]
  const own = named === undefined ? path : resolve(dirname(path), named)
  const shared = (await textOf(join(own, 'commondir')))?.trim()
  const common = shared === undefined ? own : resolve(own, shared)
  const parts = [isHead(join(own, 'HEAD')), isFolder(join(common, 'objects')), isFolder(join(common, 'refs'))]
  return (await Promise.all(parts)).every(Boolean) ? { own, common, workTree } : undefined
}

/**
 * Makes a git directory that shows a repository's objects and refs, and nothing else of it: settings, hooks, grafts and attributes
 * of the folder stay outside, so no program that they name can run, whatever git reads them for. The rest is ours.
 *
 * ```
 * view/ config  (ours)            HEAD  (a copy)
 *       objects, refs, …  ──────► the repository's, by link
 * ```
 *
 * It is made anew for each command: what a repository shows may have changed, and nobody has to remember to remove it.
 * @throws UserError when the repository has something else where git keeps a file.
 */
export async function withView<T>(
  folder: GitFolder,
  settings: Readonly<Record<string, string>>,
  work: (view: string) => Promise<T>
): Promise<T> {
  const view = await mkdtemp(join(tmpdir(), `sluice-git-${process.pid}-`))
  try {
    await fill(view, folder, settings)
    return await work(view)
  } finally {
    await rm(view, { recursive: true, force: true })
  }
}

async function fill(view: string, folder: GitFolder, settings: Readonly<Record<string, string>>): Promise<void> {
  const { own, common } = folder
  const split = (await readdir(own)).filter(name => name.startsWith('sharedindex.'))
  const folders = ['objects', 'refs', 'reftable'].map(name => [name, join(common, name)] as const)
  const files = [
    ...['packed-refs', 'shallow'].map(name => [name, join(common, name)] as const),
    ...['index', ...split].map(name => [name, join(own, name)] as const),
    // Which files nobody wants to hear of: patterns, that is data.
    ['info/exclude', join(common, 'info/exclude')] as const
  ]
  await Promise.all(files.map(async ([, target]) => sizeOfFile(target)))
  await mkdir(join(view, 'info'))
  await Promise.all([
    writeFile(join(view, 'HEAD'), await headOf(join(own, 'HEAD'))),
    writeFile(join(view, 'config'), configOf(settings)),
    // What does not exist is a link to nothing, which git takes for absent.
    ...[...folders, ...files].map(async ([name, target]) => symlink(target, join(view, name)))
  ])
}

function configOf(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      const at = name.indexOf('.')
      return `[${name.slice(0, at)}]\n\t${name.slice(at + 1)} = ${JSON.stringify(value)}\n`
    })
    .join('')
}

/** The content of HEAD. Old repositories have a link there, which git would not follow out of the view. */
async function headOf(path: string): Promise<string> {
  if ((await lstat(path)).isSymbolicLink()) return `ref: ${await readlink(path)}\n`
  return readFile(path, 'utf8')
}

async function isHead(path: string): Promise<boolean> {
  try {
    const found = await lstat(path)
    return found.isSymbolicLink() ? (await readlink(path)).startsWith('refs/') : found.isFile() && found.size <= LIMIT
  } catch {
    return false
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}

/** A small file's text; absent for anything else, such as a pipe that would never end. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() && found.size <= LIMIT ? await readFile(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
