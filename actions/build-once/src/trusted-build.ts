import { type Digest, sourceTag, unitRepository } from '@sluice/core'
import { isDeliveryRef, type Unit } from '@sluice/delivery'
import type { Pipeline } from '@sluice/pipeline'

/** What is known of a unit at a fingerprint. */
export interface UnitState {
  readonly unit: Unit
  readonly fingerprint: Digest
  /** Digest that may be adopted: in the ops registry, and with a signed `built` record from a delivery ref. */
  readonly trusted: Digest | undefined
  /** Why there is none, for people. */
  readonly reason: string
}

/** What builds are looked up with. */
export type LookUp = Pick<Pipeline, 'bundles' | 'defaultBranch' | 'history' | 'policy' | 'registry'>

/** Looks a fingerprint up in the ops registry and its digest in the ledger (promise 2). */
export async function findTrustedBuild(pipeline: LookUp, unit: Unit, fingerprint: Digest): Promise<UnitState> {
  const digest = await storedDigest(pipeline, unit, fingerprint)
  if (digest === undefined) return { unit, fingerprint, trusted: undefined, reason: 'never built' }
  const record = await pipeline.history.find(
    it =>
      it.event === 'built' &&
      it.unit?.name === unit.name &&
      it.unit.fingerprint === fingerprint &&
      it.unit.digest === digest &&
      isDeliveryRef(pipeline.policy, it.run.ref, pipeline.defaultBranch)
  )
  if (record === undefined)
    return {
      unit,
      fingerprint,
      trusted: undefined,
      reason: 'in the registry, but the ledger holds no signed record of its build'
    }
  return { unit, fingerprint, trusted: digest, reason: `built in run ${record.run.id}` }
}

/** The digest that the ops registry holds for a fingerprint, trusted or not. */
async function storedDigest(
  pipeline: Pick<Pipeline, 'bundles' | 'policy' | 'registry'>,
  unit: Unit,
  fingerprint: Digest
): Promise<Digest | undefined> {
  if (unit.kind === 'bundle') return pipeline.bundles('pull').resolve(unit.name, fingerprint)
  const found = await pipeline
    .registry('pull')
    .resolve(unitRepository(pipeline.policy.product, unit.name), sourceTag(fingerprint))
  return found?.digest
}
