import type { KeyObject } from 'node:crypto'
import { type Digest, Failure, type LedgerRecord, sha256, UserError } from '@sluice/core'
import { keysOf } from './advance.ts'
import { findForeignness } from './head.ts'
import { type IndexKey, identityOf, indexKey, type Question } from './index-key.ts'
import { filesOfKey, IndexTree } from './index-tree.ts'
import { filesOfNewestToken, findNewestProblem, knowingNewestKey } from './newest-token.ts'
import { saysMore } from './omissions.ts'
import {
  indexPath,
  keyPath,
  type NewestOf,
  newestPath,
  recordPath,
  STATE_PATH,
  sectionStatePath,
  signaturePath
} from './paths.ts'
import { decodeRecord } from './record.ts'
import { digestOfBody, type Reference } from './reference.ts'
import { requireBound } from './require-bound.ts'
import { type Section, sectionOf } from './section.ts'
import { findTrustProblem, type TrustRules, trustedKeys } from './signature.ts'
import { decodeLedgerState, decodeSectionState, EMPTY_SECTION, type LedgerState, type SectionState } from './state.ts'
import type { LedgerHead, LedgerStore } from './store.ts'
import { UnplacedRecords } from './unplaced-records.ts'
import { tampered, unfinished, untrusted } from './untrusted.ts'

/** A question to the index of a section. */
export interface Asked {
  readonly section: Section
  readonly key: IndexKey
}

/** What of a ledger is looked at in one call. */
export interface Scope {
  readonly sections: readonly Section[]
  /** Keys that will be asked for; others cost a call of their own. */
  readonly keys: readonly Asked[]
}

/** The files that a scope is proved by, besides `HEAD.json`. */
export function filesOfScope({ sections, keys }: Scope, { trust, tokens }: TrustRules): readonly string[] {
  return [
    STATE_PATH,
    ...withSignature('ledger'),
    ...filesOfNewestToken(tokens),
    ...sections.flatMap(section => [sectionStatePath(section), ...withSignature(section)]),
    ...new Set(keys.flatMap(indexFiles)),
    ...[...new Set(trust.map(({ key }) => key))].map(keyPath)
  ]
}

/** A section as one commit of the ledger has it, proved down to its signature. */
interface ProvedSection {
  readonly state: SectionState
  readonly index: IndexTree
}

/**
 * A ledger as one commit holds it, proved at the same few files whatever its length: head, newest record and what that commits to; of each
 * section the newest record and its state; of each question the path of its answer. What was not asked for is not fetched.
 */
export class LedgerView {
  readonly head: LedgerHead
  readonly state: LedgerState
  /** The newest record of all; absent while there is none. */
  readonly newest: LedgerRecord | undefined
  readonly #store: LedgerStore
  readonly #rules: TrustRules
  readonly #keys: ReadonlyMap<Digest, KeyObject>
  readonly #sections = new Map<Section, ProvedSection>()
  readonly #records = new Map<number, LedgerRecord>()
  readonly #unplaced: UnplacedRecords

  /** Looks at one commit of a ledger. @throws UserError for a ledger that was tampered with, or is not the one that the rules speak of. */
  static async open(store: LedgerStore, head: LedgerHead, rules: TrustRules, scope: Scope): Promise<LedgerView> {
    const tokens = await knowingNewestKey(head.files, rules.tokens)
    const view = new LedgerView(store, head, tokens === undefined ? rules : { ...rules, tokens }, scope)
    await view.#unplaced.requirePlaced(view.newest, head.files)
    return view
  }

  private constructor(store: LedgerStore, head: LedgerHead, rules: TrustRules, { sections, keys }: Scope) {
    this.head = head
    this.#store = store
    this.#rules = rules
    this.#unplaced = new UnplacedRecords(rules.tokens?.origins)
    this.#keys = trustedKeys(rules.trust, head.files)
    const foreign = findForeignness(head, rules)
    if (foreign !== undefined)
      throw new UserError(
        `This ledger is not the one of this delivery: ${foreign}. Set ledger.branch in delivery.yml to a branch of its own; nothing was written.`
      )
    this.newest = head.sequence === 0 ? undefined : this.#proveNewest('ledger', head.sequence, head.hash)
    this.state = this.#proveState(this.newest)
    if (saysMore(this.newest)) throw unfinished(head.sequence)
    for (const section of sections) this.#sections.set(section, this.#proveSection(section))
    for (const { section, key } of keys) this.#loadPath(section, key, head.files)
  }

  /** What is known of a section that is in scope. */
  section(section: Section): SectionState {
    return this.#open(section).state
  }

  /** The index of a section that is in scope. */
  index(section: Section): IndexTree {
    return this.#open(section).index
  }

  /** The record that answers a question, if there is one. */
  async find(section: Section, question: Question): Promise<LedgerRecord | undefined> {
    const key = indexKey(question)
    await this.prepare([{ section, key }])
    const reference = this.index(section).get(key)
    if (reference === undefined) return undefined
    const record = await this.record(reference, section)
    // A signed root says where the answer is; whether it is one, the record tells.
    if (!keysOf(record).includes(key)) throw tampered(record.sequence, 'the index leads to it for what it does not say')
    return record
  }

  /** A record of a section, as the section's state or index names it. */
  async record({ sequence, body }: Reference, section: Section): Promise<LedgerRecord> {
    await this.prefetch([{ sequence }])
    const record = this.#records.get(sequence)
    if (record === undefined) throw tampered(sequence, 'its file is missing')
    if (sectionOf(record) !== section) throw tampered(sequence, `it belongs to ${sectionOf(record)}, not to ${section}`)
    // The number and the signature fit also what was written on a ledger that was rewound since.
    if (digestOfBody(record) !== body)
      throw tampered(sequence, `it is another record than the one that ${section} speaks of`)
    requireBound(record, this.section(section))
    return record
  }

