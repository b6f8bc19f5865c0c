import type { Digest } from './digest.ts'

/** What becomes of a resource whose stack is deleted, by its `DeletionPolicy`. */
export type Fate = 'delete' | 'retain' | 'snapshot'

/** A resource of a stack that a plan deletes. */
export interface RetiredResource {
  /** Its name in the template; that of a nested stack before those in it: `Network/Vpc`. */
  readonly logicalId: string
  readonly type: string
  readonly physicalId: string
  readonly becomes: Fate
}

/** The stack of a unit that is delivered no more, and that a plan deletes: all that is deleted with it, as it is when the plan is made. */
export interface RetiredStack {
  readonly unit: string
  readonly stack: string
  readonly region: string
  /** Its ARN: another stack of the same name has another one. */
  readonly id: string
  /** Digest of the live template's text. */
  readonly template: Digest
  /** Those of nested stacks included, sorted by logical id. */
  readonly resources: readonly RetiredResource[]
}
