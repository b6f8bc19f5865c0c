import { git, outputOf } from '@sluice/git'
import { commitOf, type LedgerClone } from './ledger-files.ts'
import { parseLedgerPath } from './paths.ts'

/** When the commits that added records were made, by the records' numbers: milliseconds since the epoch. */
export type CommitTimes = ReadonlyMap<number, number>

/**
 * Reads when records were added, as their commits say. GitHub dates the commits that it makes, so that a writer of records cannot choose
 * these dates; who pushes commits of their own can.
 * @throws UserError when the branch does not exist.
 */
export async function readCommitTimes(clone: LedgerClone): Promise<CommitTimes> {
  const tip = await commitOf(clone)
  const args = [
    'log',
    '--reverse',
    '--root',
    '--no-renames',
    '--diff-filter=A',
    '--name-only',
    '--format=commit %ct %P'
  ]
  const output = outputOf(await git(clone.directory, [...args, tip, '--', 'records']), 'read when records were added')
  const times = new Map<number, number>()
  let time: number | undefined
  for (const line of output.split('\n')) {
    const [, seconds, parents] = /^commit (\d+) ?(.*)$/.exec(line) ?? []
    // The first commit opens the ledger. In a shallow clone one in its midst passes for it, with all records of before.
    if (seconds !== undefined) time = parents === '' ? undefined : Number(seconds) * 1000
    const kind = parseLedgerPath(line)
    // Of a record that was removed and added again, the first time is the one that is not chosen afterwards.
    if (time !== undefined && kind?.kind === 'record' && !times.has(kind.sequence)) times.set(kind.sequence, time)
  }
  return times
}
