import type { BlobReader } from '@sluice/git'
import type { FileChange } from './ledger-log.ts'
import { recordPath, tokenPath } from './paths.ts'
import { decodeRecord } from './record.ts'
import type { LedgerProblem } from './snapshot.ts'
import { isMisnamed, isOwned, type OwnedPath, Strays } from './strays.ts'

/** A change of what is written once: whether it matters depends on the records that there were. */
export class Suspect {
  readonly change: FileChange & { readonly kind: OwnedPath }
  /** The commit that did it. */
  readonly commit: string
  /** Whether it adds a `repaired` record. */
  readonly isRepair: boolean
  /** The number of the last record by it. */
  readonly reach: number

  constructor(change: Suspect['change'], about: Pick<Suspect, 'commit' | 'isRepair' | 'reach'>) {
    this.change = change
    this.commit = about.commit
    this.isRepair = about.isRepair
    this.reach = about.reach
  }
}

/** Records, or files, that are read at once. */
const PAGE = 500

/** A suspect whose file was what its name says, with what it held. */
type Whole = readonly [suspect: Suspect, content: Uint8Array]

/**
 * Tells which changes of what is written once are problems. A repair may take away what no record up to it claims, and take away or write anew what is not what
 * its name says. Nothing else may, but what no record claimed is no proof that is lost. Whether a record is left out does not matter.
 * @param tip the commit at which records and tokens are read, for all suspects at once: where those were changed, that is found by itself.
 */
export async function judgeSuspects(
  suspects: readonly Suspect[],
  tip: string,
  blobs: BlobReader
): Promise<ReadonlyMap<Suspect, LedgerProblem>> {
  const whole = await wholeAmong(suspects, blobs)
  const claims = await claimsOn(whole, tip, blobs)
  const contents = new Map(whole)
  return new Map(
    suspects.flatMap(suspect => {
      const isWhole = contents.has(suspect)
      const isClaimed = isWhole && (claims.claimantOf(suspect.change.path) ?? Number.POSITIVE_INFINITY) <= suspect.reach
      return mayBe(suspect, { isWhole, isClaimed }) ? [] : [[suspect, problemOf(suspect, isClaimed)] as const]
    })
  )
}

/** Whether a commit may do what it did. */
function mayBe(
  { change: { status, mode }, isRepair }: Suspect,
  { isWhole, isClaimed }: { readonly isWhole: boolean; readonly isClaimed: boolean }
): boolean {
  return isRepair && (isWhole ? status === 'D' && !isClaimed : status === 'D' || mode === '100644')
}

/** Evidence proves no record: that it is missing stops nobody. */
function problemOf({ change: { path, kind, status }, commit }: Suspect, isClaimed: boolean): LedgerProblem {
  const isBroken = isClaimed && kind.kind !== 'evidence'
  return { ...(isBroken ? { kind: 'broken' } : {}), path, problem: `${commit}: it was ${becameOf(status)}` }
}

/** What became of a file, by its status in git. */
export function becameOf(status: string): string {
  return status === 'D' ? 'removed' : 'changed'
}

async function wholeAmong(suspects: readonly Suspect[], blobs: BlobReader): Promise<readonly Whole[]> {
  const whole: Whole[] = []
  for (let first = 0; first < suspects.length; first += PAGE) {
    const some = suspects.slice(first, first + PAGE)
    const contents = await blobs.read(some.map(({ change }) => change.before))
    for (const [n, suspect] of some.entries()) {
      const content = contents[n]
      if (content === undefined || !isMisnamed(suspect.change.kind, content))
        whole.push([suspect, content ?? new Uint8Array()])
    }
  }
  return whole
}

/** Which record was the first to claim each file. */
async function claimsOn(whole: readonly Whole[], tip: string, blobs: BlobReader): Promise<Strays> {
  const strays = new Strays(whole.map(([{ change }, content]) => [change.path, content]))
  const last = whole.reduce((most, [{ reach }]) => Math.max(most, reach), 0)
  for (let first = 1; first <= last && strays.paths.size > 0; first += PAGE) {
    const numbers = Array.from({ length: Math.min(PAGE, last - first + 1) }, (_, n) => first + n)
    const files = await blobs.read(numbers.flatMap(it => [`${tip}:${recordPath(it)}`, `${tip}:${tokenPath(it)}`]))
    for (const [n, sequence] of numbers.entries()) {
      const [bytes, token] = [files[2 * n], files[2 * n + 1]]
      if (bytes !== undefined) strays.claim({ sequence, decoded: decodeRecord(bytes, sequence), token })
    }
  }
  return strays
}

/** A change of what is written once, if it is one. */
export function suspectOf(
  change: FileChange,
  about: Pick<Suspect, 'commit' | 'isRepair' | 'reach'>
): Suspect | undefined {
  const { kind } = change
  return isOwned(kind) && change.status !== 'A' ? new Suspect({ ...change, kind }, about) : undefined
}
