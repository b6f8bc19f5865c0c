import type { Digest, LedgerRecord } from '@sluice/core'
import { advance, entriesOf, type Knowledge } from './advance.ts'
import type { IndexKey } from './index-key.ts'
import { IndexTree } from './index-tree.ts'
import { digestOfBody, type RecordBody, type Reference } from './reference.ts'
import { type Section, sectionOf } from './section.ts'
import { EMPTY_SECTION, encodeState, type LedgerState, type SectionState, type Standing } from './state.ts'
import { type Undo, UndoableMap } from './undo.ts'

/** What a record commits to: the states that are there once it is. */
export type Commitment = LedgerRecord['state']

/** A section as it is kept in memory while records are added. */
interface OpenSection {
  readonly index: IndexTree
  knowledge: Knowledge
}

/**
 * The state of a ledger, carried on record by record. Who appends and who verifies use this one definition of what each record does to it.
 *
 * ```
 * record n ──► state of its section ──► state of the ledger ──► committed to by record n
 *                └─ root of its index       └─ for each section: newest record, its hash, its state
 * ```
 */
export class StateMachine {
  readonly #sections: Map<Section, OpenSection>
  readonly #standings: Map<Section, Standing>
  readonly #touched: Map<Section, true>
  readonly #undo: Undo | undefined
  /** The section of the newest record. */
  #newest: Section | undefined

  /** @param undo is told how to take records back, where somebody may want that. */
  constructor(undo?: Undo) {
    this.#undo = undo
    this.#sections = new UndoableMap(undo)
    this.#standings = new UndoableMap(undo)
    this.#touched = new UndoableMap(undo)
  }

  /** Takes over how far the sections are. @param hash of the newest record, which the state that it commits to cannot hold. */
  restore({ sections }: LedgerState, hash: Digest): void {
    for (const [section, standing] of Object.entries(sections) as [Section, Standing][]) {
      if (standing.record === undefined) this.#newest = section
      this.#standings.set(section, { ...standing, record: standing.record ?? hash })
    }
  }

  /** Takes over a section, so that records can be added to it. */
  open(section: Section, { index: _, ...knowledge }: SectionState, index: IndexTree): void {
    this.#sections.set(section, { index, knowledge })
  }

  /** What the next record commits to. @param body its digest, where somebody has computed it already. */
  add(record: RecordBody, body: Digest = digestOfBody(record)): Commitment {
    const section = sectionOf(record)
    const open = this.#sectionOf(section)
    const added = { record, reference: { sequence: record.sequence, body } }
    const lookup = (key: IndexKey): Reference | undefined => open.index.get(key)
    const [knowledge, newest] = [open.knowledge, this.#newest]
    this.#undo?.note(() => {
      open.knowledge = knowledge
      this.#newest = newest
    })
    open.knowledge = advance(open.knowledge, added, lookup)
    for (const [key, reference] of entriesOf(added, lookup)) open.index.set(key, reference)
    const state = encodeState(this.#stateOf(open)).digest
    this.#standings.set(section, { sequence: record.sequence, state })
    this.#touched.set(section, true)
    this.#newest = section
    return { section: state, ledger: this.ledger().digest }
  }

  /** Says which hash the newest record has: the states of later ones hold it. */
  seal(hash: Digest): void {
    const standing = this.#newest === undefined ? undefined : this.#standings.get(this.#newest)
    if (this.#newest !== undefined && standing !== undefined)
      this.#standings.set(this.#newest, { record: hash, ...standing })
  }

  /** The state of all sections, as the newest record commits to it. */
  ledger(): ReturnType<typeof encodeState> {
    // The others are given as they are kept: each is written once.
    const sections = [...this.#standings].map(([section, standing]) => [
      section,
      section === this.#newest ? unsealed(standing) : standing
    ])
    return encodeState({ sections: Object.fromEntries(sections) } as LedgerState)
  }

  /** The sections that records were added to, each with its state and its index. */
  touched(): readonly { readonly section: Section; readonly state: SectionState; readonly index: IndexTree }[] {
    return [...this.#touched.keys()].map(section => {
      const open = this.#sectionOf(section)
      return { section, state: this.#stateOf(open), index: open.index }
    })
  }

  #sectionOf(section: Section): OpenSection {
    const known = this.#sections.get(section)
    if (known !== undefined) return known
    const { index: _, ...knowledge } = EMPTY_SECTION
    const made = { index: new IndexTree(undefined, this.#undo), knowledge }
    this.#sections.set(section, made)
    return made
  }

  #stateOf({ index, knowledge }: OpenSection): SectionState {
    return { ...knowledge, index: index.root }
  }
}

/** How far the section of the newest record is: the record commits to it, and cannot say its own hash. */
function unsealed({ sequence, state }: Standing): Standing {
  return { sequence, state }
}
