import {
  type Clock,
  canonicalJson,
  type Digest,
  Failure,
  type LedgerRecord,
  type Log,
  type RecordDraft,
  sha256,
  UserError
} from '@sluice/core'
import type { AnchorStore } from './anchor.ts'
import { Anchoring } from './anchoring.ts'
import type { AppendedRecord } from './appended-record.ts'
import { chainRecords } from './chain.ts'
import { commitMessage } from './commit-message.ts'
import { encodeHead, type LedgerOwner } from './head.ts'
import { Keyring, type SignerFor } from './keyring.ts'
import { type Attempted, Landing } from './landing.ts'
import { lookAtOrigins } from './look-at-origins.ts'
import { HEAD_PATH } from './paths.ts'
import { readRepairs } from './read-repairs.ts'
import { asManyAsFit, changesOf } from './repair-changes.ts'
import { LIMITS, MADE_ANEW, planRepair, type RepairLimits, type RepairPlan } from './repair-plan.ts'
import { machineBefore, newestOf } from './replay.ts'
import { environmentsOf, type Section, sectionOf } from './section.ts'
import type { TrustRules } from './signature.ts'
import { openSnapshot, type Snapshot } from './snapshot.ts'
import type { LedgerStore } from './store.ts'
import { withoutStrays } from './strays.ts'
import { derivedFiles } from './verify-state.ts'
import type { Voucher } from './voucher.ts'

export interface RepairOptions {
  readonly store: Pick<LedgerStore, 'commit' | 'head'>
  /** The whole ledger, as one commit of its branch has it: what is repaired cannot be read from its newest records. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** That commit. */
  readonly oid: string
  /** The number of the last record that the history of the branch counts: `reach` of its history. */
  readonly reach: number
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
  /** How long to wait at most for rate limits, in milliseconds; default {@link RATE_LIMIT_PATIENCE}. */
  readonly patience?: number
  readonly limits?: RepairLimits
  /** What was shown to whoever agreed: {@link RepairPreview.digest}. Absent: nobody was shown anything. */
  readonly shown?: Digest
}

/** What a repair would leave out now, and say of it. */
export type RepairPreview = RepairPlan['detail'] & {
  /** Those of the records that can be read: what they say. */
  readonly records: readonly LedgerRecord[]
  /** SHA-256 of all that, and of the section that it is about. */
  readonly digest: Digest
}

/**
 * Tells what {@link repairLedger} would leave out; nothing is written. What is anchored is not compared: whoever asks has no rights there.
 * @throws UserError as the repair itself does.
 */
export async function previewRepair({
  isAnchored,
  ...options
}: Pick<RepairOptions, 'about' | 'files' | 'limits' | 'owner' | 'reach' | 'rules' | 'sections'> & {
  readonly isAnchored: boolean
}): Promise<RepairPreview> {
  const { files, reach, about, limits = LIMITS, sections, owner } = options
  const [section, rules, ledger] = [sectionOf(about), rulesOf(options), withoutStrays(openSnapshot(files), reach)]
  await lookAtOrigins(ledger, rules)
  requireWhole(ledger, owner)
  const { detail } = planRepair(ledger, rules, { files, section, sections, isAnchored, limits })
  const numbers = new Set(detail.skipped?.map(it => it.sequence))
  const records = ledger.records.flatMap(({ sequence, record }) => (numbers.has(sequence) ? [record ?? []].flat() : []))
  return { ...detail, records, digest: digestOf(section, detail) }
}

function digestOf(section: Section, detail: RepairPlan['detail']): Digest {
  return sha256(canonicalJson({ section, ...detail }))
}

/**
 * Makes a ledger usable again that ends in records which were never valid: one more record names each of them, with its hash and why it does not count, and
 * the state is again what all others lead to. Nothing is taken off the ledger; chain and anchors stay whole.
 *
 * ```
 * … ◄── good ◄── forged ◄── repaired        previous: the forged one, so that it stays
 *         └───── state ──────────┘          committed to, as if it were not there
 * ```
 *
 * One record leaves out no more than GitHub takes in a commit. While records are left, of this section or another, it says `more`: nobody goes on from it but the next repair.
 * @throws UserError when there is nothing to repair, or when what is missing is not for a record to repair.
 */
