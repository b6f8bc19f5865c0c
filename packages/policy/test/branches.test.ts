import { describe, expect, it } from '@jest/globals'
import { decodeBranchProtection, evaluateBranches } from '../src/index.ts'
import { publishedExample } from './published.ts'

describe('decodeBranchProtection', () => {
  it("reads GitHub's published example", () => {
    expect(decodeBranchProtection(publishedExample('/repos/{owner}/{repo}/branches/{branch}'))).toBe(false)
  })

  it('takes a branch that a rule protects for protected', () => {
    expect(decodeBranchProtection({ protected: true })).toBe(true)
  })

  it.each([
    ['a branch that no rule protects', { protected: false }],
    ['a text', { protected: 'true' }],
    ['no branch', undefined]
  ])('takes %s for unprotected', (_, answer) => {
    expect(decodeBranchProtection(answer)).toBe(false)
  })
})

describe('evaluateBranches', () => {
  it('allows branches that are protected', () => {
    expect(evaluateBranches([], ['production'])).toEqual({ allowed: true })
  })

  it('warns where nothing but development depends on them', () => {
    expect(evaluateBranches(['main'], ['development'])).toEqual({
      allowed: true,
      warning: expect.stringMatching(/^main is not protected on GitHub: .* Add a branch ruleset/)
    })
  })

  it.each(['preproduction', 'production'] as const)('refuses to deliver to %s from them', level => {
    expect(evaluateBranches(['main', 'release/1'], ['development', level])).toEqual({
      allowed: false,
      outcome: 'failed',
      reason: expect.stringMatching(/^main and release\/1 are not protected on GitHub: whoever may push to them/),
      remedy: expect.stringContaining('Settings > Rules > Rulesets')
    })
  })
})
