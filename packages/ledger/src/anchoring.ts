import { type Clock, type Digest, Failure, type Log, messageOf, UserError } from '@sluice/core'
import type { Anchor, AnchorStore } from './anchor.ts'
import {
  type Anchored,
  awaitAnchored,
  filesOfAnchored,
  readAnchored,
  requireAnchored,
  requireFiles
} from './anchored.ts'
import { contradicts, refuseTakenAway, takenAway } from './anchored-repairs.ts'
import type { AppendedRecord } from './appended-record.ts'
import type { LeftOut } from './omissions.ts'
import { recordPath } from './paths.ts'
import { type Section, sectionOf } from './section.ts'
import type { TrustRules } from './signature.ts'
import type { Snapshot } from './snapshot.ts'
import type { LedgerHead, LedgerStore, Since } from './store.ts'
import type { LedgerView } from './view.ts'

interface AnchoringOptions {
  /** Absent: nothing is anchored, and whoever may push can put the ledger back unnoticed. */
  readonly anchors: AnchorStore | undefined
  /** All of the ledger: who adds to one section carries the branch on for all. */
  readonly sections: readonly Section[]
  /** Those that records are added to. */
  readonly own: readonly Section[]
  readonly clock: Clock
  readonly log: Pick<Log, 'info'>
}

/**
 * Anchors of one append.
 *
 * ```
 * anchors ──► head, with the anchored records ──► are they there? ──► what nobody anchored ──► commit ──► anchor
 *               └ too short: GitHub may be late      └ no: refused      └ a process died here ──────┘
 * ```
 */
export class Anchoring {
  readonly #options: AnchoringOptions
  #anchored: Anchored
  #repaired = false

  private constructor(options: AnchoringOptions, anchored: Anchored) {
    this.#options = options
    this.#anchored = anchored
  }

  /** Reads what is anchored, before the ledger is read. */
  static async begin(options: AnchoringOptions): Promise<Anchoring> {
    return new Anchoring(options, await readAnchored(options.anchors, options.sections))
  }

  /** Reads again what is anchored, before the ledger is read again: what others wrote since must be on it. */
  async renew(): Promise<void> {
    this.#anchored = await readAnchored(this.#options.anchors, this.#options.sections)
  }

  /**
   * Looks at the ledger, with the files that show whether it holds what is anchored. That there is none is believed only where nothing at all is anchored: a new one
   * would begin with record 1 beside the anchors of the sections that nobody writes to just now.
   * @throws UserError when it is too short, or gone.
   */
  async look(
    head: (alongside: readonly string[], since: Since) => Promise<LedgerHead | undefined>,
    since: Since
  ): Promise<LedgerHead | undefined> {
    const files = filesOfAnchored(this.#anchored)
    const look = async (at: Since): Promise<LedgerHead | undefined> => head(files, at)
    const found = await awaitAnchored(look, since, this.#anchored, this.#options)
    if (found !== undefined) return found
    const other = await this.#options.anchors?.any()
    return other === undefined ? undefined : awaitAnchored(look, 'now', new Map([other]), this.#options)
  }

  /**
   * Checks a ledger that was proved, and anchors what stands there without an anchor: a process died after its commit. Only the first time:
   * whoever lands while this append tries again anchors for himself.
   * @throws UserError for a ledger that lacks what is anchored.
   */
  async check(view: LedgerView, store: Pick<LedgerStore, 'read'>, rules: TrustRules): Promise<void> {
    requireAnchored(view, this.#anchored)
    await refuseTakenAway(store, view, rules, this.#anchored)
    if (this.#repaired) return
    this.#repaired = true
    const standings = this.#options.own.flatMap(section => {
      const standing = view.state.sections[section]
      const hash = standing?.record ?? view.head.hash
      if (standing === undefined || hash === undefined) return []
      const anchored = this.#anchored.get(section)?.sequence ?? 0
      return standing.sequence > anchored ? [[section, { sequence: standing.sequence, hash }] as const] : []
    })
    await this.#put(new Map(standings))
  }

  /** Checks a ledger whose state nobody proved, record by record. @throws UserError for one that lacks what is anchored. */
  checkFiles(files: ReadonlyMap<string, Uint8Array>): void {
    requireFiles(files, this.#anchored)
  }

  /**
   * Refuses to call a record invalid for what lies beside it if that was right when it was anchored, or when a later one was.
   * @throws UserError
   */
  refuseAnchored(sequence: number): void {
    const later = [...this.#anchored].find(([, anchor]) => anchor.sequence >= sequence)
    if (later === undefined) return
    throw new UserError(
      `The signature or token of record ${sequence} is not right, but Sluice anchored record ${later[1].sequence} of ${later[0]}, so it was: someone has changed it since. Put the branch back to a commit that holds it; a clone tells which: git log --all --format=%H -- ${recordPath(sequence)}*.`
    )
  }

  /** Refuses to go on from repairs that did so. @throws UserError */
  refuseRepairs({ records }: Snapshot, leftOut: readonly LeftOut[]): void {
    for (const one of leftOut) {
      const { record } = records[one.sequence - 1] ?? {}
      const own = record === undefined ? undefined : sectionOf(record)
      for (const [section, { sequence }] of this.#anchored)
        if (contradicts(one, own, { section, sequence })) throw takenAway(one, { section, sequence })
    }
  }

  /** Anchors records that have landed: of each section the newest, which names all before it. @throws Failure when that cannot be done now. */
  async anchor(records: readonly AppendedRecord[]): Promise<readonly AppendedRecord[]> {
    const newest = new Map<Section, Anchor>()
    for (const { record, hash } of records) newest.set(sectionOf(record), { sequence: record.sequence, hash })
    try {
      await this.#put(newest)
      return records
    } catch (error: unknown) {
      if (error instanceof UserError) throw error
      const numbers = records.map(({ record }) => record.sequence).join(', ')
      throw new Failure(
        `On the ledger, but not anchored: record ${numbers}. ${messageOf(error)} What was written stays. Re-run the job; otherwise the next record of ${[...newest.keys()].join(', ')} anchors it.`,
        { cause: error }
      )
    }
  }

  async #put(newest: ReadonlyMap<Section, Anchor>): Promise<void> {
    const { anchors } = this.#options
    if (anchors === undefined) return
    await Promise.all(
      [...newest].map(async ([section, anchor]) => {
        const hash = await anchors.put(section, anchor)
        if (hash !== anchor.hash) throw forked(section, anchor, hash)
      })
    )
  }
}

function forked(section: Section, { sequence, hash }: Anchor, first: Digest): UserError {
  return new UserError(
    `Record ${sequence} of ${section} is anchored as ${first}, but the ledger has ${hash} there: the branch was carried on from an older record. Put it back to a commit that holds the anchored one; a clone that has it tells which: git log --all --format=%H -- ${recordPath(sequence)}. Until then nothing is decided or written.`
  )
}
