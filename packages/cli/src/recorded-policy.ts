import type { LedgerRecord, Protection, RecordOf } from '@sluice/core'
import {
  type BranchNames,
  type Delivery,
  deliveryRefPatterns,
  type Environment,
  PastPolicies,
  type PastPolicy,
  RulingPolicies,
  trustRulesOf
} from '@sluice/delivery'
import { type BlobReader, blobsOf, readDefaultBranch, readSizes } from '@sluice/git'
import { findOriginProblem, type LedgerNote, type OriginDoubt, type Origins, recordPath } from '@sluice/ledger'
import { evaluateProtection, guardianOf } from '@sluice/policy'
import { PolicyOrder, type PolicyPlaces } from './policy-order.ts'

/** What a note is about that the clone does not name the default branch. */
const BRANCH = 'default branch'

/** How a clone learns which is the default branch. */
export const TELL_BRANCH = 'git remote set-head origin BRANCH'

type Gated = RecordOf<'planned' | 'started'>
type Consented = RecordOf<'adopted' | 'repaired'>

/** Whose records name the policies. */
export interface RecordedPoliciesOptions {
  readonly directory: string
  /** The branch of the ledger, which holds no policy. */
  readonly branch?: string
  /** delivery.yml as it is now: by it those records are judged that name no policy. */
  readonly delivery?: Delivery | undefined
}

/**
 * The policies that records were made under, from the same clone: delivery.yml at the commits that they name. Each must be on the default
 * branch, which nobody pushes to who is not trusted with it; so a gate is judged by the policy of then, with the function that let the
 * deployment begin, and so is from where a record comes. Without this, somebody with a key could say of a gate that it asks nobody.
 */
export class RecordedPolicies implements Origins {
  readonly #options: RecordedPoliciesOptions
  readonly #past: PastPolicies
  readonly #ruling: RulingPolicies
  readonly #order = new PolicyOrder()
  readonly #places: PolicyPlaces = {
    placeOf: named => this.#past.placeOf(named),
    lastPlaceOf: named => this.#past.lastPlaceOf(named)
  }
  readonly #notes: LedgerNote[] = []
  readonly #noted = new Set<string>()

  /** @param blobs what reads the clone. */
  constructor(options: RecordedPoliciesOptions, blobs: Pick<BlobReader, 'read'> = blobsOf(options.directory)) {
    this.#options = options
    this.#past = new PastPolicies({
      ...(options.delivery === undefined ? {} : { products: trustRulesOf(options.delivery).products }),
      blobs,
      readSizes: async expressions => readSizes(options.directory, expressions),
      readBranch: async () => readDefaultBranch(options)
    })
    const { delivery } = options
    const names = (): BranchNames => ({ names: this.#past.names, former: delivery?.ledger.formerBranches ?? [] })
    this.#ruling = new RulingPolicies(this.#past, names, delivery)
  }

  /** What nobody compared of gates, and of who may write: policies that could not be looked at, and the default branch, each with the first record that it is of. */
  get notes(): readonly LedgerNote[] {
    return this.#notes
  }

  /** Whether only the default branch may write by some policy that was looked at, and the clone does not tell which that is. */
  get lacksBranch(): boolean {
    return this.#noted.has(BRANCH)
  }

  /** Judges the gate of a plan or intent that was looked at. @returns what is wrong. */
  readonly judgeGate = (record: Gated): string | undefined => faultOf(record, this.#ruling.of(record))

  /** Judges how old the policy of a record is that was looked at, and remembers it: of each once, in their order. @returns what is wrong. */
  readonly judgeAge = (record: LedgerRecord): string | undefined => this.#order.judgeNext(record, this.#places)

  /** Judges whom an adoption or a repair asked. @returns what is wrong. */
  readonly judgeConsent = (record: Consented): string | undefined => consentFault(record, this.#ruling.of(record))

  /** The order of the environments by the policy that a record names; `undefined` where that cannot be looked at. */
  readonly orderOf = (record: LedgerRecord): readonly string[] | undefined => this.#ruling.orderOf(record)

  /** @see Origins */
  problemOf(record: LedgerRecord, commit?: string): string | undefined {
    return this.#ruling.problemOf(record, origins => findOriginProblem(record, commit, origins))
  }

  /** @see Origins */
  doubtOf(record: LedgerRecord): OriginDoubt | undefined {
    return this.#ruling.doubtOf(record)
  }

  /** Looks at the policies that some records name. */
  async look(records: readonly LedgerRecord[]): Promise<void> {
    await this.#past.look(records.flatMap(({ policy }) => (policy === undefined ? [] : [policy])))
    for (const record of records) {
      const { policy, sequence, run } = record
      const found = this.#ruling.of(record)
      if (policy !== undefined && found?.kind === 'unknown') {
        const which = `the policy ${policy.path} at commit ${policy.commit}`
        this.#note(
          `${which} ${policy.digest}`,
          sequence,
          `it names ${which}, ${found.why}: gates, and where records come from, cannot be compared with it`
        )
      } else if (this.#goesByName(found?.kind === 'policy' ? found.policy : this.#options.delivery))
        this.#note(
          BRANCH,
          sequence,
          `only runs of the default branch may write, and this clone does not tell which that is: neither the ref of this record (${run.ref}) nor those of others can be compared with it. To tell the clone: ${TELL_BRANCH}`
        )
    }
  }

  /** Whether a policy lets in the default branch, and the clone does not tell which that is. */
  #goesByName(policy: Delivery | undefined): boolean {
    return policy?.deliverFrom.length === 0 && this.#past.names.length === 0
  }

  /** Notes what could not be compared, with the first record that it is of. */
  #note(about: string, sequence: number, note: string): void {
    if (this.#noted.has(about)) return
    this.#noted.add(about)
    this.#notes.push({ path: recordPath(sequence), sequence, note })
  }
}

