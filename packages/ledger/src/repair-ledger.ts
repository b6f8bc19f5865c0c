import { type Clock, Failure, type Log, type RecordDraft, UserError } from '@sluice/core'
import type { AnchorStore } from './anchor.ts'
import { Anchoring } from './anchoring.ts'
import type { AppendedRecord } from './appended-record.ts'
import { chainRecords } from './chain.ts'
import { commitMessage } from './commit-message.ts'
import { encodeHead, type LedgerOwner } from './head.ts'
import { findInvalid } from './invalid-records.ts'
import { Keyring, type SignerFor } from './keyring.ts'
import { HEAD_PATH, parseLedgerPath } from './paths.ts'
import { judgeRepairs, type Repairs, readRepairs } from './repairs.ts'
import { machineBefore, newestOf } from './replay.ts'
import { type Section, sectionOf } from './section.ts'
import type { TrustRules } from './signature.ts'
import { openSnapshot, type Snapshot } from './snapshot.ts'
import type { CommitOutcome, FileChange, LedgerStore } from './store.ts'
import { derivedFiles, isDerived } from './verify-state.ts'
import type { Voucher } from './voucher.ts'

export interface RepairOptions {
  readonly store: Pick<LedgerStore, 'commit'>
  /** The whole ledger, as one commit of its branch has it: what is repaired cannot be read from its newest records. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** That commit. */
  readonly oid: string
  readonly owner: LedgerOwner
  readonly rules: TrustRules
  /** What all records of this run have in common, and the environment, if it is the section of one that is repaired. */
  readonly about: Omit<RecordDraft, 'event' | 'detail'>
  /** Why; it is recorded. */
  readonly reason: string
  readonly signer?: SignerFor
  readonly voucher?: Voucher
  readonly anchors?: AnchorStore
  /** All that have a section of their own: what is anchored of any must be there. */
  readonly sections: readonly Section[]
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

/**
 * Makes a ledger usable again that ends in records which were never valid: one more record names each of them, with its hash and why it does not count, and
 * the state is again what all others lead to. Nothing is taken off the ledger; chain and anchors stay whole.
 *
 * ```
 * … ◄── good ◄── forged ◄── repaired        previous: the forged one, so that it stays
 *         └───── state ──────────┘          committed to, as if it were not there
 * ```
 * @throws UserError when there is nothing to repair, or when what is missing is not for a record to repair.
 */
export async function repairLedger(options: RepairOptions): Promise<AppendedRecord> {
  const { store, files, oid, rules, about, reason, clock, log } = options
  const section = sectionOf(about)
  const ledger = openSnapshot(files)
  const head = requireWhole(ledger, options.owner)
  const anchoring = await Anchoring.begin({ anchors: options.anchors, sections: options.sections, clock, log })
  anchoring.checkFiles(files)
  const found = findInvalid(ledger, rules).find(it => it.section === section)
  const [changed] = found?.changed ?? []
  if (changed !== undefined) throw tampered(changed)
  const judge = judgeRepairs(ledger, rules)
  const repairs = judge.repairs()
  const { skipped = [], good } = found ?? { good: judge.goodEnd(section, ledger.length + 1, () => false) }
  const numbers = new Set(skipped.map(({ sequence }) => sequence))
  const isSkipped = (sequence: number): boolean => numbers.has(sequence) || repairs.isSkipped(sequence)
  if (skipped.length === 0 && hasFiles(ledger, repairs)) throw sound(section)
  for (const sequence of found?.beside ?? []) anchoring.refuseAnchored(sequence)
  const [unpublished] = found?.unpublished ?? []
  if (unpublished !== undefined && options.anchors === undefined) throw unprovable(unpublished)

  const draft: RecordDraft = { ...about, event: 'repaired', detail: { reason, skipped, ...(good && { good }) } }
  const keyring = await Keyring.open(options.signer, [draft], rules)
  const machine = machineBefore(ledger, ledger.length + 1, isSkipped)
  const chain = { head, machine, drafts: [draft], keyring, voucher: options.voucher, rules, now: clock.now() }
  const { records, files: written } = await chainRecords(chain)
  const [added] = records
  if (added === undefined) throw new Failure('The repair made no record.')
  const pointer = { ...options.owner, sequence: added.record.sequence, hash: added.hash }
  const after = new Map([
    ...files,
    ...written.map(({ path, content }) => [path, content] as const),
    [HEAD_PATH, encodeHead(pointer)]
  ])
  const repaired = openSnapshot(after)
  // What readers would not take must never get onto a ledger: each looks again whether only what is not valid is left out.
  const problem = readRepairs(repaired, rules).problems.find(({ sequence }) => sequence === added.record.sequence)
  if (problem !== undefined)
    throw new Failure(`The repair would not be valid: ${problem.problem}. Nothing was written.`)
  const message = commitMessage(records)
  const derived = new Map(derivedFiles(newestOf(repaired, isSkipped), machine))
  requireLanded(await store.commit(oid, message, changesOf(files, after, derived)))
  log.info(message)
  await anchoring.anchor(records)
  return added
}

/** @throws Failure when a commit is not known to be on the branch. */
function requireLanded(outcome: CommitOutcome): void {
  if (outcome === 'landed') return
  throw new Failure(
    `The ledger moved on while it was repaired, or GitHub's answer was lost (${outcome}). Re-run the job; what is repaired already is left alone.`
  )
}

/** How far the records go. @throws UserError when one is missing: it was there, and no record can stand for it. */
function requireWhole({ records, length }: Snapshot, owner: LedgerOwner) {
  const missing = records.find(({ bytes }) => bytes === undefined)
  if (missing !== undefined)
    throw new UserError(
      `Record ${missing.sequence} is missing on the ledger, so someone removed it: put the branch back to a commit that holds it. \`sluice repair\` shows which.`
    )
  const last = records.at(-1)
  return { ...owner, sequence: length, ...(last?.hash === undefined ? {} : { hash: last.hash }) }
}

/** Whether the files that decisions read are what the records lead to. */
function hasFiles(ledger: Snapshot, repairs: Repairs): boolean {
  const isSkipped = (sequence: number): boolean => repairs.isSkipped(sequence)
  const machine = machineBefore(ledger, ledger.length + 1, isSkipped)
  return changesOf(ledger.files, ledger.files, new Map(derivedFiles(newestOf(ledger, isSkipped), machine))).length === 0
}

function tampered(sequence: number): UserError {
  return new UserError(
    `What lies beside record ${sequence}, its signature or token, is not right, but was when Sluice went on from it: someone has changed it since. No record can repair that: put the branch back, as \`sluice repair\` shows.`
  )
}

/** Anchors tell what Sluice went on from. Without them, a key that the issuer has replaced looks like one that it never had. */
function unprovable(sequence: number): UserError {
  return new UserError(
    `Of record ${sequence}, nothing but the key of its token tells that it may not be valid, and without ledger.anchors nothing tells that it is not. If GitHub published that key once, list it in ledger.issuerKeys of delivery.yml: then there is nothing to repair. If it never did, put the branch back to the commit before record ${sequence}.`
  )
}

function sound(section: Section): UserError {
  return new UserError(
    `There is nothing to repair in ${section}: each of its records is valid, or left out already. \`sluice verify\` tells what is wrong elsewhere, and \`sluice repair\` what to do.`
  )
}

/** What a commit has to change, so that files are as they should be. @param derived those that are made of the records. */
function changesOf(
  before: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<string, Uint8Array>,
  derived: ReadonlyMap<string, Uint8Array>
): readonly FileChange[] {
  const wanted = new Map([...after, ...derived])
  for (const path of wanted.keys()) {
    const kind = parseLedgerPath(path)
    if (kind === undefined || (isDerived(kind) && !derived.has(path))) wanted.delete(path)
  }
  const written = [...wanted].filter(([path, content]) => Buffer.compare(before.get(path) ?? NOTHING, content) !== 0)
  const created = [...wanted].filter(([path, content]) => !before.has(path) && content.length === 0)
  const removed = [...before.keys()].filter(path => !wanted.has(path))
  return [
    ...[...new Map([...written, ...created])].map(([path, content]) => ({ path, content })),
    ...removed.map(path => ({ path, content: undefined }))
  ]
}

const NOTHING = new Uint8Array()
