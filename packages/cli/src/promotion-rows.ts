import type { LedgerRecord, Promotion } from '@sluice/core'

/** How a release came to an environment, and why, where whoever promoted it said so. @param started the intent of its deployment. */
export function promotionOf(started: LedgerRecord | undefined): Promotion | undefined {
  return started?.event === 'started' ? started.detail?.promotion : undefined
}

/** The same as rows; none for a release that went forward, and of which nothing more is said. */
export function promotionRows(started: LedgerRecord | undefined): readonly (readonly [string, string])[] {
  const { kind = 'release', reason } = promotionOf(started) ?? {}
  if (kind === 'release' && reason === undefined) return []
  return [['as', reason === undefined ? `a ${kind}` : `a ${kind}: ${JSON.stringify(reason)}`]]
}
