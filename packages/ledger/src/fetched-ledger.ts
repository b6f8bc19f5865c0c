import { fetchedTip, isPartialClone, readBlobs } from '@sluice/git'
import { HEAD_PATH } from './paths.ts'

/** A ledger as a clone fetched it. */
export interface FetchedLedger {
  /** The commit that the branch had then; `undefined` where the clone does not tell. */
  tip(): Promise<string | undefined>
  /** Files of a commit; those that do not exist are missing. `undefined`: the clone does not have that commit. */
  read(oid: string, paths: readonly string[]): Promise<ReadonlyMap<string, Uint8Array> | undefined>
}

/**
 * The ledger in the clone of the job: `actions/checkout` with `fetch-depth: 0` fetches every branch. What git names by its content is the same
 * wherever it is read, so it need not be asked for again.
 * @param known a commit of the repository: a clone that lacks it may be one of another repository.
 */
export function fetchedLedger(directory: string, branch: string, known: string): FetchedLedger {
  let tip: Promise<string | undefined> | undefined
  return {
    tip: async () => {
      tip ??= findTip(directory, branch, known)
      return tip
    },
    async read(oid, paths) {
      const [head, ...found] = await readBlobs(
        directory,
        [HEAD_PATH, ...paths].map(path => `${oid}:${path}`)
      )
      // Every commit of a ledger has one: without it, this clone does not have the commit.
      if (head === undefined) return undefined
      return new Map(paths.flatMap((path, n) => (found[n] === undefined ? [] : [[path, found[n]]])))
    }
  }
}

/** A partial clone has commits without the contents of their files, so that nothing can be said to be missing. */
async function findTip(directory: string, branch: string, known: string): Promise<string | undefined> {
  const found = await fetchedTip(directory, branch, known)
  return found === undefined || (await isPartialClone(directory)) ? undefined : found
}
