import { UserError } from '@sluice/core'
import type { Delivery, FormerBranch } from './delivery.ts'
import { matchesRef } from './ref-pattern.ts'

/**
 * Whether releases may be created from a ref.
 * @param ref in full, e.g. `refs/heads/main`: a tag named like a branch must not pass for it.
 * @param defaultBranch counts when delivery.yml has no `deliverFrom`.
 */
export function isDeliveryRef(delivery: Pick<Delivery, 'deliverFrom'>, ref: string, defaultBranch: string): boolean {
  return deliveryRefPatterns(delivery, defaultBranch).some(pattern => matchesRef(pattern, ref))
}

/** @throws UserError when nothing may be delivered from a ref; see {@link isDeliveryRef}. */
export function requireDeliveryRef(delivery: Pick<Delivery, 'deliverFrom'>, ref: string, defaultBranch: string): void {
  if (isDeliveryRef(delivery, ref, defaultBranch)) return
  const allowed = delivery.deliverFrom.length === 0 ? defaultBranch : delivery.deliverFrom.join(', ')
  throw new UserError(
    `${ref} is not a delivery ref, so nothing is delivered from it. Delivery refs: ${allowed}. Merge first, or add it to deliverFrom in delivery.yml on ${defaultBranch}.`
  )
}

/** A run that wrote a record, and which one. */
export interface RecordedRun {
  readonly ref: string
  readonly sequence: number
}

/** How the default branch is called, and was. */
export interface BranchNames {
  readonly names: readonly string[]
  readonly former?: readonly FormerBranch[]
}

/**
 * Whether a record may come from a run of a ref, by the policy that was in force then: the default branch may have had another name. That counts up to
 * a record only: once the branch is called otherwise, whoever may push can make one of the old name.
 */
export function wasDeliveryRef(
  delivery: Pick<Delivery, 'deliverFrom'>,
  { ref, sequence }: RecordedRun,
  { names, former = [] }: BranchNames
): boolean {
  // Where delivery.yml names the refs, the default branch's name says nothing.
  if (delivery.deliverFrom.length > 0) return isDeliveryRef(delivery, ref, '')
  const then = former.filter(({ until }) => sequence <= until).map(({ name }) => name)
  return [...names, ...then].some(name => isDeliveryRef(delivery, ref, name))
}

/** From where the records may come that were made under a policy. */
export interface RecordOrigins {
  isDeliveryRef(run: RecordedRun): boolean
  /** The commits of Sluice that may write; absent: any. */
  readonly commits?: readonly string[]
}

/**
 * From where records may come by the words of one delivery.yml.
 * @param branches how the default branch is called, which the policy in force and the reader know. Who has no name of it cannot tell which run was of
 * another branch.
 */
export function originsUnder(
  { deliverFrom, sluice }: Pick<Delivery, 'deliverFrom' | 'sluice'>,
  branches: BranchNames
): RecordOrigins {
  const isUnknown = deliverFrom.length === 0 && branches.names.length === 0
  return {
    isDeliveryRef: run => isUnknown || wasDeliveryRef({ deliverFrom }, run, branches),
    ...(sluice === undefined ? {} : { commits: sluice.commits })
  }
}

/** The refs that releases may be created from, in full; `*` stands for anything up to a slash. */
export function deliveryRefPatterns(
  { deliverFrom }: Pick<Delivery, 'deliverFrom'>,
  defaultBranch: string
): readonly string[] {
  if (deliverFrom.length === 0) return [`refs/heads/${defaultBranch}`]
  return deliverFrom.map(pattern => (pattern.startsWith('refs/') ? pattern : `refs/heads/${pattern}`))
}
