import { describe, expect, it } from '@jest/globals'
import { type DecidingRef, decodeBranchStanding, decodeTagStanding, evaluateRefs } from '../src/index.ts'
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

  it('are all told of at once', () => {
    expect(evaluateRefs([main, tag], ['production'])).toMatchObject({
      reason: expect.stringMatching(/^main is not protected .* The tag v1 cannot be shown/)
    })
  })
})
