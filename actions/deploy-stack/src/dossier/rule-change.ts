import type { Delivery } from '@sluice/delivery'

/** What rules a delivery: the policy of the default branch, and what the delivered commit says of its own checks. */
export interface Rules {
  /** delivery.yml of the default branch: gates, accounts, keys. */
  readonly policy: Delivery
  /** delivery.yml of the release's commit: tests, acceptance checks, runbooks. */
  readonly committed: Delivery
}

/** One rule that is another one than it was. */
export interface RuleChange {
  /** Where delivery.yml says it. */
  readonly what: string
  /** Absent: nothing said so. */
  readonly before?: string
  readonly now?: string
  /** Whether the new rule asks for less than the old one, or allows more. */
  readonly weaker: boolean
}