  /** A record of a section that another record names by its number alone: the index knows it by what it states. */
  async recordNamed(sequence: number, section: Section): Promise<LedgerRecord> {
    await this.prefetch([{ sequence }])
    const named = this.#records.get(sequence)
    if (named === undefined) throw tampered(sequence, 'its file is missing')
    const key = identityOf(named)
    await this.prepare([{ section, key }])
    const reference = this.index(section).get(key)
    if (reference?.sequence !== sequence) throw tampered(sequence, `the index of ${section} does not lead to it`)
    return this.record(reference, section)
  }

  /** Reads records in one call, so that {@link record} has them. */
  async prefetch(references: readonly Pick<Reference, 'sequence'>[]): Promise<void> {
    const sequences = new Set(references.map(({ sequence }) => sequence))
    const missing = [...sequences].filter(sequence => !this.#records.has(sequence))
    if (missing.length > 0) await this.#fetch(missing)
  }

  /** Reads what several questions need in two calls at most: the paths of their answers, and the records that these lead to. */
  async prepare(asked: readonly Asked[]): Promise<void> {
    const unread = asked.filter(({ section, key }) => this.index(section).load(key, () => undefined) !== undefined)
    if (unread.length > 0) {
      const files = await this.#store.read([...new Set(unread.flatMap(indexFiles))], this.head.oid)
      for (const { section, key } of unread) this.#loadPath(section, key, files)
    }
    const answers = asked.map(({ section, key }) => this.index(section).get(key))
    await this.prefetch(answers.filter(answer => answer !== undefined))
  }

  #loadPath(section: Section, key: IndexKey, files: ReadonlyMap<string, Uint8Array>): void {
    const problem = this.#open(section).index.load(key, file => files.get(indexPath(section, file)))
    if (problem !== undefined) throw untrusted(`The index of ${section}`, problem)
  }

  #open(section: Section): ProvedSection {
    const open = this.#sections.get(section)
    if (open === undefined) throw new Failure(`The section ${section} of the ledger was not looked at.`)
    return open
  }

  #proveState(newest: LedgerRecord | undefined): LedgerState {
    const { sequence, hash, files } = this.head
    if (newest === undefined) return { sections: {} }
    const problem =
      hash === undefined ? undefined : findNewestProblem({ record: newest, hash }, files, this.#rules.tokens)
    if (problem !== undefined) throw tampered(sequence, problem)
    const bytes = files.get(STATE_PATH)
    // Hashed before it is parsed: only what somebody signed is worth a look.
    if (bytes === undefined || sha256(bytes) !== newest.state.ledger)
      throw untrusted(STATE_PATH, `it is not the state that record ${sequence} commits to`)
    const state = decodeLedgerState(bytes)
    if (state === undefined) throw untrusted(STATE_PATH, `record ${sequence} commits to what is no state of a ledger`)
    return state
  }

  #proveSection(section: Section): ProvedSection {
    const standing = this.state.sections[section]
    if (standing === undefined) return { state: EMPTY_SECTION, index: new IndexTree() }
    const newest = this.#proveNewest(section, standing.sequence, standing.record ?? this.head.hash)
    if (sectionOf(newest) !== section) throw tampered(newest.sequence, `it does not belong to ${section}`)
    const path = sectionStatePath(section)
    const bytes = this.head.files.get(path)
    if (bytes === undefined || sha256(bytes) !== newest.state.section)
      throw untrusted(path, `it is not the state that record ${newest.sequence} commits to`)
    const state = decodeSectionState(bytes)
    if (state === undefined) throw untrusted(path, `record ${newest.sequence} commits to what is no state of a section`)
    requireBound(newest, state)
    return { state, index: new IndexTree(state.index) }
  }

  #proveNewest(of: NewestOf, sequence: number, hash: Digest | undefined): LedgerRecord {
    const { files } = this.head
    const path = newestPath(of)
    const bytes = files.get(path)
    if (bytes === undefined || sha256(bytes) !== hash) throw untrusted(path, `it is not record ${sequence}`)
    const signature = files.get(`${path}.sig`)
    // A record without a signature has an empty copy of it: the one before it may have had one.
    return this.#prove(sequence, bytes, signature?.length === 0 ? undefined : signature)
  }

  async #fetch(sequences: readonly number[]): Promise<void> {
    const files = await this.#store.read(
      sequences.flatMap(sequence => [recordPath(sequence), signaturePath(sequence)]),
      this.head.oid
    )
    for (const sequence of sequences) {
      const bytes = files.get(recordPath(sequence))
      if (bytes === undefined) throw tampered(sequence, 'its file is missing')
      this.#prove(sequence, bytes, files.get(signaturePath(sequence)))
    }
    await this.#unplaced.requirePlaced(this.newest, this.head.files)
  }

  #prove(sequence: number, bytes: Uint8Array, signature: Uint8Array | undefined): LedgerRecord {
    const decoded = decodeRecord(bytes, sequence)
    if (!decoded.ok) throw tampered(sequence, decoded.problem)
    const { record } = decoded
    const problem = findTrustProblem({ record, bytes, signature, keys: this.#keys }, this.#rules)
    if (problem !== undefined) throw tampered(sequence, problem)
    this.#records.set(sequence, record)
    this.#unplaced.add(record)
    return record
  }
}

function withSignature(of: NewestOf): readonly string[] {
  return [newestPath(of), `${newestPath(of)}.sig`]
}

function indexFiles({ section, key }: Asked): readonly string[] {
  return filesOfKey(key).map(file => indexPath(section, file))
}
