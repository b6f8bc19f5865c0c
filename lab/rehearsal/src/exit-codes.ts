import type { Delivery } from '@sluice/delivery'
import type { Delivered } from './deliver.ts'
import type { Proof } from './prove.ts'

/** How a rehearsal ends. */
export const EXIT = {
  proven: 0,
  failed: 1,
  usage: 2,
  rejected: 3,
  mismatch: 4,
  interrupted: 130
} as const

/** The exit code that a delivery and what was read afterwards amount to. */
export function judge(
  delivered: Delivered,
  proof: Proof,
  world: { readonly delivery: Delivery; readonly github: { readonly defects: readonly string[] } }
): number {
  if (proof.mismatches.length > 0 || !proof.ledger.verified || world.github.defects.length > 0) return EXIT.mismatch
  if (delivered.records.some(record => record.event === 'rejected')) return EXIT.rejected
  return delivered.exitCode === 0 && wentAllTheWay(delivered, proof, world.delivery) ? EXIT.proven : EXIT.failed
}

/** Whether every environment accepted the release, and every unit has one digest in all of them: nothing proven is not a proof. */
function wentAllTheWay(delivered: Delivered, proof: Proof, { environments, units }: Delivery): boolean {
  const accepted = environments.every(({ name }) => {
    const last = delivered.records.findLast(record => record.environment === name)
    return last?.event === 'accepted' || (last?.event === 'unchanged' && last.detail?.['acceptedBy'] !== undefined)
  })
  return (
    accepted &&
    units.every(unit => {
      const digests = environments.map(
        ({ name }) => proof.rows.find(row => row.environment === name && row.unit === unit.name)?.stack
      )
      return digests[0] !== undefined && digests.every(digest => digest === digests[0])
    })
  )
}
