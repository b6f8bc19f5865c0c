import { type Digest, Failure, type LedgerRecord, type NamedRelease, type RecordOf, sameAs } from '@sluice/core'
import type { Environment } from '@sluice/delivery'
import {
  environmentSection,
  indexKey,
  isSameAs,
  type LedgerView,
  placesOf,
  type Question,
  type Reference,
  type Section,
  type SectionState
} from '@sluice/ledger'
import type { Standing } from './environment-standing.ts'
import { relevantIn } from './relevant-records.ts'
import { namesOfLive, type OwnDeployment, questionsAbout, type Subject, undoingsOf } from './subject.ts'

/** A state that nobody has told anything of. */
const NOTHING: Pick<SectionState, 'open'> & Partial<SectionState> = { open: [] }

/**
 * The verified past, as the ledger was when it was first asked. Each question is answered by the state that the newest records commit to, and
 * by the few records that it names: signed by whom they concern, and read once.
 */
export class History {
  readonly #open: (questions: readonly (readonly [Section, Question])[]) => Promise<LedgerView | undefined>
  readonly #runId: string
  #subject: Subject = { environments: [] }
  #view: Promise<LedgerView | undefined> | undefined

  constructor(
    open: (questions: readonly (readonly [Section, Question])[]) => Promise<LedgerView | undefined>,
    runId: string
  ) {
    this.#open = open
    this.#runId = runId
  }

  /** Says what the questions will be about, before the first: what is not said costs calls of its own, and is answered all the same. */
  about(subject: Subject): this {
    this.#subject = subject
    return this
  }

  /** Reads what several questions need, so that asking them costs nothing more. */
  async prepare(questions: readonly (readonly [Section, Question])[]): Promise<void> {
    const view = await this.#opened()
    await view?.prepare(questions.map(([section, question]) => ({ section, key: indexKey(question) })))
  }

