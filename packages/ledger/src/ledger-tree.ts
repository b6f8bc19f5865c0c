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

/** Every file of a ledger, with its content: as much memory as it is long. */
export async function filesOf(tree: LedgerTree): Promise<ReadonlyMap<string, Uint8Array>> {
  const paths: string[] = []
  for await (const path of tree.paths()) paths.push(path)
  const contents = await tree.read(paths)
  return new Map(paths.map((path, n) => [path, contents[n] ?? new Uint8Array()]))
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
