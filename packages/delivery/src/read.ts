import { UserError } from '@sluice/core'
import type { Repository } from '@sluice/git'
import type { Delivery } from './delivery.ts'
import { parseDelivery } from './parse.ts'

/**
 * Reads delivery.yml as a delivery does: out of a commit.
 * @param path of the file in the repository.
 * @throws UserError when it is not there as a file.
 * @throws ConfigError for what is wrong in it.
 */
export async function readDelivery(
  repository: Pick<Repository, 'entryAt' | 'fileAt'>,
  commit: string,
  path: string
): Promise<Delivery> {
  const entry = await repository.entryAt(commit, path)
  if (entry === undefined) throw new UserError(`${path} does not exist in commit ${commit}. Commit it.`)
  // What a link leads to may lie outside of the commit, where a delivery does not look.
  if (entry.kind !== 'file')
    throw new UserError(`${path} is a ${entry.kind} in commit ${commit}. Replace it with a file, and commit that.`)
  const bytes = await repository.fileAt(commit, path)
  return parseDelivery(bytes ?? '', path)
}
