import { NewestFiles } from './newest-files.ts'
import { signaturePath, tokenPath } from './paths.ts'
import type { Skips } from './skips.ts'
import type { Snapshot, SnapshotRecord } from './snapshot.ts'
import { StateMachine } from './state-machine.ts'
import { Undo } from './undo.ts'
import { Past } from './verify-past.ts'

/** What is made of records one after the other. */
interface Making<T> {
  readonly make: (undo: Undo) => T
  readonly add: (to: T, it: SnapshotRecord) => void
}

/** The first record that may be left out later: nobody goes back further, so what comes before costs no memory. Absent: none may. */
type From = number | undefined

/**
 * What the records of a ledger lead to, one after the other, which can go back to before one of them and on without it: a repair costs what it
 * leaves out, and not the whole ledger.
 */
export class Replay<T> {
  readonly #records: Snapshot['records']
  readonly #from: number
  readonly #making: Making<T>
  #undo = new Undo()
  #value: T
  /** How many changes there were before a record. */
  readonly #marks = new Map<number, number>()

  constructor({ records }: Pick<Snapshot, 'records'>, from: From, making: Making<T>) {
    this.#records = records
    this.#from = from ?? Number.POSITIVE_INFINITY
    this.#making = making
    this.#value = making.make(this.#undo)
  }

  get value(): T {
    return this.#value
  }

  /** Says which record is added next. */
  begin(sequence: number): void {
    if (sequence < this.#from) return
    this.#undo.begin()
    this.#marks.set(sequence, this.#undo.length)
  }

  /**
   * Goes back to before the first of the records that do not count, and on without them.
   * @param end the first record that is not added again.
   * @param onRecord sees each record before it is added, or not.
   */
  without(first: number, end: number, skips: Skips, onRecord?: (it: SnapshotRecord, value: T) => void): void {
    const start = this.#backTo(first)
    for (let sequence = start; sequence < end; sequence++) {
      const it = this.#records[sequence - 1]
      this.begin(sequence)
      if (it === undefined) continue
      onRecord?.(it, this.#value)
      if (!skips(sequence)) this.#making.add(this.#value, it)
    }
  }

  /** @returns where to go on: from the first record, where nobody has said that one would be left out. */
  #backTo(first: number): number {
    const mark = this.#marks.get(first)
    if (mark !== undefined) {
      this.#undo.back(mark)
      return first
    }
    this.#undo = new Undo()
    this.#value = this.#making.make(this.#undo)
    return 1
  }
}

/** The state that records lead to. */
export function replayState(ledger: Pick<Snapshot, 'records'>, from: From): Replay<StateMachine> {
  return new Replay(ledger, from, { make: undo => new StateMachine(undo), add: addToState })
}

/** What had happened before a record. */
export function replayPast(ledger: Pick<Snapshot, 'records'>, from: From): Replay<Past> {
  return new Replay(ledger, from, {
    make: undo => new Past(undo),
    add(past, { record }) {
      if (record !== undefined) past.add(record)
    }
  })
}

function addToState(machine: StateMachine, { record, hash }: SnapshotRecord): void {
  if (record === undefined || hash === undefined) return
  machine.add(record)
  machine.seal(hash)
}

/** The state that the records of a ledger lead to before one of them. @param skips which ones are left out. */
export function machineBefore({ records }: Snapshot, end: number, skips: Skips): StateMachine {
  const machine = new StateMachine()
  for (const it of records.slice(0, end - 1)) if (!skips(it.sequence)) addToState(machine, it)
  return machine
}

/** The newest records of a ledger, with their files. */
export function newestOf({ records, files }: Snapshot, skips: Skips): NewestFiles {
  const newest = new NewestFiles()
  for (const { sequence, bytes, record } of records) {
    if (skips(sequence)) continue
    const [signature, token] = [files.get(signaturePath(sequence)), files.get(tokenPath(sequence))]
    newest.note({ sequence, bytes, signature, token, record })
  }
  return newest
}
