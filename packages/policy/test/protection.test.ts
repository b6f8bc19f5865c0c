import { describe, expect, it } from '@jest/globals'
import type { Protection } from '@sluice/core'
import { decodeProtection, type ExpectedGate, evaluateProtection, evaluateSameGate } from '../src/index.ts'
import { publishedExample } from './published.ts'

const ENVIRONMENT = '/repos/{owner}/{repo}/environments/{environment_name}'

const APPROVER = { type: 'User', id: '8', name: 'approver' } as const
const TEAM = { type: 'Team', id: '5', name: 'release-managers' } as const

const SOUND: Protection = {
  id: 501,
  environment: 'production',
  reviewers: [TEAM, APPROVER],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main', 'refs/tags/v*']
}

describe('decodeProtection', () => {
  it("reads GitHub's published example", () => {
    const protection = decodeProtection(
      publishedExample(ENVIRONMENT),
      publishedExample(`${ENVIRONMENT}/deployment-branch-policies`)
    )

    expect(protection).toEqual({
      id: 161088068,
      environment: 'staging',
      reviewers: [
        { type: 'Team', id: '1', name: 'justice-league' },
        { type: 'User', id: '1', name: 'octocat' }
      ],
      preventSelfReview: false,
      adminBypass: true,
      branchPolicy: 'custom',
      refs: ['refs/heads/main', 'refs/heads/release/*']
    })
  })

  it('reads a sound gate', () => {
    const reviewers = [
      { type: 'User', reviewer: { id: 8, login: 'approver' } },
      { type: 'Team', reviewer: { id: 5, slug: 'release-managers' } },
      { type: 'User', reviewer: { id: 8, login: 'approver' } }
    ]

    const protection = decodeProtection(
      {
        id: 501,
        name: 'production',
        can_admins_bypass: false,
        protection_rules: [
          { type: 'branch_policy' },
          { type: 'required_reviewers', prevent_self_review: true, reviewers }
        ],
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true }
      },
      {
        branch_policies: [
          { name: 'v*', type: 'tag' },
          { name: 'main', type: 'branch' }
        ]
      }
    )

    expect(protection).toEqual(SOUND)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['an object without a name', { id: 501, protection_rules: [] }],
    ['an object without an id', { name: 'production', protection_rules: [] }]
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
    ['without reviewers', { protection_rules: [{ type: 'required_reviewers' }] }]
  ])('finds no reviewers in rules that are %s', (_, rules) => {
    // Strictly: one reviewer without a name would be somebody to whoever counts them.
    expect(decodeProtection({ id: 501, name: 'production', ...rules })).toStrictEqual({
      id: 501,
      environment: 'production',
      reviewers: [],
      preventSelfReview: false,
      adminBypass: true,
      branchPolicy: 'none',
      refs: []
    })
  })

  it('names reviewers in one order, whatever that of GitHub is', () => {
    const reviewers = ['c', 'a', 'b'].map((login, id) => ({ type: 'User', reviewer: { id, login } }))
    const protection_rules = [{ type: 'required_reviewers', reviewers }]

    expect(decodeProtection({ id: 501, name: 'production', protection_rules })?.reviewers.map(it => it.name)).toEqual([
      'a',
      'b',
      'c'
    ])
  })

  it('counts reviewers of whom GitHub does not say who', () => {
    const reviewers = [
      { type: 'User' },
      { type: 'User', reviewer: null },
      { type: 'User', reviewer: { login: 7 } },
      { type: 'Team', reviewer: 'release-managers' },
      { type: 'Team', reviewer: null },
      { type: 'Team', reviewer: { slug: 7 } },
      { type: 'User', reviewer: { slug: 'b' } },
      { type: 'User', reviewer: { login: 'of no id' } }
    ]

    const protection = decodeProtection({
      id: 501,
      name: 'production',
      protection_rules: [{ type: 'required_reviewers', reviewers }]
    })

    expect(protection).toMatchObject({ reviewers: [], unseenReviewers: 8 })
  })

  it.each([
    ['protected branches', { protected_branches: true, custom_branch_policies: false }, 'protected', []],
    ['no policy', null, 'none', []],
    ['a policy of neither kind', { protected_branches: false, custom_branch_policies: false }, 'none', []],
    ['patterns', { custom_branch_policies: true }, 'custom', ['refs/heads/main', 'refs/heads/old', 'refs/tags/main']]
  ])('reads %s, and tells branches from tags', (_, policy, branchPolicy, refs) => {
    const policies = [
      { name: 'main', type: 'tag' },
      { name: 'old' },
      { name: 'main', type: 'branch' },
      { name: 'main', type: 'branch' }
    ]

    const protection = decodeProtection(
      { id: 501, name: 'production', deployment_branch_policy: policy },
      { total_count: policies.length, branch_policies: policies }
    )

    expect(protection).toMatchObject({ branchPolicy, refs })
  })

  it('finds no ref in patterns that were not told', () => {
    const environment = { id: 501, name: 'production', deployment_branch_policy: { custom_branch_policies: true } }

    expect(decodeProtection(environment)).toMatchObject({ branchPolicy: 'custom', refs: [] })
  })
})

