/**
 * The files of a ledger branch at one commit. Their contents are read when they are needed, and forgotten: a long ledger is larger than the memory
 * of whoever verifies it.
 */
export interface LedgerTree {
  /** The path of each file. */
  paths(): AsyncIterable<string>
  /** The contents of files, in the order of their paths; `undefined` for one that does not exist. */
  read(paths: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>
}

/** A ledger whose files are in memory. */
export function treeOf(files: ReadonlyMap<string, Uint8Array>): LedgerTree {
  return {
    async *paths() {
      yield* files.keys()
    },
    read: async paths => paths.map(path => files.get(path))
  }
}
