import { Failure, showName, UserError } from '@sluice/core'
import { git, outputOf, PARTIAL, parseCommit } from './git.ts'
import { type Purpose, refuseMember } from './refused-files.ts'
import { inRepository, type TreeFile } from './tree-file.ts'

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
  const list = await git(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', `${commit}:${folder}`])
  if (list.code !== 0 && !(await isTree(repository, `${commit}:${folder}`)))
    throw new UserError(`${path} is not a folder in commit ${commit}. Commit it, or correct its path in delivery.yml.`)
  outputOf(list, `list ${path} of ${commit}`)
  const files: TreeFile[] = []
  for (let at = 0; at < list.stdout.length; ) {
    const end = list.stdout.indexOf(0, at)
    files.push(parseEntry(list.stdout.subarray(at, end), path, purpose))
    at = end + 1
  }
  return files
}

async function isTree(repository: string, expression: string): Promise<boolean> {
  const type = await git(repository, ['cat-file', '-t', expression])
  return type.code === 0 && type.stdout.toString('utf8').trim() === 'tree'
}

function parseEntry(line: Buffer, folder: string, purpose: Purpose): TreeFile {
  const tab = line.indexOf('\t')
  const [, mode, id, size] = /^(\d{6}) \S+ ([0-9a-f]+) +(\d+|-|BAD)$/.exec(line.toString('latin1', 0, tab)) ?? []
  if (mode === undefined || id === undefined) throw new Failure(`git ls-tree said ${line}.`)
  const name = line.subarray(tab + 1)
  const path = showName(name)
  if (size === 'BAD') throw new UserError(`${inRepository(folder, path)} is not in this clone. ${PARTIAL}`)
  // git's own checkout refuses these names too: such a tree was not made by git.
  if (
    path.split('/').some(segment => segment === '' || segment === '.' || segment === '..' || /^\.git$/i.test(segment))
  )
    throw new UserError(`${folder} holds ${JSON.stringify(path)}, a name that points outside it. Remove it.`)
  const file = { mode, id, size: size === '-' ? 0 : Number(size), name, path }
  if (purpose !== 'checkout') refuseMember(file, folder, purpose)
  return file
}