  /** The newest record of all sections; absent while there is none. */
  async newest(): Promise<LedgerRecord | undefined> {
    return (await this.#opened())?.newest
  }

  /** The path of the file that rules the product, by its first record that names one. */
  async config(): Promise<string | undefined> {
    return (await this.#state('product')).config
  }

  /** Where an environment stands; what was announced to change nothing there is live, too. */
  async standing(environment: string): Promise<Standing> {
    const section = environmentSection(environment)
    const state = await this.#state(section)
    const live = placesOf(state)
    const view = await this.#opened()
    await view?.prefetch([...live, ...state.open.map(({ last }) => last)])
    const runs = await Promise.all(
      state.open.map(async ({ last, begun }) => ({ last: await this.#record(last, section), begun: begun?.sequence }))
    )
    return {
      live: await this.places(environment),
      open: runs.toSorted((a, b) => b.last.sequence - a.last.sequence)
    }
  }

  /** The records by which the ledger knows what is live in an environment, newest first: of the last deployment, and of each release that changed nothing since. */
  async places(environment: string): Promise<readonly LedgerRecord[]> {
    const section = environmentSection(environment)
    const live = placesOf(await this.#state(section))
    const placed = await Promise.all(live.map(async reference => this.#record(reference, section)))
    const same = await this.find('product', ['same', environment])
    return isSameAs(same, environment, placed[0]) ? [same, ...placed] : placed
  }

  /**
   * Whether what is live in an environment was accepted: nothing was deployed or tried since its last acceptance, and nothing undid that. One that
   * landed behind somebody else's deployment is of what was live before.
   * @returns the record of that acceptance.
   */
  async acceptanceOfLive(environment: string): Promise<LedgerRecord | undefined> {
    const section = environmentSection(environment)
    const state = await this.#state(section)
    const { judged } = state
    if (judged === undefined || !judged.accepted) return undefined
    const record = await this.#record(judged, section)
    const about = sameAs(record) ?? record.release?.digest
    // The state may be of another signer than who accepts: what counts is the record.
    if (record.event !== 'accepted' || about !== state.deployed?.release.digest) return undefined
    const names = namesOfLive(state)
    await this.prepare(names.flatMap(undoingsOf).map(question => [section, question]))
    const undone = await Promise.all(names.map(async name => this.find(section, ['undone', name])))
    return undone.some(it => it !== undefined && it.sequence > judged.sequence) ? undefined : record
  }

  /** Whether the last deployment to an environment began and was never recorded as done: what ends badly since, as a bypassed gate, finished nothing. */
  async isHalfDeployed(environment: string): Promise<boolean> {
    return (await this.#state(environmentSection(environment))).unfinished !== undefined
  }

  /**
   * The record since which it is not sure what an environment has: of a deployment that the ledger does not hold as done, of a gate that was passed
   * without an approval, or of a repair that left out what was said; `undefined` where the last deployment, or an acceptance since, settles it.
   */
  async uncertainSince(environment: string): Promise<LedgerRecord | undefined> {
    const section = environmentSection(environment)
    const { unfinished, judged, deployed } = await this.#state(section)
    if (unfinished !== undefined) return this.#record(unfinished, section)
    if (judged === undefined || judged.accepted || judged.sequence === deployed?.sequence) return undefined
    const record = await this.#record(judged, section)
    const isOfDeployed =
      record.event === 'bypassed' && record.run.id === deployed?.run && record.run.attempt === deployed.attempt
    return isOfDeployed ? undefined : record
  }

  /** The newest record of a build: that a unit's fingerprint came to a digest, that this passed its tests, or that someone adopted it. */
  async build(
    event: 'built' | 'tested' | 'adopted',
    ...of: readonly [unit: string, fingerprint: Digest, digest: Digest]
  ): Promise<LedgerRecord | undefined> {
    return this.find('product', [event, ...of])
  }

  /** A release as the ledger announced it, with the commit that it was made of. */
  async released(digest: Digest): Promise<NamedRelease | undefined> {
    return (await this.releasedBy(digest))?.release
  }

  /** The record that announced a release. */
  async releasedBy(digest: Digest): Promise<LedgerRecord | undefined> {
    return this.find('product', ['released', digest])
  }

  /**
   * The intent of a run: the newest record with which it said that it is about to apply a plan of a release to an environment. A re-run
   * announces itself again; whoever asks for one attempt, or one plan, looks at the record's own.
   */
  async intent({ runId, environment, release }: OwnDeployment): Promise<RecordOf<'started'> | undefined> {
    const own = await this.find(environmentSection(environment), ['started', runId, release])
    return own?.event === 'started' ? own : undefined
  }

  /** The record that a run deployed a release to an environment. */
  async deployment({ runId, environment, release }: OwnDeployment): Promise<LedgerRecord | undefined> {
    return this.find(environmentSection(environment), ['deployed', runId, release])
  }

  /** The withdrawal that is the last word on a release in an environment. */
  async withdrawal(environment: string, release: Digest): Promise<RecordOf<'withdrawn'> | undefined> {
    const [withdrawn, accepted] = await this.findAll(environmentSection(environment), undoingsOf(release))
    if (withdrawn?.event !== 'withdrawn') return undefined
    return accepted !== undefined && accepted.sequence > withdrawn.sequence ? undefined : withdrawn
  }

  /**
   * What a promotion is decided on, newest first: of the environments, the last deployment; of the release there, each word for and against it
   * that may still count, and the acceptance that it inherited; and the same of what its announcement found it to be.
   */
  async relevantTo(release: Digest, environments: readonly string[]): Promise<readonly LedgerRecord[]> {
    const found = await Promise.all(environments.map(async environment => relevantIn(this, environment, release)))
    const bySequence = new Map(found.flat().map(record => [record.sequence, record]))
    return [...bySequence.values()].toSorted((a, b) => b.sequence - a.sequence)
  }

  /** The record by which the ledger knows what is live in an environment: of the last deployment, or of a release that changed nothing since. */
  async live(environment: string): Promise<LedgerRecord | undefined> {
    const section = environmentSection(environment)
    const [newest] = placesOf(await this.#state(section))
    return newest === undefined ? undefined : this.#record(newest, section)
  }

  /** The last release that was deployed to an environment. */
  async lastDeployed(environment: string): Promise<LedgerRecord | undefined> {
    const section = environmentSection(environment)
    const { deployed } = await this.#state(section)
    return deployed === undefined ? undefined : this.#record(deployed, section)
  }

  /**
   * The record that a plan was announced with, in a run: `planned`, with the approvals of before it; where nobody is asked, `started`. Only
   * the environment itself speaks of its gate: another one, whose account signs for itself alone, could announce the same plan anew.
   */
  async announcement(
    plan: Digest,
    runId: string,
    { name, gate }: Pick<Environment, 'name' | 'gate'>
  ): Promise<LedgerRecord | undefined> {
    const event = gate === 'continuous' ? 'started' : 'planned'
    return this.find(environmentSection(name), ['plan', event, runId, plan])
  }

  async #state(section: Section): Promise<typeof NOTHING> {
    return (await this.#opened())?.section(section) ?? NOTHING
  }

  /** The record that answers a question of the index, if there is one. */
  async find(section: Section, question: Question): Promise<LedgerRecord | undefined> {
    return (await this.#opened())?.find(section, question)
  }

  /** The same for several questions at once: it costs no more than one of them. */
  async findAll(section: Section, questions: readonly Question[]): Promise<readonly (LedgerRecord | undefined)[]> {
    await this.prepare(questions.map(question => [section, question]))
    return Promise.all(questions.map(async question => this.find(section, question)))
  }

  async #record(reference: Reference, section: Section): Promise<LedgerRecord> {
    return (await this.#openFor(reference.sequence)).record(reference, section)
  }

  /** A record that another one names by its number alone. */
  async recordNamed(sequence: number, section: Section): Promise<LedgerRecord> {
    return (await this.#openFor(sequence)).recordNamed(sequence, section)
  }

  async #openFor(sequence: number): Promise<LedgerView> {
    const view = await this.#opened()
    if (view === undefined)
      throw new Failure(`There is no ledger that record ${sequence} could be read from. Re-run the job.`)
    return view
  }

  async #opened(): Promise<LedgerView | undefined> {
    this.#view ??= this.#openAbout(questionsAbout(this.#subject, this.#runId))
    return this.#view
  }

  /** Opens the ledger with what will be asked, and reads every record that the answers name, in one call. */
  async #openAbout(questions: readonly (readonly [Section, Question])[]): Promise<LedgerView | undefined> {
    const view = await this.#open(questions)
    if (view === undefined) return undefined
    const answers = questions.map(([section, question]) => view.index(section).get(indexKey(question)))
    const states = this.#subject.environments.flatMap(environment => {
      const state = view.section(environmentSection(environment))
      return [...placesOf(state), state.judged, ...state.open.map(({ last }) => last)]
    })
    await view.prefetch([...answers, ...states].filter(it => it !== undefined))
    return view
  }
}
