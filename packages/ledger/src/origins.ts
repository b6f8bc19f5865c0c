import type { LedgerRecord } from '@sluice/core'

/**
 * From where a record may come, by the delivery.yml that it names: of which refs the run, and of which commits the Sluice. Who has only a branch of the
 * product gets tokens of GitHub, too, for workflows of their own: what they say is true, and no word of the product.
 */
export interface Origins {
  /** Reads what the answers about some records rest on. */
  look(records: readonly LedgerRecord[]): Promise<void>
  /**
   * Why a record that was looked at does not come from where it may; `undefined` when it does, and when nobody can tell.
   * @param commit of the Sluice that ran, as GitHub says; absent: nobody says it.
   */
  problemOf(record: LedgerRecord, commit?: string): string | undefined
  /**
   * Why it is in doubt that the policy of a record was ever in force; `undefined`: it is not, or was not, or nobody can tell. That alone makes no record wrong: a repair may leave
   * it out as long as Sluice has not gone on from it.
   */
  doubtOf?(record: LedgerRecord): OriginDoubt | undefined
  /** The environments of the policy that a record names, in their order; `undefined`: nobody can tell. */
  orderOf?(record: LedgerRecord): readonly string[] | undefined
}

/** A doubt about a policy. */
export interface OriginDoubt {
  readonly problem: string
  /** Whether the policy's commit is nowhere to be found: it may have been there when Sluice anchored the record. */
  readonly isAbsent: boolean
}

/** Policies, as far as they say from where records come. */
export interface OriginPolicy {
  /** Whether a record may come from a run of a ref. */
  isDeliveryRef(run: { readonly ref: string; readonly sequence: number }): boolean
  /** The commits of Sluice that may write; absent: any. */
  readonly commits?: readonly string[]
}

/** What is said of a run of a ref from which nothing is delivered. */
export const NO_DELIVERY_REF = 'which is none of the delivery refs'

/** Compares a record with a policy. @param commit see {@link Origins.problemOf}. */
export function findOriginProblem(
  { run: { ref }, sequence }: LedgerRecord,
  commit: string | undefined,
  { isDeliveryRef, commits }: OriginPolicy
): string | undefined {
  if (!isDeliveryRef({ ref, sequence }))
    return `it was written by a run of ${ref}, ${NO_DELIVERY_REF}. If that was the default branch until it was renamed, list it in ledger.formerBranches of delivery.yml`
  if (commit === undefined || commits === undefined || commits.includes(commit)) return undefined
  return `GitHub says that commit ${commit} of Sluice wrote it, which is none that delivery.yml named then (sluice.commits)`
}