function faultOf(record: Gated, it: PastPolicy | undefined): string | undefined {
  const { event, environment = '', policy: named, protection } = record
  if (named === undefined || it === undefined)
    return `${event} for ${environment} without naming the policy that it was ruled by`
  // Where the policy is not what the record says, that is told of the record.
  if (it.kind !== 'policy') return undefined
  const configured = it.policy.environments.find(({ name }) => name === environment)
  if (configured === undefined)
    return `${event} for ${environment}, which its policy (commit ${named.commit}) does not name`
  return protection === undefined ? undefined : gateFault(record, protection, { policy: it.policy, configured })
}

/** Whom an adoption or a repair asked: nobody knows that of one which does not say it. */
function consentFault({ event, policy: named, protection }: Consented, it: PastPolicy | undefined): string | undefined {
  if (named === undefined || it === undefined) return `${event} without naming the policy that it was ruled by`
  const guardian = it.kind === 'policy' ? guardianOf(it.policy.environments) : undefined
  if (it.kind !== 'policy' || guardian === undefined) return undefined
  const { name } = guardian
  if (protection === undefined)
    return `${event} without saying how the gate of ${name} was protected, whose reviewers decide by its policy (commit ${named.commit})`
  return gateFault({ event, environment: name }, protection, { policy: it.policy, configured: guardian })
}

function gateFault(
  { event, environment = '' }: Pick<LedgerRecord, 'environment' | 'event'>,
  protection: Protection,
  { policy, configured }: { readonly policy: Delivery; readonly configured: Environment }
): string | undefined {
  const { gate, level, allowAdminBypass, secondPerson } = configured
  const verdict = evaluateProtection(protection, {
    environment,
    gate,
    level,
    allowAdminBypass,
    secondPerson,
    deliveryRefs: deliveryRefPatterns(policy, defaultBranchOf(protection.refs))
  })
  if (!verdict.allowed) return `${event} under a policy that does not let it: ${verdict.reason}`
  if (verdict.protection.secondPerson !== protection.secondPerson)
    return `${event} for ${environment} without saying that no second person is asked`
  return undefined
}

/** A policy without `deliverFrom` delivers from the default branch, whose name of then is told by the gate alone. */
function defaultBranchOf(refs: readonly string[]): string {
  const [only = ''] = refs
  return only.replace(/^refs\/heads\//, '')
}
