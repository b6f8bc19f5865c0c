import type { PolicyFile } from '@sluice/core'
import type { Delivery } from './delivery.ts'
import { type BranchNames, originsUnder, type RecordedRun, type RecordOrigins } from './delivery-refs.ts'
import { beganAtPolicy, type PastPolicies } from './past-policies.ts'
import { doubtOf, type PastPolicy } from './past-policy.ts'

/** A record, as far as it says what ruled it. */
interface RuledRecord extends Pick<RecordedRun, 'sequence'> {
  readonly policy?: PolicyFile
  readonly run: { readonly ref: string; readonly workflowSha: string }
}

/** Judges records by the policies that they name, as far as these were looked at: whoever verifies and whoever repairs must come to the same. */
export class RulingPolicies {
  readonly #past: Pick<PastPolicies, 'of'>
  readonly #branches: () => BranchNames
  readonly #now: Delivery | undefined

  /**
   * @param branches how the default branch is called, and was, as far as that is known by now.
   * @param now what rules a record that names no policy.
   */
  constructor(past: Pick<PastPolicies, 'of'>, branches: () => BranchNames, now: Delivery | undefined) {
    this.#past = past
    this.#branches = branches
    this.#now = now
  }

  /** What is known of the policy that a record names; `undefined`: it names none. */
  of(record: RuledRecord): PastPolicy | undefined {
    const { policy } = record
    return policy === undefined ? undefined : this.#past.of(policy, beganAtPolicy(record, this.#branches()))
  }

  /** The environments of the policy that a record names, in their order; `undefined`: nobody can tell. */
  orderOf(record: RuledRecord): readonly string[] | undefined {
    const found = this.of(record)
    return found?.kind === 'policy' ? found.policy.environments.map(({ name }) => name) : undefined
  }

  /** @see doubtOf */
  doubtOf(record: RuledRecord): ReturnType<typeof doubtOf> {
    return doubtOf(record, this.of(record))
  }

  /**
   * Why a record does not come from where its policy says; `undefined` when it does, and when nobody can tell.
   * @param find compares it with what a policy says.
   */
  problemOf(record: RuledRecord, find: (origins: RecordOrigins) => string | undefined): string | undefined {
    const found = this.of(record)
    if (found?.kind === 'unknown') return undefined
    if (found?.kind === 'other') return found.fault
    const policy = found?.policy ?? this.#now
    return policy && find(originsUnder(policy, this.#branches()))
  }
}
