import type { LedgerRecord } from '@sluice/core'

/** Which environments releases have entered, and from where: all that a ledger tells of their order by itself. */
export class Entries {
  readonly #entered = new Set<string>()
  /** `<environment> <environment>`: the newest release that went through both came to the second from the first. */
  readonly #after = new Set<string>()

  /**
   * Takes in an intent.
   * @param isAccepted whether the release was accepted in an environment at any time.
   */
  add({ event, environment, release }: LedgerRecord, isAccepted: (environment: string) => boolean): void {
    if (event !== 'started' || environment === undefined || release === undefined) return
    // What was accepted there comes back: that tells nothing of where others come from.
    const others = isAccepted(environment) ? [] : [...this.#entered].filter(isAccepted)
    for (const other of others) {
      this.#after.add(`${other} ${environment}`)
      this.#after.delete(`${environment} ${other}`)
    }
    this.#entered.add(environment)
  }

  /** Whether an environment was there, and nothing shows that releases go to it from the other one. */
  mayPrecede(name: string, environment: string): boolean {
    return this.#entered.has(name) && !this.#after.has(`${environment} ${name}`)
  }
}
