/** How one release's commit stands to another's: *newer* (`ahead`) means that the other is an ancestor (promise 8). */
export type Relation = 'ahead' | 'behind' | 'identical' | 'diverged'

/** How a release relates to what is deployed, as the one who promotes it says. */
export const PROMOTION_KINDS = ['release', 'rollback', 'hotfix'] as const
export type PromotionKind = (typeof PROMOTION_KINDS)[number]
