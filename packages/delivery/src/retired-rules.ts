import { stackName } from '@sluice/core'
import type { Note } from './note.ts'
import type { DeliveryFile } from './schema.ts'

/** What is retired is not delivered, and what is deleted is the stack of no unit that is: `prod` with `eu-api` and `prod-eu` with `api` have one name. */
export function checkRetired({ product, environments, units, retired }: DeliveryFile, note: Note): void {
  const delivered = new Map(
    environments.flatMap(({ name }) =>
      Object.keys(units).map(unit => [
        stackName(product, name, unit),
        `the stack of unit ${unit} in environment ${name}`
      ])
    )
  )
  for (const [unit, fate] of Object.entries(retired)) {
    if (Object.hasOwn(units, unit)) {
      note(['retired', unit], `the unit ${unit}`, 'it is delivered still: remove it here, or from units', 'key')
      continue
    }
    const others = environments.flatMap(({ name }) => delivered.get(stackName(product, name, unit)) ?? [])
    const [other] = fate === 'delete' ? others : []
    if (other === undefined) continue
    const allowed = `its stack would be ${other}, which is delivered: write ${unit}: keep`
    note(['retired', unit], `${unit}: delete`, allowed)
  }
}
