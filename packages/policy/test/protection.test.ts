import { describe, expect, it } from '@jest/globals'
import type { Protection } from '@sluice/core'
import { decodeProtection, evaluateProtection } from '../src/index.ts'
import { publishedExample } from './published.ts'

const ENVIRONMENT = '/repos/{owner}/{repo}/environments/{environment_name}'

const SOUND: Protection = {
  environment: 'production',
  reviewers: ['approver', 'team:release-managers'],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'protected'
}

describe('decodeProtection', () => {
  it("reads GitHub's published example", () => {
    const protection = decodeProtection(
      publishedExample(ENVIRONMENT),
      publishedExample(`${ENVIRONMENT}/deployment-branch-policies`)
    )

    expect(protection).toEqual({
      environment: 'staging',
      reviewers: ['octocat', 'team:justice-league'],
      preventSelfReview: false,
      adminBypass: true,
      branchPolicy: 'custom'
    })
  })

  it('reads a sound gate', () => {
    const reviewers = [
      { type: 'Team', reviewer: { slug: 'release-managers' } },
      { type: 'User', reviewer: { login: 'approver' } }
    ]

    const protection = decodeProtection({
      name: 'production',
      can_admins_bypass: false,
      protection_rules: [
        { type: 'branch_policy' },
        { type: 'required_reviewers', prevent_self_review: true, reviewers }
      ],
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false }
    })

    expect(protection).toEqual(SOUND)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['an object without a name', { protection_rules: [] }]
  ])('takes %s for no environment', (_, answer) => {
    expect(decodeProtection(answer)).toBeUndefined()
  })

  it.each([
    ['absent', {}],
    ['no list', { protection_rules: 'none' }],
    ['of other kinds', { protection_rules: [{ type: 'wait_timer', wait_timer: 30 }, null] }],
    [
      'of other kinds, whoever they name',
      {
        protection_rules: [
          { type: 'custom', prevent_self_review: true, reviewers: [{ type: 'User', reviewer: { login: 'approver' } }] }
        ]
      }
    ],
    ['without reviewers', { protection_rules: [{ type: 'required_reviewers' }] }],
    [
      'with reviewers that have no name',
      {
        protection_rules: [
          {
            type: 'required_reviewers',
            reviewers: [
              { type: 'User' },
              { type: 'User', reviewer: null },
              { type: 'User', reviewer: { login: 7 } },
              { type: 'Team', reviewer: 'release-managers' },
              { type: 'Team', reviewer: { login: 'a' } },
              { type: 'Team', reviewer: { slug: 7 } },
              { type: 'User', reviewer: { slug: 'b' } }
            ]
          }
        ]
      }
    ]
  ])('finds no reviewers in rules that are %s', (_, rules) => {
    // Strictly: one reviewer without a name would be somebody to whoever counts them.
    expect(decodeProtection({ name: 'production', ...rules })).toStrictEqual({
      environment: 'production',
      reviewers: [],
      preventSelfReview: false,
      adminBypass: true,
      branchPolicy: 'none'
    })
  })

  it.each([
    ['protected branches', { protected_branches: true, custom_branch_policies: false }, undefined, 'protected'],
    ['no policy', null, undefined, 'none'],
    ['a policy of neither kind', { protected_branches: false, custom_branch_policies: false }, undefined, 'none'],
    [
      'patterns that were not asked for',
      { protected_branches: false, custom_branch_policies: true },
      undefined,
      'custom'
    ],
    ['patterns of delivery refs', { custom_branch_policies: true }, ['main', 'release/*'], 'custom'],
    ['no pattern, which lets nothing through', { custom_branch_policies: true }, [], 'custom'],
    ['a pattern for every branch', { custom_branch_policies: true }, ['main', '*'], 'none'],
    ['a pattern for everything', { custom_branch_policies: true }, ['**'], 'none'],
    ['a pattern for everything below everything', { custom_branch_policies: true }, ['**/*'], 'none'],
    ['a pattern for everything with a slash', { custom_branch_policies: true }, ['*/**'], 'none'],
    ['a pattern that is no text', { custom_branch_policies: true }, [['*']], 'custom']
  ])('reads %s', (_, policy, patterns, expected) => {
    const policies = patterns && {
      total_count: patterns.length,
      branch_policies: patterns.map(name => ({ name, type: 'branch' }))
    }

    const protection = decodeProtection({ name: 'production', deployment_branch_policy: policy }, policies)

    expect(protection?.branchPolicy).toBe(expected)
  })
})

describe('evaluateProtection', () => {
  const expected = { environment: 'production', allowAdminBypass: false }

  it('allows a gate with reviewers, a branch policy and no way around', () => {
    expect(evaluateProtection(SOUND, expected)).toEqual({ allowed: true, protection: SOUND })
  })

  it('allows a gate whose name GitHub writes in other letters', () => {
    expect(evaluateProtection({ ...SOUND, environment: 'Production' }, expected).allowed).toBe(true)
  })

  it('allows an admin bypass that delivery.yml allows', () => {
    const verdict = evaluateProtection({ ...SOUND, adminBypass: true }, { ...expected, allowAdminBypass: true })

    expect(verdict.allowed).toBe(true)
  })

  it.each([
    [
      'a missing environment',
      undefined,
      /there is no GitHub Environment production\./,
      /Create it under Settings > Environments/
    ],
    [
      'another environment',
      { ...SOUND, environment: 'staging' },
      /returned the environment staging instead/,
      /Re-run the job/
    ],
    [
      'no reviewers',
      { ...SOUND, reviewers: [] },
      /open: it has no required reviewers\./,
      /Environments > production: add required reviewers/
    ],
    [
      'no branch policy',
      { ...SOUND, branchPolicy: 'none' as const },
      /open: every branch may deploy to it\./,
      /restrict deployment branches/
    ],
    [
      'an admin bypass',
      { ...SOUND, adminBypass: true },
      /open: administrators can bypass it\./,
      /`adminBypass: allow`/
    ],
    [
      'everything at once',
      { ...SOUND, reviewers: [], branchPolicy: 'none' as const, adminBypass: true },
      /no required reviewers; every branch may deploy to it; administrators can bypass it\./,
      /add required reviewers .*; restrict .*; turn off/
    ]
  ])('refuses %s, with the remedy', (_, protection, reason, remedy) => {
    const verdict = evaluateProtection(protection, expected)

    expect(verdict).toEqual({
      allowed: false,
      outcome: 'failed',
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(remedy)
    })
    expect(verdict).toMatchObject({ reason: expect.stringContaining('production') })
  })
})
