import { Failure, UserError } from '@sluice/core'
import { findBranch, git, isPartialClone, outputOf, PARTIAL, readBlobs } from '@sluice/git'
import { HEAD_PATH } from './paths.ts'
import { type LedgerStore, parseHead } from './store.ts'

export interface GitStoreOptions {
  /** A clone, with or without a working copy. */
  readonly directory: string
  readonly branch: string
}

/** A ledger in a local clone, read offline. It cannot be written to: records are made where they can be signed and swapped in. */
export function gitStore(options: GitStoreOptions): LedgerStore {
  const { directory, branch } = options
  const read = async (paths: readonly string[], commit: string): Promise<Map<string, Uint8Array>> => {
    const blobs = await readBlobs(
      directory,
      paths.map(path => `${commit}:${path}`)
    )
    return new Map(paths.flatMap((path, n) => entry(path, blobs[n])))
  }
  return {
    async head(alongside = []) {
      const oid = await findBranch(directory, branch)
      if (oid === undefined) return undefined
      const files = await read([HEAD_PATH, ...alongside], oid)
      const pointer = parseHead(files.get(HEAD_PATH), branch)
      files.delete(HEAD_PATH)
      return { ...pointer, oid, files }
    },
    async read(paths, at) {
      const commit = at ?? (await findBranch(directory, branch))
      return commit === undefined ? new Map() : read(paths, commit)
    },
    async commit() {
      throw new Failure(`The ledger in ${directory} is opened to be read, not written.`)
    },
    async create() {
      throw new Failure(`The ledger in ${directory} is opened to be read, not written.`)
    }
  }
}

/** Every file of the ledger branch, for {@link verifyLedger}. @throws UserError when the branch does not exist. */
export async function readLedgerFiles(options: GitStoreOptions): Promise<ReadonlyMap<string, Uint8Array>> {
  const { directory, branch } = options
  const commit = await findBranch(directory, branch)
  if (commit === undefined) {
    throw new UserError(`There is no branch ${branch} in ${directory}. Fetch it: git fetch origin ${branch}:${branch}`)
  }
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
  // What is no blob (a submodule) has no bytes here, but must be seen: it does not belong on the ledger.
  return new Map(found.map(([, , , path], n) => [String(path), blobs[n] ?? new Uint8Array()]))
}

function entry(path: string, bytes: Uint8Array | undefined): [string, Uint8Array][] {
  return bytes === undefined ? [] : [[path, bytes]]
}
