import { UserError } from '@sluice/core'
import type { Anchored } from './anchored.ts'
import type { LeftOut } from './omissions.ts'
import { newestPath, recordPath, signaturePath, tokenPath } from './paths.ts'
import { decodeRecord } from './record.ts'
import { type Section, sectionOf } from './section.ts'
import { findClaimProblem, findTrustProblem, type TrustRules, trustedKeys } from './signature.ts'
import type { LedgerStore } from './store.ts'
import type { LedgerView } from './view.ts'

/** Where a record is anchored: by itself, or by a later one of its section. */
interface AnchoredAt {
  readonly section: Section
  readonly sequence: number
}

/**
 * Whether a repair leaves out a record for what lies beside it though that was right: Sluice had anchored it, or a later one of its section, before the repair.
 * What is anchored since says nothing: Sluice goes on from a valid repair.
 */
export function contradicts(
  { sequence, by, told }: Pick<LeftOut, 'sequence' | 'by' | 'told'>,
  section: Section | undefined,
  anchor: AnchoredAt
): boolean {
  return told === 'beside it' && anchor.section === section && sequence <= anchor.sequence && anchor.sequence < by
}

/**
 * Refuses to go on from a repair that leaves out an anchored record whose signature or token is not right, or is gone: someone took it away to leave the record out. Only
 * of the newest record of each section: one that Sluice went on from was looked at then.
 * @param view was proved, and holds what is anchored.
 * @throws UserError
 */
export async function refuseTakenAway(
  store: Pick<LedgerStore, 'read'>,
  view: Pick<LedgerView, 'head' | 'state'>,
  rules: TrustRules,
  anchored: Anchored
): Promise<void> {
  for (const [section, anchor] of anchored) {
    const by = view.state.sections[section]?.sequence ?? 0
    const file = view.head.files.get(newestPath(section))
    const newest = file === undefined || by <= anchor.sequence ? undefined : decodeRecord(file, by)
    if (newest?.ok !== true || newest.record.event !== 'repaired') continue
    const { skipped = [] } = newest.record.detail ?? {}
    const numbers = skipped.map(({ sequence }) => sequence).filter(sequence => sequence <= anchor.sequence)
    if (numbers.length === 0) continue
    const paths = numbers.flatMap(sequence => [recordPath(sequence), signaturePath(sequence), tokenPath(sequence)])
    const files = await store.read(paths, view.head.oid)
    const keys = trustedKeys(rules.trust, view.head.files)
    const taken = numbers.find(sequence => isTaken(sequence, { section, files, keys, rules }))
    if (taken !== undefined) throw takenAway({ sequence: taken, by }, { section, sequence: anchor.sequence })
  }
}

interface Beside {
  readonly section: Section
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly keys: ReturnType<typeof trustedKeys>
  readonly rules: TrustRules
}

/** Whether a record says nothing wrong, and nothing beside it proves who wrote it. What breaks a rule, or is under a key that counts no more, has its signature and token. */
function isTaken(sequence: number, { section, files, keys, rules }: Beside): boolean {
  const bytes = files.get(recordPath(sequence))
  const decoded = bytes === undefined ? undefined : decodeRecord(bytes, sequence)
  if (bytes === undefined || decoded?.ok !== true || sectionOf(decoded.record) !== section) return false
  const { record } = decoded
  if (findClaimProblem(record, rules) !== undefined) return false
  const signature = files.get(signaturePath(sequence))
  if (findTrustProblem({ record, bytes, signature, keys }, rules) !== undefined) return true
  return rules.tokens !== undefined && rules.tokens.unvouched !== true && !files.has(tokenPath(sequence))
}

/** What is wrong with a repair that leaves out a record for what was right. */
export function takenAway({ sequence, by }: Pick<LeftOut, 'sequence' | 'by'>, anchor: AnchoredAt): UserError {
  return new UserError(
    `Record ${by} leaves out record ${sequence} for its signature or token, but Sluice anchored record ${anchor.sequence} of ${anchor.section}, so both were right: someone has taken them away. Put the branch back to a commit that holds them; a clone tells which: git log --all --format=%H -- ${recordPath(sequence)}*. Until then nothing is decided or written.`
  )
}
