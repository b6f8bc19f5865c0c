import { environmentTag, previousTag } from '@sluice/core'

/** A hundred years, in days. */
const FOREVER = 36_500

/**
 * What is kept, each by a rule of its own: ECR takes several patterns of one rule to mean that an image must have a tag for each of them
 * ("Lifecycle policy properties"). Beside what is deployed and was before, all builds and release documents: only the ledger knows which
 * of them were accepted, and any of these may be gone back to.
 */
const KEPT: readonly (readonly [string, string])[] = [
  [environmentTag('*'), 'Keeps what is deployed'],
  [previousTag('*'), 'Keeps what was deployed before'],
  ['src-*', 'Keeps what was built: accepted releases are made of it'],
  ['r-*', 'Keeps release documents']
]

/** A lifecycle policy, as ECR takes it. */
export interface LifecyclePolicy {
  readonly rules: readonly LifecycleRule[]
}

export interface LifecycleRule {
  readonly rulePriority: number
  readonly description: string
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any'
    readonly tagPatternList?: readonly string[]
    readonly countType: 'imageCountMoreThan' | 'sinceImagePushed'
    readonly countUnit?: 'days'
    readonly countNumber: number
  }
  readonly action: { readonly type: 'expire' }
}

/**
 * The lifecycle rules of a new repository. ECR has no rule that only keeps; but what matches the tags of a rule is not expired by any rule
 * after it ("How lifecycle policies work"). So each of these would expire in a hundred years, and rules that a platform team adds after
 * them, or a tool that gives each repository without rules some, take nothing that Sluice needs.
 */
export const LIFECYCLE: LifecyclePolicy = {
  rules: KEPT.map(([pattern, description], at) => ({
    rulePriority: at + 1,
    description,
    selection: {
      tagStatus: 'tagged',
      tagPatternList: [pattern],
      countType: 'sinceImagePushed',
      countUnit: 'days',
      countNumber: FOREVER
    },
    action: { type: 'expire' }
  }))
}
