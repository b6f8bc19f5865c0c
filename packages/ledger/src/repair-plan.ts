import { type DetailOf, type SkippedRecord, UserError } from '@sluice/core'
import { findForeignness } from './head.ts'
import { findInvalid, type InvalidRecords } from './invalid-records.ts'
import { changesOf, fits } from './repair-changes.ts'
import { judgeRepairs } from './repair-judge.ts'
import { machineBefore, newestOf } from './replay.ts'
import type { Section } from './section.ts'
import type { TrustRules } from './signature.ts'
import type { Skips } from './skips.ts'
import type { Snapshot } from './snapshot.ts'
import { derivedFiles } from './verify-state.ts'

/** What one repair can do at a time. */
export interface RepairLimits {
  /** How many records it leaves out: each is named in the record, of which the branch holds three copies. */
  readonly skipped: number
  /** Bytes of the call that commits it. GitHub refuses calls of 40 MiB (grafana/github-api-commit-action#66). */
  readonly bytes: number
}

/** With room for what is around the contents. */
export const LIMITS: RepairLimits = { skipped: 10_000, bytes: 32 * 1024 * 1024 }

/** What a repair leaves out, and says of it. */
export interface RepairPlan {
  /** What counts for nothing once it is there. */
  readonly isSkipped: Skips
  readonly detail: Omit<DetailOf<'repaired'>, 'reason'>
  /** Those that only what lies beside them shows not to be valid. */
  readonly beside: readonly number[]
}

interface Wanted {
  /** All that lies on the branch, also what is no part of the ledger. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly section: Section
  /** All that anybody decides on. */
  readonly sections: readonly Section[]
  /** Whether anchors tell how far the ledger was. */
  readonly isAnchored: boolean
  readonly limits: RepairLimits
}

/**
 * Decides what the next repair of a section leaves out, the oldest first, and whether that is all of the ledger.
 * @throws UserError when there is nothing to repair, or nothing that a record can repair.
 */
export function planRepair(
  ledger: Snapshot,
  rules: TrustRules,
  { files, section, sections, isAnchored, limits }: Wanted
): RepairPlan {
  const judge = judgeRepairs(ledger, rules)
  const invalid = findInvalid(ledger, rules, judge)
  const found = invalid.find(it => it.section === section)
  const others = invalid.filter(it => it !== found && it.skipped.length > 0).map(it => it.section)
  const elsewhere = others.filter(it => sections.includes(it))
  const [changed] = found?.changed ?? []
  if (changed !== undefined) throw tampered(changed)
  const [unpublished] = found?.unpublished ?? []
  if (unpublished !== undefined && !isAnchored) throw unprovable(unpublished)
  const repairs = judge.repairs()
  const skipped = firstFew(found, limits.skipped)
  const numbers = new Set(skipped.map(({ sequence }) => sequence))
  const isSkipped: Skips = sequence => numbers.has(sequence) || repairs.isSkipped(sequence)
  const pending = pendingFiles(files, ledger, isSkipped)
  const isEnd = elsewhere.length === 0 && repairs.isUnfinished
  if (skipped.length === 0 && pending.length === 0 && isCounted(ledger, rules) && !isEnd)
    throw sound(section, elsewhere, rules)
  const good = judge.goodEnd(section, ledger.length + 1, sequence => numbers.has(sequence))
  const isAll = elsewhere.length === 0 && skipped.length === (found?.skipped.length ?? 0)
  const more = isAll && fits(pending, limits.bytes) ? undefined : true
  return {
    isSkipped,
    detail: { skipped, ...(good && { good }), ...(more && { more }) },
    beside: (found?.beside ?? []).filter(sequence => numbers.has(sequence))
  }
}

/** The oldest. Those by a key that nobody knows go together: whether it is the issuer's is judged by all that it vouches for. */
function firstFew(found: InvalidRecords | undefined, most: number): readonly SkippedRecord[] {
  const { skipped = [], unpublished = [] } = found ?? {}
  const together = new Set(unpublished)
  return skipped.filter(({ sequence }, n) => n < most || together.has(sequence))
}

/** What the files that decisions read from would have to become, and what would have to go. */
function pendingFiles(
  files: ReadonlyMap<string, Uint8Array>,
  ledger: Snapshot,
  isSkipped: Skips
): ReturnType<typeof changesOf> {
  const machine = machineBefore(ledger, ledger.length + 1, isSkipped)
  return changesOf(files, ledger.files, new Map(derivedFiles(newestOf(ledger, isSkipped), machine)))
}

/** Whether `HEAD.json` is of this ledger, and names its newest record: every decision begins there. */
function isCounted({ head: read, length, records }: Snapshot, rules: TrustRules): boolean {
  if (!read.ok) return false
  const { sequence, hash } = read.head
  return sequence === length && hash === records.at(-1)?.hash && findForeignness(read.head, rules) === undefined
}

function tampered(sequence: number): UserError {
  return new UserError(
    `What lies beside record ${sequence}, its signature or token, is not right, but was when Sluice went on from it: someone has changed it since. No record can repair that: ${MADE_ANEW}`
  )
}

/** What to do where something was taken away that no record can stand for. */
export const MADE_ANEW = `make the later commits anew without the one that did it, with the same dates and each file as it was before. "Commits made anew" in Sluice's docs/ledger.md has the commands; all hashes and anchors stay right.`

/** Anchors tell what Sluice went on from. Without them, a key that the issuer has replaced looks like one that it never had. */
function unprovable(sequence: number): UserError {
  return new UserError(
    `Of record ${sequence}, nothing but the key of its token tells that it may not be valid, and without ledger.anchors nothing tells that it is not. If GitHub published that key once, list it in ledger.issuerKeys of delivery.yml: then there is nothing to repair. If it never did, put the branch back to the commit before record ${sequence}.`
  )
}

function sound(section: Section, elsewhere: readonly Section[], { trust }: TrustRules): UserError {
  const where = elsewhere.length === 0 ? '' : ` Repair ${elsewhere.join(', ')}.`
  const key = trust.length === 0 ? '' : ` ${TAKEN_OVER}`
  return new UserError(
    `There is nothing to repair in ${section}: each of its records is valid, or left out already.${where} \`sluice verify\` tells what is wrong elsewhere, and \`sluice repair\` what to do.${key}`
  )
}

const TAKEN_OVER =
  'A record that follows every rule and is not genuine all the same, since its job or its key was taken over, can be left out once its key may not have signed it: in ledger.trust of delivery.yml give the key `until`, the number of the last genuine record, list a new key, and repair again.'
