import { describe, expect, it } from '@jest/globals'
import {
  type DecidingRef,
  decodeBranchRules,
  decodeBranchStanding,
  decodeTagStanding,
  evaluateRefs,
  MOST_RULES
} from '../src/index.ts'
import { publishedExample } from './published.ts'

describe('a branch', () => {
  it("is open in GitHub's published example", () => {
    expect(decodeBranchStanding(publishedExample('/repos/{owner}/{repo}/branches/{branch}'))).toBe('open')
  })

  it.each([
    ['protected by a rule', { protected: true }, 'protected'],
    ['protected by none', { protected: false }, 'open'],
    ['said to be by a text', { protected: 'true' }, 'open'],
    ['not there', undefined, 'gone']
  ])('%s is just that', (_, answer, standing) => {
    expect(decodeBranchStanding(answer)).toBe(standing)
  })
})

describe('a branch of which more is asked', () => {
  const [byRulesets, byClassic] = [
    { protected: true, protection: { enabled: false } },
    { protected: true, protection: { enabled: true } }
  ]

  it.each([
    ['rules that demand review', byRulesets, 'reviewed', 'protected'],
    ['rules that keep its history', byRulesets, 'kept', 'unreviewed'],
    ['rules that keep nothing', byRulesets, 'idle', 'idle'],
    ['rules that cannot be seen', byRulesets, 'unseen', 'unseen'],
    ['a classic rule besides', byClassic, 'idle', 'unseen'],
    ['a classic rule besides others', byClassic, 'kept', 'unseen'],
    ['protection of which GitHub does not tell the kind', { protected: true }, 'idle', 'unseen'],
    ['no rule', { protected: false, protection: { enabled: false } }, 'idle', 'open'],
    ['nothing left', undefined, 'kept', 'gone']
  ] as const)('with %s stands so', (_, answer, rules, standing) => {
    expect(decodeBranchStanding(answer, rules)).toBe(standing)
  })
})

describe('the rules of a branch', () => {
  const review = (count: unknown): object => ({
    type: 'pull_request',
    parameters: { required_approving_review_count: count }
  })
  const named = { type: 'branch_name_pattern', parameters: { operator: 'regex', pattern: '^main$' } }

  it("demand no review in GitHub's published example", () => {
    const example = publishedExample('/repos/{owner}/{repo}/rules/branches/{branch}') as readonly object[]

    expect(example).toHaveLength(2)
    expect(decodeBranchRules(example)).toBe('idle')
  })

  it.each([
    ['an approval', [named, review(1)], 'reviewed'],
    ['two approvals', [review(2)], 'reviewed'],
    ['leave to update', [{ type: 'update' }], 'reviewed'],
    ['a pull request without an approval', [review(0)], 'kept'],
    ['a pull request, and say no more', [{ type: 'pull_request' }], 'kept'],
    ['that history stays', [{ type: 'deletion' }, { type: 'non_fast_forward' }], 'kept'],
    ['names alone', [named], 'idle'],
    ['that it is not deleted', [{ type: 'deletion' }], 'idle'],
    ['nothing', [], 'idle'],
    ['what the token may not see', undefined, 'unseen'],
    ['more than GitHub tells at once', Array(MOST_RULES).fill(named), 'unseen'],
    ['as much, of which one is review', [...Array(MOST_RULES - 1).fill(named), review(1)], 'reviewed']
  ])('demand %s', (_, answer, rules) => {
    expect(decodeBranchRules(answer)).toBe(rules)
  })
})

describe('a tag', () => {
  const withRules = (...types: readonly string[]): unknown => ({ rules: { nodes: types.map(type => ({ type })) } })

  it.each([
    ['whose creation and update are restricted', withRules('DELETION', 'UPDATE', 'CREATION'), 'protected'],
    ['that anyone may create', withRules('UPDATE', 'DELETION'), 'open'],
    ['that anyone may move forward', withRules('CREATION', 'NON_FAST_FORWARD', 'DELETION'), 'open'],
    ['without a rule', withRules(), 'open'],
    ['whose rules GitHub does not show', { rules: null }, 'open'],
    ['that is not there', null, 'gone']
  ])('%s is judged by that', (_, ref, standing) => {
    expect(decodeTagStanding(ref)).toBe(standing)
  })
})

