import { code, type Release, type ReleasedUnit } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { line } from './clip.ts'

/** A unit that Sluice did not build, by the word of whoever adopted it. */
export interface Adoption {
  readonly unit: string
  readonly sequence: number
  /** Absent: the ledger does not hold the record that the release names. */
  readonly told?: { readonly by: string; readonly reason: string; readonly checked: string }
}

/** The units of a release that were adopted. Of others the ledger is not asked. */
export async function readAdoptions(
  { history }: Pick<Pipeline, 'history'>,
  { units }: Pick<Release, 'units'>
): Promise<readonly Adoption[]> {
  const adopted = Object.entries(units).filter(([, unit]) => unit.adopted !== undefined)
  return Promise.all(adopted.map(async ([name, unit]) => adoptionOf(history, name, unit)))
}

async function adoptionOf(
  history: Pick<Pipeline['history'], 'build'>,
  unit: string,
  { digest, fingerprint, adopted: sequence = 0 }: ReleasedUnit
): Promise<Adoption> {
  const record = await history.build('adopted', unit, fingerprint, digest)
  if (record?.event !== 'adopted') return { unit, sequence }
  const { reason = '', checked = '' } = record.detail ?? {}
  return { unit, sequence: record.sequence, told: { by: record.actor.login, reason, checked } }
}

/** What Sluice did not build is nothing that it can vouch for: the approver reads whose word it is. */
export function adoptionWarning({ unit, sequence, told }: Adoption): string {
  if (told === undefined)
    return `${code(unit)} was not built by Sluice: record ${sequence} is said to have adopted it, but the ledger does not hold it.`
  return `${code(unit)} was not built by Sluice: ${line(told.by)} adopted it (record ${sequence}). Reason: ${line(told.reason)}. Checked: ${line(told.checked)}.`
}