const EXPECTED: ExpectedGate = {
  environment: 'production',
  gate: 'approval',
  level: 'production',
  allowAdminBypass: false,
  deliveryRefs: ['refs/heads/main', 'refs/tags/v*']
}

describe('evaluateProtection', () => {
  it('allows a gate with reviewers, the delivery refs alone and no way around', () => {
    expect(evaluateProtection(SOUND, EXPECTED)).toEqual({ allowed: true, protection: SOUND })
  })

  it('allows an admin bypass that delivery.yml allows', () => {
    const verdict = evaluateProtection({ ...SOUND, adminBypass: true }, { ...EXPECTED, allowAdminBypass: true })

    expect(verdict.allowed).toBe(true)
  })

  it.each([
    ['continuous', {}],
    ['dispatch', { level: 'preproduction' }],
    ['dispatch', { level: 'production', secondPerson: 'none' }]
  ] as const)('allows a gate that asks nobody where it is %s (%j)', (gate, expected) => {
    // GitHub's own defaults: where nobody is asked there is nothing to bypass.
    const open = { ...SOUND, reviewers: [], preventSelfReview: false, adminBypass: true }

    expect(evaluateProtection(open, { ...EXPECTED, gate, ...expected }).allowed).toBe(true)
  })

  it('says nothing of a second person where delivery.yml says nothing', () => {
    const open = { ...SOUND, reviewers: [] }

    expect(evaluateProtection(open, { ...EXPECTED, gate: 'dispatch', level: 'preproduction' })).toEqual({
      allowed: true,
      protection: open
    })
  })

  it.each([
    [
      'approval',
      'Create it under Settings > Environments: restrict "Deployment branches and tags" to selected ones, exactly: branch main, tag v*; with required reviewers and "Prevent self-review", and without admin bypass (private repositories need GitHub Enterprise for that).'
    ],
    [
      'continuous',
      'Create it under Settings > Environments: restrict "Deployment branches and tags" to selected ones, exactly: branch main, tag v* (private repositories need GitHub Pro, Team or Enterprise for that).'
    ]
  ] as const)('says what to create for a gate of kind %s', (gate, remedy) => {
    expect(evaluateProtection(undefined, { ...EXPECTED, gate })).toMatchObject({ remedy })
  })

  it.each([
    ['approval', 'add required reviewers (private repositories need GitHub Enterprise for that).'],
    [
      'dispatch',
      'add required reviewers (private repositories need GitHub Enterprise for that), or set `secondPerson: none` for this environment in delivery.yml.'
    ]
  ] as const)('says how to repair a gate of kind %s without reviewers', (gate, remedy) => {
    expect(evaluateProtection({ ...SOUND, reviewers: [] }, { ...EXPECTED, gate })).toMatchObject({
      remedy: `Under Settings > Environments > production: ${remedy}`
    })
  })

  it.each([
    [{ reviewers: [APPROVER] }, 'production: remove the required reviewers.'],
    [{ reviewers: [], unseenReviewers: 1 }, 'production: remove the required reviewers.']
  ])('has a continuous gate ask no one (%j)', (changes, remedy) => {
    expect(evaluateProtection({ ...SOUND, ...changes }, { ...EXPECTED, gate: 'continuous' })).toMatchObject({
      allowed: false,
      remedy: expect.stringContaining(remedy)
    })
  })

  it('asks no one at a dispatch gate without reviewers, but does not take reviewers that it cannot see for none', () => {
    const unseen = { ...SOUND, reviewers: [], unseenReviewers: 2 }

    expect(evaluateProtection(unseen, { ...EXPECTED, gate: 'dispatch', secondPerson: 'none' })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('GitHub names none of its reviewers')
    })
    expect(evaluateProtection(unseen, EXPECTED)).toMatchObject({
      reason: expect.not.stringContaining('no required reviewers')
    })
  })

  it.each([
    [{ refs: ['refs/heads/a', 'refs/heads/b'] }, 'refs/heads/a, refs/heads/b may deploy to it'],
    [{ refs: [] }, 'refs/heads/main, refs/tags/v* may not deploy to it']
  ])('names each ref that is wrong (%j)', (changes, reason) => {
    expect(evaluateProtection({ ...SOUND, ...changes }, EXPECTED)).toMatchObject({
      reason: expect.stringContaining(reason)
    })
  })

  it('says of production without a second person that it is meant so', () => {
    const alone = evaluateProtection(
      { ...SOUND, reviewers: [] },
      { ...EXPECTED, gate: 'dispatch', secondPerson: 'none' }
    )
    const asked = evaluateProtection(SOUND, { ...EXPECTED, gate: 'dispatch', secondPerson: 'none' })

    expect(alone).toMatchObject({ allowed: true, protection: { secondPerson: 'none' } })
    expect(asked).toEqual({ allowed: true, protection: SOUND })
  })

  it.each([
    [
      'a missing environment',
      undefined,
      /there is no GitHub Environment production\./,
      /Create it .*branch main, tag v\*/
    ],
    [
      'another environment',
      { ...SOUND, environment: 'staging' },
      /returned the environment staging instead/,
      /one name/
    ],
    [
      'an environment whose name has other letters, which AWS would tell apart',
      { ...SOUND, environment: 'Production' },
      /returned the environment Production instead/,
      /letter by letter/
    ],
    [
      'no reviewers',
      { ...SOUND, reviewers: [] },
      /open: it has no required reviewers\.$/,
      /Environments > production: add required reviewers/
    ],
    [
      'no branch policy',
      { ...SOUND, branchPolicy: 'none' as const },
      /open: every branch may deploy to it\./,
      /exactly: branch main, tag v\*/
    ],
    [
      'protected branches, which are all while none is protected',
      { ...SOUND, branchPolicy: 'protected' as const },
      /"Protected branches only" lets every branch deploy while none is protected/,
      /exactly: branch main, tag v\*/
    ],
    [
      'a delivery ref that may not deploy',
      { ...SOUND, refs: ['refs/heads/main'] },
      /refs\/tags\/v\* may not deploy to it/,
      /restrict/
    ],
    [
      'a branch that is named like the pattern of tags',
      { ...SOUND, refs: ['refs/heads/main', 'refs/heads/v*'] },
      /refs\/heads\/v\* may deploy to it, which delivery\.yml does not name/,
      /restrict/
    ],
    [
      'an admin bypass',
      { ...SOUND, adminBypass: true },
      /open: administrators can bypass it\./,
      /`adminBypass: allow`/
    ],
    [
      'self-review',
      { ...SOUND, preventSelfReview: false },
      /open: who starts a delivery may approve it themselves\./,
      /turn on "Prevent self-review"/
    ],
    [
      'reviewers of whom GitHub names none',
      { ...SOUND, reviewers: [], unseenReviewers: 1 },
      /open: GitHub names none of its reviewers: a team that was deleted, or that the token of this job may not see\./,
      /name reviewers that are there/
    ],
    [
      'everything at once',
      { ...SOUND, reviewers: [], branchPolicy: 'none' as const, adminBypass: true },
      /every branch may deploy to it; it has no required reviewers; administrators can bypass it\./,
      /restrict .*; add required reviewers .*; turn off/
    ]
  ])('refuses %s, with the remedy', (_, protection, reason, remedy) => {
    const verdict = evaluateProtection(protection, EXPECTED)

    expect(verdict).toEqual({
      allowed: false,
      outcome: 'failed',
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(remedy)
    })
    expect(verdict).toMatchObject({ reason: expect.stringContaining('production') })
  })

  it.each(['*', '**', '**/*', '*/**', '?*', '*?', 'f*', 'feature/*', '*/*', '[a-z]*', 'mai[n]', '{main,evil}', 'Main'])(
    'refuses the branch pattern %s at every gate',
    pattern => {
      const protection = { ...SOUND, reviewers: [], refs: ['refs/heads/main', `refs/heads/${pattern}`] }
      for (const gate of ['continuous', 'dispatch', 'approval'] as const) {
        const expected = { ...EXPECTED, gate, secondPerson: 'none', deliveryRefs: ['refs/heads/main'] } as const
        const verdict = evaluateProtection(protection, expected)

        expect(verdict).toMatchObject({ allowed: false, reason: expect.stringContaining(`refs/heads/${pattern} may`) })
      }
    }
  )

  it('refuses a pattern that GitHub reads otherwise, also where delivery.yml has it', () => {
    const refs = ['refs/heads/release/[0-9]']

    expect(evaluateProtection({ ...SOUND, refs }, { ...EXPECTED, deliveryRefs: refs })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('means more to GitHub than to delivery.yml')
    })
  })

  it.each([
    ['continuous', 'that is missing', undefined, 'there is no GitHub Environment'],
    ['continuous', 'that every branch may deploy to', { branchPolicy: 'none' }, 'every branch may deploy'],
    ['continuous', 'whose reviewers would see no plan', {}, 'it has reviewers, though a continuous gate asks no one'],
    ['dispatch', 'that is missing', undefined, 'there is no GitHub Environment'],
    ['dispatch', 'that every branch may deploy to', { branchPolicy: 'none' }, 'every branch may deploy'],
    ['dispatch', 'of production without a second person', { reviewers: [] }, 'though it is production'],
    ['dispatch', 'whose reviewers may be the one who starts', { preventSelfReview: false }, 'approve it themselves']
  ] as const)('refuses a gate of kind %s %s', (gate, _, changes, reason) => {
    const protection = changes === undefined ? undefined : { ...SOUND, ...changes }

    expect(evaluateProtection(protection, { ...EXPECTED, gate })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining(reason)
    })
  })
})

