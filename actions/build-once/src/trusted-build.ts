import type { Digest } from '@sluice/core'
import type { Unit } from '@sluice/delivery'
import { judgeBuild, type Pipeline, storedBuilds } from '@sluice/pipeline'

/** What is known of a unit at a fingerprint. */
export interface UnitState {
  readonly unit: Unit
  readonly fingerprint: Digest
  /** Digest that may be adopted: in the ops registry, and vouched for by signed records from a delivery ref. */
  readonly trusted: Digest | undefined
  /** Sequence of the record that adopted it; absent: it was built by Sluice. */
  readonly adopted?: number
  /** Why there is none, for people. */
  readonly reason: string
}

/** What builds are looked up with. */
export type LookUp = Pick<Pipeline, 'bundles' | 'defaultBranch' | 'history' | 'policy' | 'registry'>

/**
 * Looks a fingerprint up in the ops registry and its digests in the ledger (promise 2). The records decide which digest counts: one that
 * was put there without them, by whoever may tag, is passed over.
 */
export async function findTrustedBuild(pipeline: LookUp, unit: Unit, fingerprint: Digest): Promise<UnitState> {
  let reason = 'never built'
  for await (const { digest } of storedBuilds(pipeline, unit, fingerprint, 'pull')) {
    if (digest === undefined) break
    const judgement = await judgeBuild(pipeline, { unit, fingerprint, digest })
    if (judgement.trusted) {
      const { run, adopted } = judgement
      return adopted === undefined
        ? { unit, fingerprint, trusted: digest, reason: `built in run ${run}` }
        : { unit, fingerprint, trusted: digest, adopted, reason: `adopted by record ${adopted}` }
    }
    reason = judgement.reason
  }
  return { unit, fingerprint, trusted: undefined, reason }
}
