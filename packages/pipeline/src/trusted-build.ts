import { type Digest, type LedgerRecord, sourceTag, UserError, unitRepository } from '@sluice/core'
import { buildOf, isDeliveryRef, type Unit } from '@sluice/delivery'
import type { Pipeline } from './pipeline.ts'

/** A unit at a fingerprint, and a digest that the ops registry names for it. */
export interface StoredBuild {
  readonly unit: Unit
  readonly fingerprint: Digest
  readonly digest: Digest
}

/** Whether a build may be delivered; if not, why, for people. */
export type Judgement =
  | {
      readonly trusted: true
      readonly run: string
      /** Sequence of the record that adopted it; absent: it was built by Sluice. */
      readonly adopted?: number
    }
  | { readonly trusted: false; readonly reason: string }

/** What builds are judged by. */
type Judges = Pick<Pipeline, 'defaultBranch' | 'history' | 'policy'>

/**
 * How many names one fingerprint may have. Each that holds a build which no record vouches for costs one more question; so many were put
 * there by someone.
 */
export const PLACES = 100

/** The digests that the ops registry names for a fingerprint, each with its place; the first place without one ends it. */
export async function* storedBuilds(
  pipeline: Pick<Pipeline, 'bundles' | 'policy' | 'registry'>,
  unit: Unit,
  fingerprint: Digest,
  purpose: 'pull' | 'push'
): AsyncGenerator<{ readonly place: number; readonly digest: Digest | undefined }> {
  const named =
    unit.kind === 'bundle'
      ? async (place: number) => pipeline.bundles(purpose).resolve(unit.name, fingerprint, place)
      : async (place: number) => {
          const repository = unitRepository(pipeline.policy.product, unit.name)
          return (await pipeline.registry(purpose).resolve(repository, sourceTag(fingerprint, place)))?.digest
        }
  for (let place = 0; place < PLACES; place += 1) {
    const digest = await named(place)
    yield { place, digest }
    if (digest === undefined) return
  }
  throw new UserError(
    `Unit ${unit.name} has ${PLACES} builds of ${fingerprint} in the ops registry, and no record of the ledger vouches for any. Someone put them there: find out who may push, and delete the tags ${sourceTag(fingerprint)} and ${sourceTag(fingerprint, 1)} to ${sourceTag(fingerprint, PLACES - 1)}.`
  )
}

/**
 * Decides by the ledger whether a build may be delivered (promise 2): it was recorded on a delivery ref, in a sandbox where delivery.yml
 * demands one now, and its tests passed if the unit has any now. What is in the registry proves nothing of this. Where there is no such record of
 * the build, a person's word may stand in for it, which someone else agreed to: it was adopted. Nobody's word stands in for tests, nor for the
 * sandbox of a build that is on record without one.
 */
export async function judgeBuild({ history, ...by }: Judges, build: StoredBuild): Promise<Judgement> {
  const { unit, fingerprint, digest } = build
  await history.prepare(
    (['built', 'tested', 'adopted'] as const).map(event => ['product', [event, unit.name, fingerprint, digest]])
  )
  const judgement = await judgeRecords({ history, ...by }, build)
  if (judgement.trusted) return judgement
  const adopted = deliverable(await history.build('adopted', unit.name, fingerprint, digest), by)
  if (adopted === undefined || (await isUnconfined({ history, ...by }, build))) return judgement
  return (await isTested({ history, ...by }, build))
    ? { trusted: true, run: adopted.run.id, adopted: adopted.sequence }
    : { trusted: false, reason: 'adopted without the tests that delivery.yml names now' }
}

/** Whether a record says of a build that it was made without the sandbox that delivery.yml demands now. */
export async function isUnconfined(
  { history, policy }: Pick<Judges, 'history' | 'policy'>,
  { unit, fingerprint, digest }: StoredBuild
): Promise<boolean> {
  const built = await history.build('built', unit.name, fingerprint, digest)
  return built !== undefined && !isConfined(built, unit, policy)
}

/** Whether the tests of a build passed, as a record of a delivery ref says; also where its unit has none. */
export async function isTested(
  { history, ...by }: Judges,
  { unit, fingerprint, digest }: StoredBuild
): Promise<boolean> {
  if (buildOf(unit)?.test === undefined) return true
  return deliverable(await history.build('tested', unit.name, fingerprint, digest), by) !== undefined
}

async function judgeRecords({ history, ...by }: Judges, build: StoredBuild): Promise<Judgement> {
  const { unit, fingerprint, digest } = build
  const built = deliverable(await history.build('built', unit.name, fingerprint, digest), by)
  if (built === undefined)
    return { trusted: false, reason: 'in the registry, but the ledger holds no signed record of its build' }
  if (!isConfined(built, unit, by.policy))
    return { trusted: false, reason: 'built without a sandbox, which delivery.yml demands now' }
  if (!(await isTested({ history, ...by }, build)))
    return { trusted: false, reason: 'built without the tests that delivery.yml names now' }
  return { trusted: true, run: built.run.id }
}

/** A record, if it is of a delivery ref. */
function deliverable(
  record: LedgerRecord | undefined,
  { policy, defaultBranch }: Omit<Judges, 'history'>
): LedgerRecord | undefined {
  return record !== undefined && isDeliveryRef(policy, record.run.ref, defaultBranch) ? record : undefined
}

function isConfined({ detail }: LedgerRecord, unit: Unit, policy: Judges['policy']): boolean {
  if (buildOf(unit) === undefined || policy.builds.sandbox === 'none') return true
  return (detail as Readonly<Record<string, unknown>> | undefined)?.['sandbox'] === true
}
