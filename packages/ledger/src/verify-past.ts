import { confirmsLive, type Digest, type LedgerRecord, type Release, unchangedBy } from '@sluice/core'
import { type Undo, UndoableMap } from './undo.ts'
import { Acceptances, DECIDED } from './verify-accepted.ts'
import { Entries } from './verify-entries.ts'

/** What an environment has had, as the ledger tells it. */
interface Lived {
  readonly release: Digest
  /** When something else took its place, in milliseconds; absent: it is there. */
  readonly until?: number
}

/** What has happened so far. */
export class Past {
  /** `<event> <what it was about>`, with the number of the newest record that says so. */
  readonly facts: Map<string, number>
  /** The plans that were announced, by environment, run and plan; as text, since there are as many as deliveries. */
  readonly #announced: Map<string, string>
  /** The withdrawals that hold, by environment and release: until the release is accepted anew. */
  readonly #withdrawn: Map<string, LedgerRecord>
  readonly acceptances: Acceptances
  /** What runs adopted, each the first time. */
  readonly #adopted: Map<string, Pick<LedgerRecord, 'sequence' | 'unit'>>
  /** Where releases came from. */
  readonly entries: Entries
  /** The documents of releases. Each is what its digest says, whoever announced it, so none is taken back. */
  readonly documents = new Map<Digest, Release>()
  readonly #lived: Map<string, readonly Lived[]>
  /** What releases were said to be the same as when they were first announced, by environment and release. */
  readonly #same: Map<string, Digest>

  /** @param undo is told how to take records back, where somebody may want that. */
  constructor(undo?: Undo) {
    this.facts = new UndoableMap(undo)
    this.#announced = new UndoableMap(undo)
    this.#withdrawn = new UndoableMap(undo)
    this.acceptances = new Acceptances(undo)
    this.#adopted = new UndoableMap(undo)
    this.entries = new Entries(undo)
    this.#lived = new UndoableMap(undo)
    this.#same = new UndoableMap(undo)
  }

  /** The releases that may have been live in an environment when a run decided what it wrote down at a time. */
  lived(environment: string, time: string): readonly Digest[] {
    const since = Date.parse(time) - DECIDED
    const found = this.#lived.get(environment) ?? []
    return found.filter(({ until }) => until === undefined || until >= since).map(({ release }) => release)
  }

  /** The record with which a run announced the plan that another record of it speaks of. */
  announcementOf(record: LedgerRecord): LedgerRecord | undefined {
    const text = this.#announced.get(planKey(record))
    return text === undefined ? undefined : (JSON.parse(text) as LedgerRecord)
  }

  /** What the run that wrote a record adopted first, before it. */
  adoptedBefore({ run }: LedgerRecord): Pick<LedgerRecord, 'sequence' | 'unit'> | undefined {
    return this.#adopted.get(runKey(run))
  }

  /** Takes in a record: what later ones may rely on. */
  add(record: LedgerRecord): void {
    const { environment } = record
    this.#noteAnnounced(record)
    for (const fact of factsOf(record)) this.facts.set(fact, record.sequence)
    if (record.event === 'planned') this.#announced.set(planKey(record), JSON.stringify(record))
    this.#noteAdoption(record)
    this.#noteWithdrawal(record)
    this.#noteLive(record)
    if (environment === undefined) return
    this.acceptances.add(record, environment, this.#lived.get(environment)?.at(-1)?.release)
    this.entries.add(record, where => this.facts.has(`accepted ${where} ${record.release?.digest}`))
  }

  /**
   * Whether a release counted as accepted in an environment when a run decided what it wrote down at a time: what it was accepted by stands, and nothing that
   * is the same was withdrawn.
   */
  isAccepted(environment: string, release: Digest, time: string): boolean {
    const now = Date.parse(time)
    return this.acceptances
      .groundsOf(environment, release)
      .some(
        ground =>
          this.acceptances.stands(environment, ground, now) &&
          ground.names.every(name => name === release || this.#withdrawalBefore(environment, name, now) === undefined)
      )
  }

  /**
   * The withdrawal that bars a release from an environment, if whoever wrote something down at a time had to know it: of its own name, or of what is the same
   * in all that it was accepted by. One that was never accepted there, since its announcement found that it changes nothing, is barred as what that found.
   */
  withdrawalOf(environment: string, release: Digest, time: string): LedgerRecord | undefined {
    const now = Date.parse(time)
    const own = this.#withdrawalOfContent(environment, release, now)
    const same = this.#same.get(`${environment} ${release}`)
    const isAccepted = this.acceptances.groundsOf(environment, release).length > 0
    return own !== undefined || same === undefined || isAccepted
      ? own
      : this.#withdrawalOfContent(environment, same, now)
  }

  #withdrawalOfContent(environment: string, release: Digest, now: number): LedgerRecord | undefined {
    const own = this.#withdrawalBefore(environment, release, now)
    if (own !== undefined) return own
    const found = this.acceptances
      .groundsOf(environment, release)
      .map(({ names }) =>
        names.map(name => this.#withdrawalBefore(environment, name, now)).find(it => it !== undefined)
      )
    return found.includes(undefined) ? undefined : found[0]
  }

  #withdrawalBefore(environment: string, release: Digest, now: number): LedgerRecord | undefined {
    const it = this.#withdrawn.get(`${environment} ${release}`)
    return it === undefined || now - Date.parse(it.time) < DECIDED ? undefined : it
  }

  #noteAdoption({ event, run, sequence, unit }: LedgerRecord): void {
    const key = runKey(run)
    if (event === 'adopted' && unit !== undefined && !this.#adopted.has(key)) this.#adopted.set(key, { sequence, unit })
  }

  #noteAnnounced(record: LedgerRecord): void {
    const digest = record.release?.digest
    if (digest === undefined || this.facts.has(`released ${digest}`)) return
    for (const { environment, release } of unchangedBy(record)) this.#same.set(`${environment} ${digest}`, release)
  }

