import { chmod, lutimes, mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Failure, UserError } from '@sluice/core'
import { git, outputOf, parseCommit } from './git.ts'

/**
 * Writes a folder of a commit to `into`: the objects of git as they are, so that what was fingerprinted is what is built. Untracked
 * files, filters, line-end settings and `export-subst` have no say.
 *
 * Files are 0644 or 0755, folders 0755, links stay links, and every time is `epoch` (default: the commit's), in seconds.
 * @throws UserError when the commit has no such folder, or the folder holds a submodule.
 */
export async function exportTree(request: {
  /** Folder of a clone. */
  readonly repository: string
  readonly commit: string
  /** In the repository; `.` is all of it. */
  readonly path: string
  readonly into: string
  readonly epoch?: number
}): Promise<void> {
  const { repository, path, into, epoch } = request
  const commit = parseCommit(request.commit)
  const time = epoch ?? (await timeOf(repository, commit))
  const entries = await listTree(repository, commit, path)
  const root = resolve(into)
  const folders = new Set<string>([root])
  const place = async (entry: TreeEntry): Promise<string> => {
    const file = join(root, entry.path)
    for (let folder = dirname(file); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
    await mkdir(dirname(file), { recursive: true })
    return file
  }
  await mkdir(root, { recursive: true })
  const links = entries.filter(entry => entry.mode === LINK)
  for (const batch of batches(entries.filter(entry => entry.mode !== LINK))) {
    for (const [entry, content] of await readObjects(repository, batch)) {
      const file = await place(entry)
      await writeFile(file, content, { flag: 'wx' })
      await chmod(file, entry.mode === EXECUTABLE ? 0o755 : 0o644)
      await utimes(file, time, time)
    }
  }
  // Links come last, so that no file is ever written through one.
  for (const batch of batches(links)) {
    for (const [entry, content] of await readObjects(repository, batch)) {
      const file = await place(entry)
      await symlink(content, file)
      await lutimes(file, time, time)
    }
  }
  for (const folder of folders) {
    await chmod(folder, 0o755)
    await utimes(folder, time, time)
  }
}

interface TreeEntry {
  readonly mode: string
  readonly oid: string
  readonly size: number
  readonly path: string
}

const EXECUTABLE = '100755'
const LINK = '120000'
const SUBMODULE = '160000'

async function listTree(repository: string, commit: string, path: string): Promise<readonly TreeEntry[]> {
  const folder = path === '.' ? '' : path.replace(/^\.\//, '').replace(/\/+$/, '')
  const type = await git(repository, ['cat-file', '-t', `${commit}:${folder}`])
  if (type.code !== 0 || type.stdout.toString('utf8').trim() !== 'tree')
    throw new UserError(`${path} is not a folder of commit ${commit}. Commit it, or correct its path in delivery.yml.`)
  const list = await git(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', `${commit}:${folder}`])
  const listing = outputOf(list, `list ${path} of ${commit}`)
  return listing
    .split('\0')
    .filter(line => line !== '')
    .map(line => parseEntry(line, path))
}

function parseEntry(line: string, folder: string): TreeEntry {
  const [, mode, oid, size, path] = /^(\d{6}) \S+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line) ?? []
  if (mode === undefined || oid === undefined || path === undefined) throw new Failure(`git ls-tree said ${line}.`)
  if (mode === SUBMODULE)
    throw new UserError(`${folder}/${path} is a submodule, whose files are not in this commit. Add them as files.`)
  // git's own checkout refuses these names too: such a tree was not made by git.
  if (
    path.split('/').some(segment => segment === '' || segment === '.' || segment === '..' || /^\.git$/i.test(segment))
  )
    throw new UserError(`${folder} holds ${JSON.stringify(path)}, a name that leads out of it. Remove it.`)
  return { mode, oid, size: Number(size), path }
}

/** Bounds what is held in memory at a time; one file may still be larger. */
const BATCH_BYTES = 32 * 1024 * 1024

function* batches(entries: readonly TreeEntry[]): Generator<readonly TreeEntry[]> {
  let batch: TreeEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    if (batch.length > 0 && bytes + entry.size > BATCH_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(entry)
    bytes += entry.size
  }
  if (batch.length > 0) yield batch
}

async function readObjects(
  repository: string,
  entries: readonly TreeEntry[]
): Promise<readonly (readonly [TreeEntry, Buffer])[]> {
  const input = entries.map(entry => `${entry.oid}\n`).join('')
  const objects = await git(repository, ['cat-file', '--batch'], { input })
  outputOf(objects, 'read the objects of a folder')
  const { stdout } = objects
  let offset = 0
  return entries.map(entry => {
    const start = stdout.indexOf('\n', offset) + 1
    const header = stdout.subarray(offset, start).toString('utf8').trim()
    if (header !== `${entry.oid} blob ${entry.size}`) throw new Failure(`git cat-file said ${header} of ${entry.path}.`)
    offset = start + entry.size + 1
    return [entry, stdout.subarray(start, start + entry.size)] as const
  })
}

async function timeOf(repository: string, commit: string): Promise<number> {
  const shown = await git(repository, ['show', '--no-patch', '--format=%ct', commit])
  return Number(outputOf(shown, `read ${commit}`).trim())
}
