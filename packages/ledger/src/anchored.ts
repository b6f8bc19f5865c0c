import { backoff, type Clock, type Digest, type Log, sha256, UserError } from '@sluice/core'
import type { Anchor, AnchorReader } from './anchor.ts'
import { LOOKS, UNSEEN } from './late-answers.ts'
import { recordPath } from './paths.ts'
import type { Section } from './section.ts'
import type { LedgerState } from './state.ts'
import type { LedgerHead, Since } from './store.ts'

/** The newest anchor of each section that has one. */
export type Anchored = ReadonlyMap<Section, Anchor>

/** What must be on the ledger. It is read before the ledger is: what is anchored later may be written later. */
export async function readAnchored(anchors: AnchorReader | undefined, sections: readonly Section[]): Promise<Anchored> {
  if (anchors === undefined) return new Map()
  const newest = await Promise.all(sections.map(async section => [section, await anchors.newest(section)] as const))
  return new Map(newest.flatMap(([section, anchor]) => (anchor === undefined ? [] : [[section, anchor]])))
}

/** The files that show whether a ledger holds what is anchored. */
export function filesOfAnchored(anchored: Anchored): readonly string[] {
  return [...new Set([...anchored.values()].map(({ sequence }) => recordPath(sequence)))]
}

/**
 * Looks at a ledger until it is as long as what is anchored says. GitHub may show a branch as it was a moment ago, and the record that is
 * missing there was written by another job just now.
 * @throws UserError when it stays too short: somebody put the branch back, or deleted it.
 */
export async function awaitAnchored(
  look: (since: Since) => Promise<LedgerHead | undefined>,
  since: Since,
  anchored: Anchored,
  { clock, log }: { readonly clock: Clock; readonly log: Pick<Log, 'info'> }
): Promise<LedgerHead | undefined> {
  const first = await look(since)
  if (findUnseen(first, anchored) === undefined) return first
  const giveUp = clock.now() + UNSEEN
  for (let attempt = 1; ; attempt++) {
    // Of what may be older, the rest was written since; GitHub is late only when asked for what is there now.
    const head = attempt === 1 && since === 'now' ? first : await look('now')
    const missing = findUnseen(head, anchored)
    if (missing === undefined) return head
    const left = giveUp - clock.now()
    if (left <= 0)
      throw lost(
        ...missing,
        head === undefined ? 'there is no ledger branch' : `the ledger ends at record ${head.sequence}`
      )
    if (attempt === 1)
      log.info(`GitHub does not show record ${missing[1].sequence} yet, which is anchored. Reading the ledger again.`)
    await clock.sleep(Math.min(backoff(LOOKS, attempt), left))
  }
}

/** A record that is anchored and has a higher number than any of a ledger. */
function findUnseen(head: LedgerHead | undefined, anchored: Anchored): readonly [Section, Anchor] | undefined {
  return [...anchored].find(([, { sequence }]) => sequence > (head?.sequence ?? 0))
}

/**
 * Refuses a ledger that does not hold what is anchored.
 * @param ledger with a state that was proved
 * @throws UserError naming the record that is missing.
 */
export function requireAnchored(
  { head, state }: { readonly head: LedgerHead; readonly state: LedgerState },
  anchored: Anchored
): void {
  for (const [section, anchor] of anchored) {
    const standing = state.sections[section]
    const { sequence, hash } = anchor
    if (standing === undefined || standing.sequence < sequence)
      throw lost(
        section,
        anchor,
        standing === undefined
          ? `the ledger has no record of ${section}`
          : `the newest record of ${section} on the ledger is ${standing.sequence}`
      )
    const found = hashAt(head, standing, sequence)
    if (found !== hash)
      throw lost(
        section,
        anchor,
        `the ledger has ${found === undefined ? 'no file of it' : `another record there (${found})`}`
      )
  }
}

/** The same of a ledger that is not proved, by the files of its records. @throws UserError naming the record that is missing. */
export function requireFiles(files: ReadonlyMap<string, Uint8Array>, anchored: Anchored): void {
  for (const [section, anchor] of anchored) {
    const file = files.get(recordPath(anchor.sequence))
    const found = file === undefined ? undefined : sha256(file)
    if (found === anchor.hash) continue
    throw lost(
      section,
      anchor,
      `the ledger has ${found === undefined ? 'no file of it' : `another record there (${found})`}`
    )
  }
}

/** The hash of what a ledger has in the place of a record. */
function hashAt(
  { files, hash }: LedgerHead,
  standing: { readonly sequence: number; readonly record?: Digest },
  sequence: number
): Digest | undefined {
  // The state tells the newest one's, whatever lies in the record's own file.
  if (standing.sequence === sequence) return standing.record ?? hash
  const file = files.get(recordPath(sequence))
  return file === undefined ? undefined : sha256(file)
}

function lost(section: Section, { sequence, hash }: Anchor, found: string): UserError {
  return new UserError(
    `Record ${sequence} of ${section} is anchored (${hash}), but ${found}: someone put the branch back, deleted it, or carried it on from an older record. Put it back to a commit that holds record ${sequence}; a clone that has it tells which: git log --all --format=%H -- ${recordPath(sequence)}. Until then nothing is decided or written.`
  )
}
