import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { messageOf, UserError } from '@sluice/core'

/**
 * The file that a link of a tree leads to, of which the bundle gets a copy. @param root the tree, without links itself.
 * @throws UserError for a link that leaves the tree, leads nowhere or leads to a folder.
 */
export async function followLink(root: string, path: string): Promise<string> {
  const target = await realpath(join(root, path)).catch((error: unknown) => {
    throw new UserError(`${path} in the bundle is a broken link (${messageOf(error)}). Remove it.`)
  })
  const inside = relative(root, target)
  if (inside === '..' || inside.startsWith(`..${sep}`))
    throw new UserError(`${path} in the bundle is a link to ${target}, outside the bundle. Replace it with a file.`)
  if (!(await stat(target)).isFile())
    throw new UserError(`${path} in the bundle is a link to the folder ${inside || '.'}. Replace it with files.`)
  return target
}
