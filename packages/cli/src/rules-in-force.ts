import { normalize } from 'node:path'
import { UserError, visible } from '@sluice/core'
import { blobsOf, originHead } from '@sluice/git'
import type { Io } from './io.ts'
import { painter } from './terminal.ts'

/** What origin's default branch is at, as it was last fetched. */
const DEFAULT_BRANCH = 'refs/remotes/origin/HEAD'

/**
 * Warns whoever judges a ledger by other rules than those that count: delivery.yml of the default branch, which nobody pushes to who is not
 * trusted with it. An older one may still take a key that was revoked since; one of a branch is anybody's.
 * @param config its path in the clone, which must not lead out of it.
 */
export async function warnOfOtherRules(
  used: { readonly directory: string; readonly config: string; readonly content: Uint8Array },
  io: Pick<Io, 'stderr' | 'env'>
): Promise<void> {
  const inForce = await readInForce(used.directory, used.config)
  if (inForce === undefined || Buffer.compare(inForce, used.content) === 0) return
  const [shown, folder] = [visible(used.config), visible(used.directory)]
  const name = await originHead(used.directory)
  const branch = name === undefined ? '' : ` ${visible(name)}`
  const said = `${shown} in ${folder} is not the one of origin's default branch${branch}, as last fetched: the ledger is judged by the one here. Check out that branch, and pull, to judge it by the rules in force. If another one is the default branch by now: git fetch --prune && git remote set-head origin --auto`
  io.stderr.write(`${painter(io.stderr, io.env)('yellow', said)}\n`)
}

/** Nothing where the clone does not hold it: there is no origin, or it is not the root of a repository. */
async function readInForce(directory: string, config: string): Promise<Buffer | undefined> {
  try {
    const [found] = await blobsOf(directory).read([`${DEFAULT_BRANCH}:${normalize(config)}`])
    return found
  } catch (error: unknown) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
