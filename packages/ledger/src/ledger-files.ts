import { Failure, UserError } from '@sluice/core'
import { type BlobReader, blobsOf, findBranch, git, isPartialClone, PARTIAL } from '@sluice/git'
import { filesOf, type LedgerTree } from './ledger-tree.ts'
import { Listing } from './listing.ts'

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
    throw new UserError(
      `There is no branch ${branch} in ${directory}. If there is a ledger, fetch it: git fetch origin ${branch}:${branch}. If nothing was delivered yet, there is none: the first delivery opens it.`
    )
  }
  return commit
}

/** Every file of the ledger branch, for {@link verifyLedger}. @throws UserError when the branch does not exist. */
export async function readLedgerFiles(clone: LedgerClone): Promise<ReadonlyMap<string, Uint8Array>> {
  return filesOf(await gitTree(clone))
}

/**
 * The files of the ledger branch, which are read when they are asked for.
 * @param blobs what reads them.
 * @throws UserError when the branch does not exist.
 */
export async function gitTree(clone: LedgerClone, blobs: BlobReader = blobsOf(clone.directory)): Promise<LedgerTree> {
  const { directory, branch } = clone
  const listed = await git(directory, ['ls-tree', '-r', '-z', '--full-tree', await commitOf(clone)])
  if (listed.code !== 0) throw new Failure(`git could not list the files of ${branch}: ${listed.stderr.trim()}`)
  const listing = new Listing(listed.stdout)
  return {
    async *paths() {
      yield* listing.paths()
    },
    async read(paths) {
      const files = paths.map(path => listing.get(path))
      const ids = [...new Set(files.flatMap(file => file?.id ?? []))]
      const read = await blobs.read(ids)
      const contents = new Map(ids.map((id, n) => [id, read[n]]))
      const missing = files.find(file => file?.id !== undefined && contents.get(file.id) === undefined)
      // Not tampering: whoever cloned asked for less.
      if (missing !== undefined && (await isPartialClone(directory)))
        throw new UserError(`${missing.path} of ${branch} is not in ${directory}. ${PARTIAL}`)
      // What is no blob (a submodule) has no bytes here, but must be seen: it does not belong in the ledger.
      return files.map(file => (file === undefined ? undefined : (contents.get(file.id ?? '') ?? new Uint8Array())))
    }
  }
}
