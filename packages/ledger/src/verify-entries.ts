import type { LedgerRecord } from '@sluice/core'
import { type Undo, UndoableMap } from './undo.ts'

/** Which environments releases have entered, and from where: all that a ledger tells of their order by itself. */
export class Entries {
  readonly #entered: Map<string, true>
  /** `<environment> <environment>`: the newest release that went through both came to the second from the first. */
  readonly #after: Map<string, true>

  constructor(undo: Undo | undefined) {
    this.#entered = new UndoableMap(undo)
    this.#after = new UndoableMap(undo)
  }

  /**
   * Takes in an intent.
   * @param isAccepted whether the release was accepted in an environment at any time.
   */
  add({ event, environment, release }: LedgerRecord, isAccepted: (environment: string) => boolean): void {
    if (event !== 'started' || environment === undefined || release === undefined) return
    // What was accepted there comes back: that tells nothing of where others come from.
    const others = isAccepted(environment) ? [] : [...this.#entered.keys()].filter(isAccepted)
    for (const other of others) {
      this.#after.set(`${other} ${environment}`, true)
      this.#after.delete(`${environment} ${other}`)
    }
    this.#entered.set(environment, true)
  }

  /** Whether an environment was there, and nothing shows that releases go to it from the other one. */
  mayPrecede(name: string, environment: string): boolean {
    return this.#entered.has(name) && !this.#after.has(`${environment} ${name}`)
  }
}
