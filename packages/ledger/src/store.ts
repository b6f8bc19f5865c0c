import { UserError } from '@sluice/core'
import { decodeHead, type HeadPointer, type ReadHead } from './head.ts'

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

/**
 * How old a look at a ledger may be: of `now`; of this `process`, which may have looked or written before; of this `job`, whose clone has the
 * branch as it was fetched.
 */
export type Since = 'now' | 'process' | 'job'

/** A file as a commit leaves it. */
export interface FileChange {
  readonly path: string
  /** `undefined`: there is no such file any more. */
  readonly content: Uint8Array | undefined
}

/** The branch that a ledger lives on. */
export interface LedgerStore {
  /** The newest state, in one call; `undefined` when the branch does not exist yet. An older look, where it will do, may cost none. */
  head(alongside?: readonly string[], since?: Since): Promise<LedgerHead | undefined>
  /** Reads files in one call; those that do not exist are missing. `at` is a commit that {@link head} named; without it, the newest. */
  read(paths: readonly string[], at?: string): Promise<ReadonlyMap<string, Uint8Array>>
  /**
   * Adds one commit if, and only if, the branch still stands at `expectedOid`.
   * @param landed is told which commit it became.
   * @throws GitHubError at once, with its `rateLimit`, where GitHub asks to come back later: what is committed says when it was written.
   */
  commit(
    expectedOid: string,
    message: string,
    files: readonly FileChange[],
    landed?: (oid: string) => void
  ): Promise<CommitOutcome>
  /**
   * Makes the branch, with this `HEAD.json` alone, unless somebody else did.
   * @returns false when it could not be made yet, because what it would start with is not to be seen yet: ask again.
   */
  create(head: Uint8Array): Promise<boolean>
}

/** Reads `HEAD.json` as a store found it. @throws UserError when it is missing or malformed: only tampering does that. */
export function parseHead(bytes: Uint8Array | undefined, branch: string): HeadPointer {
  const read: ReadHead = bytes === undefined ? { ok: false, problem: 'it is missing' } : decodeHead(bytes)
  if (read.ok) return read.head
  throw new UserError(
    `HEAD.json of the ledger branch ${branch} cannot be trusted: ${read.problem}. Someone has changed it by hand; \`sluice repair\` says what to do.`
  )
}
