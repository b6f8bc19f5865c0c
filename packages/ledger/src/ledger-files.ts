import { UserError } from '@sluice/core'
import { findBranch, git, isPartialClone, outputOf, PARTIAL, readBlobs } from '@sluice/git'

/** A ledger in a local clone, read offline. */
export interface LedgerClone {
  /** With or without a working copy. */
  readonly directory: string
  readonly branch: string
  /** A commit of the branch; absent: where it stands. */
  readonly at?: string
}

/** The commit at which a ledger is read. @throws UserError when the branch does not exist. */
export async function commitOf({ directory, branch, at }: LedgerClone): Promise<string> {
  const commit = at ?? (await findBranch(directory, branch))
  if (commit === undefined) {
    throw new UserError(`There is no branch ${branch} in ${directory}. Fetch it: git fetch origin ${branch}:${branch}`)
  }
  return commit
}

/** Every file of the ledger branch, for {@link verifyLedger}. @throws UserError when the branch does not exist. */
export async function readLedgerFiles(clone: LedgerClone): Promise<ReadonlyMap<string, Uint8Array>> {
  const { directory, branch } = clone
  const commit = await commitOf(clone)
  const listing = outputOf(await git(directory, ['ls-tree', '-r', '-z', commit]), `list the files of ${branch}`)
  const found = [...listing.matchAll(/\d+ (\w+) (\w+)\t([^\0]+)\0/g)]
  const blobs = await readBlobs(
    directory,
    found.map(([, , oid]) => String(oid))
  )
  const missing = found.find(([, type], n) => type === 'blob' && blobs[n] === undefined)?.[3]
  // Not tampering: whoever cloned asked for less.
  if (missing !== undefined && (await isPartialClone(directory)))
    throw new UserError(`${missing} of ${branch} is not in ${directory}. ${PARTIAL}`)
  // What is no blob (a submodule) has no bytes here, but must be seen: it does not belong in the ledger.
  return new Map(found.map(([, , , path], n) => [String(path), blobs[n] ?? new Uint8Array()]))
}