describe('refs that decide', () => {
  const ref = (name: string, standing: DecidingRef['standing']): DecidingRef => ({ ref: name, standing })
  const main = ref('refs/heads/main', 'open')
  const tag = ref('refs/tags/v1', 'open')

  it('are allowed where they are protected', () => {
    expect(evaluateRefs([ref('refs/heads/main', 'protected')], ['production'])).toEqual({ allowed: true })
  })

  it.each<[string, DecidingRef, readonly ('development' | 'preproduction')[], RegExp]>([
    [
      'a branch, where nothing but development depends on it',
      main,
      ['development'],
      /^main is not protected on GitHub: .* Add a branch ruleset/
    ],
    [
      'a tag, where production does not depend on it',
      tag,
      ['preproduction'],
      /^The tag v1 cannot be shown .* Add a tag ruleset/
    ]
  ])('are warned of: %s', (_, it, levels, warning) => {
    expect(evaluateRefs([it], levels)).toEqual({ allowed: true, warning: expect.stringMatching(warning) })
  })

  it.each<[string, readonly DecidingRef[], 'preproduction' | 'production', RegExp, RegExp]>([
    [
      'branches, before production',
      [main, ref('refs/heads/release/1', 'open')],
      'preproduction',
      /^main and release\/1 are not protected on GitHub: whoever may push to them/,
      /Settings > Rules > Rulesets .*private repositories need GitHub Pro, Team or Enterprise/
    ],
    [
      'a tag, in production',
      [tag],
      'production',
      /^The tag v1 cannot be shown to be protected: no ruleset/,
      /restricts creations and updates/
    ],
    [
      'a branch that was deleted',
      [ref('refs/heads/release/1', 'gone')],
      'production',
      /^release\/1 is not on GitHub any more/,
      /^Restore the branch, or deliver from one that is there\.$/
    ],
    [
      'several branches that were deleted',
      [ref('refs/heads/release/1', 'gone'), ref('refs/heads/refs/heads/2', 'gone')],
      'production',
      /^release\/1 and refs\/heads\/2 are not on GitHub any more/,
      /^Restore the branch/
    ],
    [
      'a tag whose name looks like a ref',
      [ref('refs/tags/refs/tags/v1', 'gone')],
      'production',
      /^The tag refs\/tags\/v1 is not/,
      /^Restore the tag/
    ],
    [
      'a tag that was deleted',
      [ref('refs/tags/v1', 'gone')],
      'production',
      /^The tag v1 is not on GitHub any more/,
      /^Restore the tag/
    ]
  ])('are refused: %s', (_, refs, level, reason, remedy) => {
    expect(evaluateRefs(refs, ['development', level])).toEqual({
      allowed: false,
      outcome: 'failed',
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(remedy)
    })
  })

  it('are not taken for protected in production where rules only look at names', () => {
    const idle = ref('refs/heads/main', 'idle')

    expect(evaluateRefs([idle], ['development', 'production'])).toEqual({
      allowed: false,
      outcome: 'failed',
      reason: expect.stringMatching(/^The rules of main on GitHub keep no one from rewriting it: no ruleset requires/),
      remedy: expect.stringMatching(/"Require a pull request before merging".*"Block force pushes".*Settings > Rules/)
    })
    expect(evaluateRefs([idle, ref('refs/heads/release/1', 'idle')], ['preproduction'])).toEqual({
      allowed: true,
      warning: expect.stringMatching(/^The rules of main and release\/1 on GitHub keep no one from rewriting them:/)
    })
  })

  it('may take changes without review, which is warned of: a gate may ask someone', () => {
    const [one, two] = [ref('refs/heads/main', 'unreviewed'), ref('refs/heads/release/1', 'unreviewed')]

    expect(evaluateRefs([one], ['production'])).toEqual({
      allowed: true,
      warning: expect.stringMatching(/^main takes changes that no one has approved: .* with one required approval/)
    })
    expect(evaluateRefs([one, two], ['production'])).toMatchObject({
      warning: expect.stringMatching(/^main and release\/1 take changes/)
    })
  })

  it('are not refused for what the token cannot see: it is told what is assumed', () => {
    const [one, two] = [ref('refs/heads/main', 'unseen'), ref('refs/heads/release/1', 'unseen')]

    expect(evaluateRefs([one], ['production'])).toEqual({
      allowed: true,
      note: expect.stringMatching(
        /^main is protected on GitHub, but .* It is assumed .* push to it .* Settings > Branches/
      )
    })
    expect(evaluateRefs([one, two], ['production'])).toMatchObject({
      note: expect.stringMatching(/^main and release\/1 are protected on GitHub, .* push to them/)
    })
  })

  it('are all told of at once', () => {
    expect(evaluateRefs([main, tag], ['production'])).toMatchObject({
      reason: expect.stringMatching(/^main is not protected .* The tag v1 cannot be shown/)
    })
  })
})
