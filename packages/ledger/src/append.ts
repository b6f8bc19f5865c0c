import {
  backoff,
  type Clock,
  type Digest,
  evidencePath,
  Failure,
  type Log,
  parseDraft,
  plural,
  type RecordDraft,
  sha256,
  UserError,
  type Waits
} from '@sluice/core'
import { keysBefore } from './advance.ts'
import type { AnchorStore } from './anchor.ts'
import { Anchoring } from './anchoring.ts'
import type { AppendedRecord, LedgerFile } from './appended-record.ts'
import { chainRecords } from './chain.ts'
import { commitMessage } from './commit-message.ts'
import { findRecorded } from './find-recorded.ts'
import { encodeHead, type LedgerOwner } from './head.ts'
import { identityOf } from './index-key.ts'
import { type Grounds, Judged } from './judged.ts'
import { Keyring, type SignerFor } from './keyring.ts'
import { type Attempted, Landing } from './landing.ts'
import { DEPTH_LIMIT, isTooDeep } from './nesting.ts'
import { openHead } from './open-head.ts'
import { refuseOtherAdoptions } from './other-adoption.ts'
import { keysAgainst, refuseOvertaken, type SeenLive } from './overtaken.ts'
import { HEAD_PATH } from './paths.ts'
import { evidenceOf, findScopeProblem } from './record.ts'
import { type Section, sectionOf } from './section.ts'
import type { TrustRules } from './signature.ts'
import { StateMachine } from './state-machine.ts'
import type { LedgerHead, LedgerStore } from './store.ts'
import { filesOfScope, LedgerView, type Scope } from './view.ts'
import type { Voucher } from './voucher.ts'

export interface AppendOptions {
  readonly store: LedgerStore
  /** Whose ledger it is: what opens it says so, and another's is refused. */
  readonly owner: LedgerOwner
  /** Whose signatures count in what the ledger holds already. */
  readonly rules: TrustRules
  /** Absent: the records are not signed, the ledger is advisory. */
  readonly signer?: SignerFor
  /** Absent: nobody vouches for the records but their signer. */
  readonly voucher?: Voucher
  /** Where the ledger's end is said out of reach of whoever pushes. Absent: nowhere. */
  readonly anchors?: AnchorStore
  /** All that the product has: each must hold what is anchored of it. Default: those that the drafts belong to. */
  readonly sections?: readonly Section[]
  readonly clock: Clock
  readonly drafts: readonly RecordDraft[]
  /** Contents that the drafts refer to by digest (`plan`, `dossier`). */
  readonly attachments?: readonly { readonly content: Uint8Array }[]
  /** What was live when these drafts were decided that leave it as it is. */
  readonly seen?: SeenLive
  /** What the drafts rest on. Absent: on nothing that others could take away. */
  readonly grounds?: Grounds
  readonly log: Pick<Log, 'info'>
  /** How long to fight for a place in the chain, in milliseconds; default five minutes. */
  readonly deadline?: number
  /** How long to wait at most where GitHub turns the commit away for a rate limit, in milliseconds; default {@link RATE_LIMIT_PATIENCE}. */
  readonly patience?: number
  readonly waits?: Waits
}

/**
 * Waits between two tries to get into the chain; the number of tries is bounded by time, not by count. Two that meet are apart after the first wait; of a crowd,
 * each goes on trying, since long waits leave the ledger idle once most have landed.
 */
const CONTENTION: Waits = { base: 400, cap: 3_000, certain: 0 }

const APPEND_DEADLINE = 5 * 60_000

/** What one try takes beyond this, in milliseconds, was a wait for a rate limit, or for keys. Clients have a patience of their own for that. */
const LONGEST_TRY = 60_000

/** Why records that did not land are tried again, for the log. */
const REASONS = {
  conflict: 'Another writer was faster',
  unknown: "GitHub's answer was lost",
  late: 'Signing the records took so long that their time was not true any more'
} as const

/**
 * Adds records to the ledger, all in one commit, and gives them back as they stand there, in the order of the drafts.
 *
 * Two calls when nobody else writes: read the head, swap in the new one; where the store remembers the head, one. A draft whose identity (run, attempt, job, event, unit,
 * environment) is on the ledger already is not written again: so a job that died between commit and answer can be repeated.
 * Times are the given clock's; an honest writer gives it the server's. A try that had to wait is begun anew, so that what lands says when it did.
 * @throws Failure when the records did not land before the deadline.
 * @throws UserError when what the ledger holds for this job contradicts the drafts, or was tampered with; also when a draft is no
 * record of its event, or names an environment and must not, or the other way round.
 */
