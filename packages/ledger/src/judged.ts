import type { Section } from './section.ts'
import type { LedgerView } from './view.ts'

/** What records were decided on that let something begin. */
export interface Grounds {
  /** How long the ledger was then. */
  readonly at: number
  /** The sections whose records decide. */
  readonly sections: readonly Section[]
  /** Decides again, by the ledger as it is now. @throws UserError when the records may not be written any more. */
  readonly again: () => Promise<void>
}

/** Whether what was decided still holds, asked only where the ledger gained something that could change it. */
export class Judged {
  readonly #grounds: Grounds | undefined
  #at: number

  constructor(grounds: Grounds | undefined) {
    this.#grounds = grounds
    this.#at = grounds?.at ?? 0
  }

  /**
   * Decides again where a section has newer records than those that the decision saw. The commit lands on the ledger of this view or not at all: what
   * comes while it is decided again makes it another try.
   */
  async require({ state, head }: LedgerView): Promise<void> {
    if (this.#grounds === undefined) return
    const { sections, again } = this.#grounds
    if (!sections.some(section => (state.sections[section]?.sequence ?? 0) > this.#at)) return
    await again()
    this.#at = head.sequence
  }
}
