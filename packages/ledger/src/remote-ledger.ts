import { type Log, messageOf } from '@sluice/core'
import { PartialCopy, type PartialCopyOptions } from '@sluice/git'
import type { FetchedLedger } from './fetched-ledger.ts'

/**
 * A ledger that is fetched as far as it is read, where the clone of the job does not have it: from the same place, with git itself, so that it costs no call
 * of GitHub's API, and next to nothing more where the ledger is long. What cannot be fetched is said to be unknown, and asked for elsewhere.
 * @param log is told so, once.
 */
export function remoteLedger(options: PartialCopyOptions & { readonly log: Pick<Log, 'info'> }): FetchedLedger {
  // An index lies in eight folders one in the other, and has 273 at most; the newest records are asked for next.
  const copy = new PartialCopy({ ...options, deep: ['sections'], soon: ['records'] })
  let isOutOfReach = false
  const orUnknown = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (isOutOfReach) return undefined
    try {
      return await work()
    } catch (error: unknown) {
      // Another of the same moment may have said it.
      if (!isOutOfReach)
        options.log.info(
          `The ledger could not be read with git, so GitHub's API is asked, which costs some more calls. ${messageOf(error)}`
        )
      isOutOfReach = true
      return undefined
    }
  }
  return {
    tip: async () => orUnknown(async () => copy.tip()),
    read: async (oid, paths) => orUnknown(async () => ((await copy.tip()) === oid ? copy.read(paths) : undefined))
  }
}

/** What the first of two has, and else the second. */
export function oneThenOther(one: FetchedLedger, other: FetchedLedger): FetchedLedger {
  return {
    tip: async () => (await one.tip()) ?? other.tip(),
    read: async (oid, paths) => (await one.read(oid, paths)) ?? other.read(oid, paths)
  }
}
