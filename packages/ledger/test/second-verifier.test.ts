import { describe, expect, it } from '@jest/globals'
import { ATTACKS, vouchedCell } from './attack-table.ts'
import { judged, POWERS, worldOf } from './attacked-ledgers.ts'

describe('the second verifier', () => {
  it.each([false, true])('finds nothing wrong with an honest ledger either, vouched: %s', async vouched => {
    const { commits, rules } = await worldOf({ power: 'no key', vouched })

    expect(await judged(commits, rules)).toEqual([[], []])
  })
})

describe('both verifiers, of an attack on a ledger', () => {
  const cells = ATTACKS.flatMap(attack =>
    POWERS.flatMap(power => [
      { attack, power, vouched: false, expected: attack.signed[power] },
      { attack, power, vouched: true, expected: vouchedCell(attack, power) }
    ])
  )

  it.each(cells)(
    '$attack.name ($power, vouched: $vouched): $expected',
    async ({ attack, power, vouched, expected }) => {
      const world = await worldOf({ power, vouched })

      const [own, other] = await judged(await attack.make(world), world.rules)

      const wanted = expected === 'detected'
      expect({ detected: [(own ?? []).length > 0, (other ?? []).length > 0], own, other }).toEqual({
        detected: [wanted, wanted],
        own,
        other
      })
    }
  )
})