describe('evaluateSameGate', () => {
  const MALLORY = { type: 'User', id: '66', name: 'mallory' } as const

  it('allows the gate that the plan was made for, also when a reviewer has another name by now', () => {
    const now = { ...SOUND, reviewers: [{ ...APPROVER, name: 'renamed' }, TEAM] }

    expect(evaluateSameGate('production', SOUND, now)).toEqual({ allowed: true })
  })

  it.each([
    ['somebody became a reviewer', { reviewers: [TEAM, APPROVER, MALLORY] }, 'mallory became a reviewer.'],
    ['a reviewer was taken away', { reviewers: [TEAM] }, 'approver is a reviewer no longer.'],
    [
      'a user took the place of a team with the same number',
      { reviewers: [APPROVER, { ...TEAM, type: 'User' }] },
      'release-managers became a reviewer; release-managers is a reviewer no longer.'
    ],
    ['it was made again under its name', { id: 502 }, 'the GitHub Environment was deleted and made again.'],
    ['self-review was switched', { preventSelfReview: false }, '"Prevent self-review" was switched.'],
    ['the admin bypass was switched', { adminBypass: true }, 'the admin bypass was switched.'],
    ['other refs may deploy', { refs: ['refs/heads/main'] }, 'its deployment branches changed.']
  ] as const)('refuses a gate of which %s since', (_, changes, reason) => {
    expect(evaluateSameGate('production', SOUND, { ...SOUND, ...changes })).toMatchObject({
      allowed: false,
      outcome: 'failed',
      reason: expect.stringMatching(new RegExp(`^The gate of production is not the one .*: ${reason}$`)),
      remedy: expect.stringContaining('re-run all jobs')
    })
  })

  it('refuses a plan that does not say what gate it was made for', () => {
    expect(evaluateSameGate('production', undefined, SOUND)).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('how it was protected then was not recorded')
    })
  })
})