  #noteWithdrawal(record: LedgerRecord): void {
    const { environment, release } = record
    if (release === undefined) return
    if (record.event === 'accepted') this.#withdrawn.delete(`${environment} ${release.digest}`)
    if (record.event !== 'withdrawn') return
    for (const digest of [release.digest, ...(record.detail?.also ?? [])])
      this.#withdrawn.set(`${environment} ${digest}`, record)
  }

  #noteLive({ event, environment, release, time }: LedgerRecord): void {
    if (environment === undefined || release === undefined || event !== 'deployed') return
    const lived = this.#lived.get(environment) ?? []
    const now = Date.parse(time)
    const ended = lived.map((it, n) => (n === lived.length - 1 ? { ...it, until: now } : it))
    // Only what is within reach of a decision is kept: the list stays short, however long the ledger is.
    const near = ended.filter(({ until = Number.POSITIVE_INFINITY }) => until >= now - 2 * DECIDED)
    this.#lived.set(environment, [...near, { release: release.digest }])
  }
}

function runKey({ repository, id }: LedgerRecord['run']): string {
  return `${repository} ${id}`
}

/** A plan of a run for an environment. */
function planKey({ environment, run, plan }: LedgerRecord): string {
  return `${environment} ${run.repository} ${run.id} ${plan ?? ''}`
}

/** What a record says of a unit's build. @param adopted sequence of the record that adopted it, where it was not built here. */
export function buildFact(
  { name, kind, digest, fingerprint }: NonNullable<LedgerRecord['unit']>,
  adopted?: number
): string {
  return `${adopted === undefined ? 'built' : `adopted by ${adopted}`} ${name} ${kind} ${digest} ${fingerprint}`
}

/** What a record lets later ones rely on. */
function factsOf(record: LedgerRecord): readonly string[] {
  const { event, environment, release, run, plan, unit } = record
  if (event === 'built') return unit === undefined ? [] : [buildFact(unit)]
  if (event === 'adopted') return unit === undefined ? [] : [buildFact(unit, record.sequence)]
  if (release === undefined) return []
  const place = `${environment} ${release.digest}`
  const own = `${place} ${run.repository} ${run.id}`
  switch (event) {
    case 'released':
      return [
        `released ${release.digest}`,
        ...unchangedBy(record).map(it => `deployed ${it.environment} ${release.digest}`)
      ]
    case 'started':
      return [
        `started ${own}`,
        `started ${own} ${plan ?? ''}`,
        `started ${own} ${plan ?? ''} at ${record.protection?.id ?? ''}`
      ]
    case 'deployed':
      return [`deployed ${place}`, `deployed ${own}`]
    case 'unchanged':
      return [`deployed ${place}`, `accepted ${place}`]
    case 'accepted':
      return [`accepted ${place}`, `passed ${place}`, ...(confirmsLive(record) ? [`deployed ${place}`] : [])]
    case 'withdrawn':
      return [release.digest, ...(record.detail?.also ?? [])].map(digest => `withdrawn ${environment} ${digest}`)
    case 'bypassed':
      return [`bypassed ${environment} ${run.repository} ${run.id} ${run.attempt}`]
    default:
      return []
  }
}