export async function appendRecords(options: AppendOptions): Promise<readonly AppendedRecord[]> {
  const { store, rules, signer, voucher, clock, drafts, log, deadline = APPEND_DEADLINE, waits = CONTENTION } = options
  refuseUnreadable(drafts)
  const evidence = attach(drafts, options.attachments ?? [])
  // A record with a key that nobody trusts would only be found out by the next one who reads it.
  const keyring = await Keyring.open(signer, drafts, rules)
  const scope = scopeOf(drafts, options.seen)
  const sections = [...new Set([...(options.sections ?? []), ...scope.sections])]
  const anchoring = await Anchoring.begin({ anchors: options.anchors, sections, own: scope.sections, clock, log })
  const landing = new Landing(options)
  const judged = new Judged(options.grounds)
  let giveUp = clock.now() + deadline
  let seen: LedgerHead | undefined
  for (let attempt = 1; ; attempt++) {
    const began = clock.now()
    if (attempt > 1) await anchoring.renew()
    // Where nobody else wrote since the last look, another would say the same; where somebody did, the commit does not land.
    const since = attempt === 1 ? 'job' : 'now'
    const head = await openHead(options, filesOfScope(scope, rules), since, { anchoring, seen })
    seen = head
    const view = await LedgerView.open(store, head, rules, scope)
    await anchoring.check(view, store, rules)
    const recorded = await findRecorded(view, drafts)
    const missing = drafts.filter((_, n) => recorded[n] === undefined)
    if (missing.length === 0) return anchoring.anchor(recorded.filter(found => found !== undefined))
    refuseOvertaken(view, missing, options.seen)
    await judged.require(view)
    await refuseOtherAdoptions(view, missing)
    const machine = machineOf(view, scope.sections)
    const placed = clock.now()
    const added = await chainRecords({ head, machine, drafts: missing, keyring, voucher, rules, now: placed })
    const files = [...added.files, ...evidenceFor(missing, evidence), headFile(options.owner, head, added.records)]
    const message = commitMessage(added.records)
    const outcome = await landing.send({ oid: head.oid, placed, message, files })
    if (outcome === 'landed') {
      log.info(message)
      const rest = (await anchoring.anchor(added.records)).values()
      return recorded.map(found => found ?? rest.next().value).filter(record => record !== undefined)
    }
    const spent = clock.now() - began
    giveUp += outcome === 'limited' ? spent : Math.max(0, spent - LONGEST_TRY)
    const left = giveUp - clock.now()
    if (left <= 0) throw tooLate(deadline, attempt, outcome)
    if (outcome !== 'limited') log.info(`${REASONS[outcome]} (${outcome}). Retrying.`)
    await clock.sleep(Math.min(backoff(waits, attempt), left))
  }
}

/** `HEAD.json` as it is once some records are added. */
function headFile(owner: LedgerOwner, { sequence }: LedgerHead, added: readonly AppendedRecord[]): LedgerFile {
  const newest = added.at(-1)
  const head = { ...owner, sequence: sequence + added.length, ...(newest && { hash: newest.hash }) }
  return { path: HEAD_PATH, content: encodeHead(head) }
}

function tooLate(deadline: number, attempts: number, last: Attempted): Failure {
  return new Failure(
    `The records could not be appended to the ledger within ${Math.round(deadline / 1000)} s and ${plural(attempts, 'attempt')} (last: ${last}). Re-run the job.`
  )
}

/** Attachments as files. Each must be referred to: `sluice verify` reports evidence that no record names. */
function attach(
  drafts: readonly RecordDraft[],
  attachments: readonly { readonly content: Uint8Array }[]
): readonly { readonly path: string; readonly content: Uint8Array }[] {
  const named = new Set(drafts.flatMap(evidenceOf))
  const files = new Map<Digest, { readonly path: string; readonly content: Uint8Array }>()
  for (const { content } of attachments) {
    const digest = sha256(content)
    if (!named.has(digest)) throw new Failure(`No record of this append refers to the attachment ${digest}.`)
    files.set(digest, { path: evidencePath(digest), content })
  }
  return [...files.values()]
}

/** The attachments that the records of these drafts will name. What was recorded before has its own. */
function evidenceFor(drafts: readonly RecordDraft[], files: ReturnType<typeof attach>): ReturnType<typeof attach> {
  const named = new Set(drafts.flatMap(evidenceOf).map(evidencePath))
  return files.filter(({ path }) => named.has(path))
}

/** Nothing can be taken off a ledger, so what no reader takes must never get onto it. */
function refuseUnreadable(drafts: readonly RecordDraft[]): void {
  for (const draft of drafts) {
    parseDraft(draft)
    // Its state is not the one that the newest records lead to: see repairLedger.
    if (draft.event === 'repaired') throw new Failure('A repair is no record that can simply be added.')
    const problem = findScopeProblem(draft)
    if (problem !== undefined) throw new UserError(`The record cannot be written: ${problem}.`)
    if (isTooDeep(draft))
      throw new UserError(
        // The record itself is the first level.
        `The record of ${draft.event} cannot be written: its detail nests more than ${DEPTH_LIMIT - 1} levels deep, and no one could read it any more. Flatten it.`
      )
  }
}

/** What has to be read before drafts can be added: their sections, and every key of the index that they touch. */
function scopeOf(drafts: readonly RecordDraft[], seen: SeenLive | undefined): Scope {
  const identities = new Set(drafts.map(identityOf))
  if (identities.size !== drafts.length) {
    throw new Failure('Two records of one append have the same run, attempt, job, event, unit and environment.')
  }
  return {
    sections: [...new Set(drafts.map(sectionOf))],
    keys: drafts.flatMap(draft =>
      [...keysBefore(draft), ...keysAgainst(draft, seen)].map(key => ({ section: sectionOf(draft), key }))
    )
  }
}

/** The state of a ledger, ready for more records of some sections. */
function machineOf(view: LedgerView, sections: readonly Section[]): StateMachine {
  const machine = new StateMachine()
  if (view.head.hash !== undefined) machine.restore(view.state, view.head.hash)
  for (const section of sections) machine.open(section, view.section(section), view.index(section))
  return machine
}
