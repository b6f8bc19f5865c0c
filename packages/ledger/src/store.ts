import { UserError } from '@sluice/core'
import { decodeHead, type HeadPointer } from './head.ts'

/** The newest state of a ledger: a commit of its branch and what `HEAD.json` said there. */
export interface LedgerHead extends HeadPointer {
  readonly oid: string
  /** The files that were asked for alongside, of the same commit; those that do not exist are missing. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * What became of a commit. `unknown`: the answer was lost, the commit may have landed; the caller must look.
 */
export type CommitOutcome = 'landed' | 'conflict' | 'unknown'

/** The branch that a ledger lives on. */
export interface LedgerStore {
  /** The newest state, in one call; `undefined` when the branch does not exist yet. */
  head(alongside?: readonly string[]): Promise<LedgerHead | undefined>
  /** Reads files in one call; those that do not exist are missing. `at` is a commit that {@link head} named; without it, the newest. */
  read(paths: readonly string[], at?: string): Promise<ReadonlyMap<string, Uint8Array>>
  /** Adds one commit if, and only if, the branch still stands at `expectedOid`. */
  commit(
    expectedOid: string,
    message: string,
    files: readonly { readonly path: string; readonly content: Uint8Array }[]
  ): Promise<CommitOutcome>
  /**
   * Makes the branch, empty, unless somebody else did.
   * @returns false when it could not be made yet, because what it would start with is not to be seen yet: ask again.
   */
  create(): Promise<boolean>
}

/** Reads `HEAD.json` as a store found it. @throws UserError when it is missing or malformed: only tampering does that. */
export function parseHead(bytes: Uint8Array | undefined, branch: string): HeadPointer {
  const head = bytes === undefined ? undefined : decodeHead(bytes)
  if (head === undefined) {
    throw new UserError(
      `The ledger branch ${branch} has no valid HEAD.json: it was modified by hand. Restore the branch to its last good commit; \`sluice verify\` shows which.`
    )
  }
  return head
}
