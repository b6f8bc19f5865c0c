import { confirmsLive, type Digest, EVENT_RULES, type LedgerRecord, sameAs, undoneBy } from '@sluice/core'
import { type Undo, UndoableMap } from './undo.ts'

/** How long a run may have decided before it could write down what it decided, in milliseconds: what landed meanwhile came too late for it. */
export const DECIDED = 10 * 60_000

/** An acceptance of what was live when it was recorded. */
interface Confirmed {
  readonly sequence: number
  readonly names: readonly Digest[]
  /** When it ended, in milliseconds; absent: what is live is accepted by it. */
  readonly until?: number
}

/** What a release is accepted by. */
interface Ground {
  /** Of the acceptance. What takes back one of the names later takes back the release. */
  readonly sequence: number
  readonly names: readonly Digest[]
}

/** A word against a release. */
interface Undoing {
  readonly sequence: number
  readonly time: number
}

/** What was accepted where, for how long, and on what that rests. */
export class Acceptances {
  readonly #confirmed: Map<string, readonly Confirmed[]>
  /** By environment and release, as the next. */
  readonly #grounds: Map<string, readonly Ground[]>
  readonly #undone: Map<string, readonly Undoing[]>
  /** Environments to which a deployment began that was not recorded as done. */
  readonly #unfinished: Map<string, true>

  constructor(undo: Undo | undefined) {
    this.#confirmed = new UndoableMap(undo)
    this.#grounds = new UndoableMap(undo)
    this.#undone = new UndoableMap(undo)
    this.#unfinished = new UndoableMap(undo)
  }

  /** Takes in a record of an environment. @param deployed what is deployed there after it. */
  add(record: LedgerRecord, environment: string, deployed: Digest | undefined): void {
    const { event, release, sequence } = record
    const time = Date.parse(record.time)
    const undone = undoneBy(record)
    for (const digest of undone) push(this.#undone, `${environment} ${digest}`, { sequence, time })
    const confirmed = this.#confirmed.get(environment) ?? []
    const last = confirmed.at(-1)
    const isOver = EVENT_RULES[event].touchesLive || last?.names.some(name => undone.includes(name)) === true
    if (last !== undefined && last.until === undefined && isOver)
      this.#confirmed.set(environment, [...confirmed.slice(0, -1), { ...last, until: time }])
    this.#noteBegun(record, environment)
    if (release === undefined) return
    const names = [release.digest, sameAs(record) ?? []].flat()
    if (event === 'accepted') {
      push(this.#grounds, `${environment} ${release.digest}`, { sequence, names })
      const isOfLive = deployed === (sameAs(record) ?? release.digest) && !this.#unfinished.has(environment)
      if (isOfLive) this.#confirm(environment, { sequence, names }, time)
    } else if (event === 'unchanged') {
      const by = this.confirmedIn(environment, record.time).find(it => it.sequence === record.detail?.acceptedBy)
      if (by !== undefined)
        push(this.#grounds, `${environment} ${release.digest}`, { ...by, names: [...names, ...by.names] })
    }
  }

  /** An acceptance finishes nothing that somebody else began, unless it is of what was found in place. */
  #noteBegun(record: LedgerRecord, environment: string): void {
    if (record.event === 'started') this.#unfinished.set(environment, true)
    else if (record.event === 'deployed' || confirmsLive(record)) this.#unfinished.delete(environment)
  }

  #confirm(environment: string, it: Confirmed, time: number): void {
    const before = this.#confirmed.get(environment) ?? []
    // Only what is within reach of a decision is kept: the list stays short, however long the ledger is.
    const near = before.filter(({ until = Number.POSITIVE_INFINITY }) => until >= time - 2 * DECIDED)
    this.#confirmed.set(environment, [...near, it])
  }

  /** The acceptances by which what was live counted as accepted when a run decided what it wrote down at a time. */
  confirmedIn(environment: string, time: string): readonly Ground[] {
    const since = Date.parse(time) - DECIDED
    const found = this.#confirmed.get(environment) ?? []
    return found.filter(({ until }) => until === undefined || until >= since)
  }

  /** What a release was accepted by in an environment, whether that stands or not. */
  groundsOf(environment: string, release: Digest): readonly Ground[] {
    return this.#grounds.get(`${environment} ${release}`) ?? []
  }

  /** Whether nothing that a run could know took back what a release was accepted by. @param now milliseconds since the epoch. */
  stands(environment: string, { sequence, names }: Ground, now: number): boolean {
    return !names.some(name =>
      this.#undone
        .get(`${environment} ${name}`)
        ?.some(undoing => undoing.sequence > sequence && now - undoing.time >= DECIDED)
    )
  }
}

function push<T>(lists: Map<string, readonly T[]>, key: string, it: T): void {
  lists.set(key, [...(lists.get(key) ?? []), it])
}
