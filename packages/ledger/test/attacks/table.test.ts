import { describe, expect, it } from '@jest/globals'
import { namesOfAttacks } from './describe-attacks.ts'
import { TABLE } from './expected.ts'
import { ATTACKS } from './table.ts'
import { POWERS } from './world.ts'

describe('the table of attacks in docs/threat-model.md', () => {
  it('tells of every attack that is tried, and of no other', () => {
    const { tried, told } = namesOfAttacks()

    expect(told).toEqual(tried)
  })

  it('tells of every attacker', () => {
    expect(Object.keys(TABLE.powers)).toEqual([...POWERS])
  })

  it('leaves out the cells alone that nobody can try', () => {
    const untried = TABLE.attacks.map(({ name, untried = [] }) => [name, untried.length > 0])

    expect(untried).toEqual(ATTACKS.map(({ name, on }) => [name, on !== undefined]))
  })

  it('gives a reason that it explains for each attack that is not detected', () => {
    const reasons = new Set(TABLE.attacks.flatMap(({ undetected }) => Object.keys(undetected)))

    expect([...reasons].filter(reason => !Object.hasOwn(TABLE.reasons, reason))).toEqual([])
  })
})
