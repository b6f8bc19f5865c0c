import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { deliveryRefPatterns, isDeliveryRef, originsUnder, requireDeliveryRef } from '../src/index.ts'

describe('isDeliveryRef', () => {
  it.each<[string, readonly string[], string, boolean]>([
    ['the default branch', [], 'refs/heads/main', true],
    ['another branch', [], 'refs/heads/feature', false],
    ['a tag named like the default branch', [], 'refs/tags/main', false],
    ['a branch that is listed', ['stable'], 'refs/heads/stable', true],
    ['the default branch when others are listed', ['stable'], 'refs/heads/main', false],
    ['a branch under a star', ['release/*'], 'refs/heads/release/1.2', true],
    ['a branch deeper than a star', ['release/*'], 'refs/heads/release/1/2', false],
    ['a branch as deep as there are stars', ['release/*/*'], 'refs/heads/release/1/2', true],
    ['a branch less deep than there are stars', ['release/*/*'], 'refs/heads/release/1', false],
    ['a branch deeper than stars without a slash between them', ['release/**'], 'refs/heads/release/1/2', false],
    ['a branch that only ends alike', ['release/*'], 'refs/heads/my-release/1', false],
    ['a dot that is any character elsewhere', ['v1.0'], 'refs/heads/v1x0', false],
    ['a tag that is listed in full', ['refs/tags/v*'], 'refs/tags/v1.0.0', true],
    ['a tag that is none of those under a star', ['refs/tags/v*'], 'refs/tags/x1', false],
    ['a tag named like a listed branch', ['release/*'], 'refs/tags/release/1', false],
    ['a branch that a star would have to be nothing for', ['release*'], 'refs/heads/release', true],
    ['a branch with stars on both sides of a slash', ['*/hotfix/*'], 'refs/heads/eu/hotfix/1', true],
    ['a branch that lacks what follows the stars', ['release/*/*/done'], 'refs/heads/release/1/2/open', false],
    ['a branch with what follows the stars', ['release/*/*/done'], 'refs/heads/release/1/2/done', true],
    ['a star in the name of a ref', ['release/1'], 'refs/heads/release/*', false],
    ['a pull request', ['*'], 'refs/pull/1/merge', false]
  ])('%s', (_, deliverFrom, ref, expected) => {
    expect(isDeliveryRef({ deliverFrom }, ref, 'main')).toBe(expected)
  })
})

describe('a record of a run', () => {
  const branches = { names: ['main'], former: [{ name: 'master', until: 7 }] }

  it.each<[string, readonly string[], string, number, boolean]>([
    ['of the default branch', [], 'refs/heads/main', 8, true],
    ['of another branch', [], 'refs/heads/evil', 8, false],
    ['of a former default branch, the last one', [], 'refs/heads/master', 7, true],
    ['of a branch that somebody gave the former name again', [], 'refs/heads/master', 8, false],
    ['of a branch that was listed', ['stable'], 'refs/heads/stable', 8, true],
    ['of the default branch where others were listed', ['stable'], 'refs/heads/main', 7, false],
    ['of a former default branch where others were listed', ['stable'], 'refs/heads/master', 7, false]
  ])('%s', (_, deliverFrom, ref, sequence, expected) => {
    expect(originsUnder({ deliverFrom }, branches).isDeliveryRef({ ref, sequence })).toBe(expected)
  })

  it('is judged by the refs that are listed, also where nobody knows how the default branch is called', () => {
    const { isDeliveryRef: may } = originsUnder({ deliverFrom: ['stable'] }, { names: [] })

    expect(may({ ref: 'refs/heads/stable', sequence: 1 })).toBe(true)
    expect(may({ ref: 'refs/heads/evil', sequence: 1 })).toBe(false)
  })

  it('is not judged by its ref where the default branch alone counts, and nobody knows how that is called', () => {
    expect(originsUnder({ deliverFrom: [] }, { names: [] }).isDeliveryRef({ ref: 'refs/heads/any', sequence: 1 })).toBe(
      true
    )
  })

  it('is judged by the commits of Sluice that are listed, if any are', () => {
    const sluice = { repository: 'sluice-dev/sluice', commits: ['a'.repeat(40)] }

    expect(originsUnder({ deliverFrom: [], sluice }, branches).commits).toEqual(sluice.commits)
    expect(originsUnder({ deliverFrom: [] }, branches)).not.toHaveProperty('commits')
  })
})

describe('a pattern', () => {
  it('takes no time that grows with the ways to read it', () => {
    const ref = `refs/heads/${'a'.repeat(240)}b`
    const before = process.cpuUsage().user

    expect(isDeliveryRef({ deliverFrom: ['*a'.repeat(40)] }, ref, 'main')).toBe(false)
    expect(isDeliveryRef({ deliverFrom: [`${'*a'.repeat(40)}b`] }, ref, 'main')).toBe(true)

    expect(process.cpuUsage().user - before).toBeLessThan(1_000_000)
  })
})

describe('delivery refs', () => {
  it('are the default branch, or what deliverFrom says, each in full', () => {
    expect(deliveryRefPatterns({ deliverFrom: [] }, 'main')).toEqual(['refs/heads/main'])
    expect(deliveryRefPatterns({ deliverFrom: ['release/*', 'refs/tags/v*'] }, 'main')).toEqual([
      'refs/heads/release/*',
      'refs/tags/v*'
    ])
  })

  it.each([
    [[], 'Delivery refs: main.'],
    [['stable', 'release/*'], 'Delivery refs: stable, release/*.']
  ])('of deliverFrom %j are named when another one is refused', (deliverFrom, words) => {
    const attempt = (ref: string) => () => requireDeliveryRef({ deliverFrom }, ref, 'main')

    expect(attempt('refs/heads/topic')).toThrow(UserError)
    expect(attempt('refs/heads/topic')).toThrow(
      `refs/heads/topic is not a delivery ref, so nothing is delivered from it. ${words} Merge first, or add it to deliverFrom in delivery.yml on main.`
    )
    expect(attempt(`refs/heads/${deliverFrom[0] === undefined ? 'main' : 'stable'}`)).not.toThrow()
  })
})
