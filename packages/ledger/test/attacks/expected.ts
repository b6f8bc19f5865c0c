import { readFileSync } from 'node:fs'
import type { Kind } from './honest.ts'
import type { Power } from './world.ts'

/** How a ledger is read: of which kind it is, and by whom. */
export type Column = `${Kind} ${'offline' | 'known' | 'live'}` | `anchored ${'offline' | 'live'}`

/** What docs/threat-model.md says of each attack. */
interface ExpectedAttack {
  readonly name: string
  /** Columns in which it cannot be tried. */
  readonly untried?: readonly Column[]
  /** Why it is not detected, by whom, and where; anywhere else it is. */
  readonly undetected: Readonly<Record<string, Readonly<Partial<Record<Power, readonly Column[]>>>>>
}

interface ExpectedTable {
  readonly powers: Readonly<Record<Power, string>>
  readonly columns: Readonly<Record<Column, string>>
  readonly reasons: Readonly<Record<string, string>>
  readonly attacks: readonly ExpectedAttack[]
}

const FILE = new URL('../../../../test/ledger-spec/attacks.json', import.meta.url)

/** The table of docs/threat-model.md, which is generated from the same file. */
export const TABLE: ExpectedTable = JSON.parse(readFileSync(FILE, 'utf8'))

/** Whether an attack is detected, or why it is not. */
export function expectedOf(name: string, power: Power, column: Column): string {
  const attack = TABLE.attacks.find(it => it.name === name)
  if (attack === undefined) throw new Error(`test/ledger-spec/attacks.json says nothing of "${name}".`)
  const found = Object.entries(attack.undetected).find(([, where]) => where[power]?.includes(column) === true)
  return found === undefined ? 'detected' : `not detectable: ${found[0]}`
}
