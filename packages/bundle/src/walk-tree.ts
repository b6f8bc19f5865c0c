import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BUNDLE_FILE_LIMIT, bundleNameProblem, isTextName, showName, UserError, visible } from '@sluice/core'
import { followLink } from './link.ts'

/** A file that goes into a bundle. */
export interface TreeFile {
  /** Relative to the tree, with `/`. */
  readonly path: string
  /** Where its bytes are. */
  readonly source: string
  readonly executable: boolean
}

/**
 * The files of a tree, sorted by the bytes of their paths: no locale and no file system decides the order.
 * A link to a file of the tree counts as a copy of that file, because neither S3 nor every reader of archives knows links.
 * @throws UserError for a link that leaves the tree, leads nowhere or leads to a folder, for anything that is no file, and for a file
 * that whoever reads the bundle would not find again as it is.
 */
export async function* walkTree(directory: string): AsyncGenerator<TreeFile> {
  const root = await realpath(directory)
  for (const path of await pathsBelow(root, '')) {
    const file = join(root, path)
    const source = (await lstat(file)).isSymbolicLink() ? await followLink(root, path) : file
    const { mode, size } = await stat(source)
    if (size > BUNDLE_FILE_LIMIT)
      throw new UserError(
        `${path} has ${size} bytes, and a file of a bundle at most ${BUNDLE_FILE_LIMIT}. Split it, or deliver it another way.`
      )
    yield { path, source, executable: (mode & 0o100) !== 0 }
  }
}

async function pathsBelow(root: string, folder: string): Promise<readonly string[]> {
  const paths: string[] = []
  // Names as bytes: as text, a name that is none would be changed, and the file not found.
  for (const entry of await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
    const name = showName(entry.name)
    const path = folder === '' ? name : `${folder}/${name}`
    const problem = isTextName(entry.name) ? bundleNameProblem(name) : 'its name is not UTF-8'
    if (problem !== undefined)
      throw new UserError(`${visible(path)} cannot be part of a bundle: ${problem}. Rename it.`)
    if (entry.isDirectory()) paths.push(...(await pathsBelow(root, path)))
    else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path)
    else throw new UserError(`${path} in the bundle is not a regular file. Remove it.`)
  }
  return folder === '' ? paths.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : paths
}