export async function repairLedger(options: RepairOptions): Promise<AppendedRecord> {
  const { files, oid, reach, owner, about, reason, clock, log, limits = LIMITS } = options
  const [{ sections }, rules] = [options, rulesOf(options)]
  const ledger = withoutStrays(openSnapshot(files), reach)
  await lookAtOrigins(ledger, rules)
  const head = requireWhole(ledger, owner)
  const anchoring = await Anchoring.begin({ anchors: options.anchors, sections, own: [sectionOf(about)], clock, log })
  await checkAnchored(anchoring, options)
  anchoring.refuseRepairs(ledger, readRepairs(ledger, rules).leftOut)
  const { isSkipped, detail, beside } = planRepair(ledger, rules, {
    files,
    section: sectionOf(about),
    sections,
    isAnchored: options.anchors !== undefined,
    limits
  })
  requireShown(options.shown, digestOf(sectionOf(about), detail))
  for (const sequence of beside) anchoring.refuseAnchored(sequence)

  const draft: RecordDraft = { ...about, event: 'repaired', detail: { reason, ...detail } }
  const keyring = await Keyring.open(options.signer, [draft], rules)
  const landing = new Landing(options)
  for (;;) {
    const machine = machineBefore(ledger, ledger.length + 1, isSkipped)
    const placed = clock.now()
    const chain = { head, machine, drafts: [draft], keyring, voucher: options.voucher, rules, now: placed }
    const { added, repaired, after } = await addRepair(chain, ledger.files, owner)
    const derived = new Map(derivedFiles(newestOf(repaired, isSkipped), machine))
    const changes = changesOf(files, after, derived)
    const message = commitMessage([added])
    const sent = detail.more === true ? asManyAsFit(changes, limits.bytes) : changes
    const outcome = await landing.send({ oid, placed, message, files: sent })
    if (outcome === 'limited') continue
    requireLanded(outcome)
    log.info(message)
    await anchoring.anchor([added])
    return added
  }
}

/** Adds the record of a repair to a ledger; with it, and all files as they are then. @throws Failure when readers would not take it. */
async function addRepair(
  chain: Parameters<typeof chainRecords>[0],
  files: ReadonlyMap<string, Uint8Array>,
  owner: LedgerOwner
): Promise<{
  readonly added: AppendedRecord
  readonly repaired: Snapshot
  readonly after: ReadonlyMap<string, Uint8Array>
}> {
  const { records, files: written } = await chainRecords(chain)
  const [added] = records
  if (added === undefined) throw new Failure('The repair made no record.')
  const { sequence } = added.record
  const pointer = { ...owner, sequence, hash: added.hash }
  const own = new Map([
    ...written.map(({ path, content }) => [path, content] as const),
    [HEAD_PATH, encodeHead(pointer)]
  ])
  const after = new Map([...files, ...own])
  const repaired = openSnapshot(after)
  await lookAtOrigins(repaired, chain.rules)
  // What readers would not take must never get onto a ledger: each looks again whether only what is not valid is left out.
  const { problems } = readRepairs(repaired, chain.rules)
  const problem = problems.find(it => it.sequence === sequence && it.kind !== 'unfinished')
  if (problem !== undefined)
    throw new Failure(`The repair would not be valid: ${problem.problem}. Nothing was written.`)
  return { added, repaired, after }
}

/** @throws UserError where the reviewer agreed to something else. */
function requireShown(shown: Digest | undefined, now: Digest): void {
  if (shown === undefined || shown === now) return
  throw new UserError(
    'What would be left out is not what the reviewer was shown: the ledger, or delivery.yml, has changed since. Nothing was written. Start the workflow again, so that what is left out now is shown.'
  )
}

/** What is another's is not valid, whatever else the rules say. */
function rulesOf({ owner, sections, rules }: Pick<RepairOptions, 'owner' | 'rules' | 'sections'>): TrustRules {
  const { product, repository } = owner
  return { products: [product], repository, environments: environmentsOf(sections), ...rules }
}

/** Checks that nothing is missing that is anchored. Anchors are read last, so the honest record of a moment ago is told from one that was taken away. */
async function checkAnchored(anchoring: Anchoring, { store, files, oid }: RepairOptions): Promise<void> {
  try {
    anchoring.checkFiles(files)
  } catch (error: unknown) {
    const now = await store.head([], 'now')
    if (now?.oid !== oid) requireLanded('conflict')
    throw error
  }
}

/** @throws Failure when a commit is not known to be on the branch. */
function requireLanded(outcome: Exclude<Attempted, 'limited'>): void {
  if (outcome === 'landed') return
  if (outcome === 'late')
    throw new Failure(
      'Signing the repair took so long that its time was not true any more. Nothing was sent. Re-run the job.'
    )
  throw new Failure(
    `The ledger moved on while it was repaired, or GitHub's answer was lost (${outcome}). Re-run the job: it repairs what is left. Where it finds nothing, another repair was faster.`
  )
}

/** How far the records go. @throws UserError when one is missing: where it was there, no record can stand for it. */
function requireWhole({ records, length }: Snapshot, owner: LedgerOwner) {
  const missing = records.find(({ bytes }) => bytes === undefined)
  if (missing !== undefined)
    throw new UserError(
      `Record ${missing.sequence} is missing on the ledger, though the history of the branch counts it: someone removed it. No record can repair that: ${MADE_ANEW} Then repair.`
    )
  const last = records.at(-1)
  return { ...owner, sequence: length, ...(last?.hash === undefined ? {} : { hash: last.hash }) }
}
