import { type LeftOut, Omissions } from './omissions.ts'
import { type Replay, replayPast, replayState } from './replay.ts'
import type { LedgerProblem, Snapshot } from './snapshot.ts'
import type { StateMachine } from './state-machine.ts'
import type { Past } from './verify-past.ts'

/** What the `repaired` records of a ledger leave out. */
export class Repairs {
  /** `repaired` records that leave out what they must not. */
  readonly problems: readonly LedgerProblem[]
  readonly #ledger: Pick<Snapshot, 'records'>
  readonly #omissions: Omissions

  constructor(ledger: Pick<Snapshot, 'records'>, omissions: Omissions, problems: readonly LedgerProblem[]) {
    this.#ledger = ledger
    this.#omissions = omissions
    this.problems = problems
  }

  /** Those of a ledger that was never repaired. */
  static readonly none = new Repairs({ records: [] }, new Omissions(), [])

  /** Oldest first. */
  get leftOut(): readonly LeftOut[] {
    return this.#omissions.all
  }

  /** Whether a record counts for nothing any more. */
  isSkipped(sequence: number): boolean {
    return this.#omissions.has(sequence)
  }

  /** Whether a record is a repair that counts. */
  isRepair(sequence: number): boolean {
    return this.#omissions.isRepair(sequence)
  }

  /** Whether the ledger ends in a repair that says that more is to be repaired. */
  get isUnfinished(): boolean {
    return this.#omissions.isUnfinished(this.#ledger.records.at(-1))
  }

  /** The state, to be led through all records, and through repairs by {@link leaveOut}. */
  replayState(): Replay<StateMachine> {
    return replayState(this.#ledger, this.#omissions.first)
  }

  /** What happened, in the same way. */
  replayPast(): Replay<Past> {
    return replayPast(this.#ledger, this.#omissions.first)
  }

  /** Takes back what a repair leaves out. */
  leaveOut<T>(repair: number, replay: Replay<T>): void {
    this.#omissions.leaveOut(repair, replay)
  }
}
