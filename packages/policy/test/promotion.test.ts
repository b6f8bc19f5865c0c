import { describe, expect, it } from '@jest/globals'
import { type LedgerEvent, type LedgerRecord, parseDraft, type Statement, sha256 } from '@sluice/core'
import { evaluatePromotion, type PromotionRequest } from '../src/index.ts'

const RELEASE = { digest: sha256('release'), commit: 'a'.repeat(40) }
const OTHER = { digest: sha256('another release'), commit: 'b'.repeat(40) }
const START = Date.parse('2026-01-01T00:00:00Z')
const MINUTE = 60_000

type Line = readonly [
  LedgerEvent,
  string?,
  (Partial<Statement> & { readonly sequence?: number; readonly ofNoRelease?: boolean })?
]

/** Records oldest first, one a minute, as `event environment [release]`; given back newest first. */
function history(...lines: readonly Line[]): readonly LedgerRecord[] {
  return lines
    .map(
      ([event, environment, { sequence, ofNoRelease = false, ...members } = {}], n): LedgerRecord => ({
        version: 2,
        state: { section: sha256('section'), ledger: sha256('ledger') },
        sequence: sequence ?? n + 1,
        time: new Date(START + n * MINUTE).toISOString(),
        ...parseDraft({
          product: 'storefront',
          event,
          ...(environment === undefined ? {} : { environment }),
          ...(ofNoRelease ? {} : { release: RELEASE }),
          actor: { id: '7', login: 'author' },
          run: {
            repository: '1',
            id: '1',
            attempt: 1,
            job: 'record',
            ref: 'main',
            workflow: '',
            workflowSha: '',
            runner: ''
          },
          ...members
        })
      })
    )
    .reverse()
}

function request(members: Partial<PromotionRequest> = {}): PromotionRequest {
  return {
    release: RELEASE,
    environment: 'production',
    previous: 'staging',
    kind: 'release',
    records: history(['released'], ['deployed', 'staging'], ['accepted', 'staging']),
    relation: 'ahead',
    soak: 0,
    now: START + 60 * MINUTE,
    ...members
  }
}

describe('evaluatePromotion', () => {
  it('allows a release that was accepted in the environment before, and names the record', () => {
    expect(evaluatePromotion(request())).toMatchObject({
      allowed: true,
      acceptance: { sequence: 3, event: 'accepted' }
    })
  })

  it('asks nothing of a release that enters the first environment', () => {
    const first = request({
      environment: 'integration',
      previous: undefined,
      relation: undefined,
      records: history(['released'])
    })

    expect(evaluatePromotion(first)).toEqual({ allowed: true })
  })

  it.each<[string, Partial<PromotionRequest>]>([
    ['where nothing is deployed yet', { relation: undefined }],
    [
      'where others were refused, but nothing is deployed yet',
      {
        relation: undefined,
        records: history(['accepted', 'staging'], ['rejected', 'production', { release: OTHER }])
      }
    ],
    ['that is deployed already', { relation: 'identical' }],
    ['as a hotfix that contains what is deployed', { kind: 'hotfix' }],
    ['as a hotfix that does not', { kind: 'hotfix', relation: 'diverged' }],
    ['as a hotfix that did not soak', { kind: 'hotfix', soak: 600 * MINUTE }],
    [
      'as a rollback to what was accepted here, soaked or not',
      {
        kind: 'rollback',
        relation: 'behind',
        soak: 600 * MINUTE,
        records: history(['accepted', 'production'], ['deployed', 'production', { release: OTHER }])
      }
    ],
    ['whose soak time is just over', { soak: 58 * MINUTE }],
    ['that need not soak, whose acceptance was recorded by a runner whose clock is ahead', { soak: 0, now: START }],
    [
      'while the ledger also holds records that are of no release',
      {
        records: history(['accepted', 'staging'], ['failed', 'staging', { ofNoRelease: true }])
      }
    ]
  ])('allows a release %s', (_, members) => {
    expect(evaluatePromotion(request(members)).allowed).toBe(true)
  })

  it.each<[string, Partial<PromotionRequest>, LedgerEvent, RegExp, RegExp]>([
    [
      'that was never in the environment before',
      { records: history(['released'], ['accepted', 'integration']) },
      'failed',
      /^Release r-[0-9a-f]{12} may not enter production: the ledger holds no record that it was accepted in staging\.$/,
      /Deliver it to staging first/
    ],
    [
      'of which only a sibling was accepted',
      { records: history(['accepted', 'staging', { release: OTHER }]) },
      'failed',
      /no record that it was accepted in staging/,
      /Deliver it/
    ],
    [
      'that was only deployed before',
      { records: history(['deployed', 'staging']) },
      'failed',
      /no record that it was accepted in staging/,
      /acceptance checks pass there/
    ],
    [
      'that skips an environment as a hotfix',
      { kind: 'hotfix', relation: 'diverged', records: history(['released']) },
      'failed',
      /no record that it was accepted in staging/,
      /Deliver it/
    ],
    [
      'that is older than what is deployed',
      { relation: 'behind' },
      'superseded',
      /a newer release is deployed there/,
      /^Keep the newer release\. To go back, deliver a commit that reverts what came since \(`git revert`\)\.$/
    ],
    [
      'that is older, as a hotfix',
      { relation: 'behind', kind: 'hotfix' },
      'superseded',
      /a newer release/,
      /^Keep the newer release\. To go back, deliver a commit that reverts what came since \(`git revert`\)\.$/
    ],
    [
      'that has diverged',
      { relation: 'diverged' },
      'failed',
      /its commit and the deployed one have diverged/,
      /^Merge the deployed commit and deliver the merge\.$/
    ],
    [
      'that has diverged, as a rollback',
      { relation: 'diverged', kind: 'rollback' },
      'failed',
      /have diverged/,
      /^Merge the deployed commit and deliver the merge\.$/
    ],
    [
      'that is newer, as a rollback',
      { relation: 'ahead', kind: 'rollback' },
      'failed',
      /is not a rollback of production/,
      /kind `release`/
    ],
    [
      'that was never accepted here, as a rollback',
      { relation: 'behind', kind: 'rollback' },
      'failed',
      /no record that it was accepted in production/,
      /Roll back to a release that was accepted in production/
    ],
    [
      'of unknown relation to what is deployed',
      {
        relation: undefined,
        records: history(['accepted', 'staging'], ['deployed', 'production', { release: OTHER }])
      },
      'failed',
      /^Release r-[0-9a-f]{12} \(commit a{12}\) may not enter production: .*\(record 2\) is unknown/,
      /fetch-depth: 2147483647/
    ],
    [
      'that has not soaked',
      { soak: 58 * MINUTE, now: START + 60 * MINUTE - 1 },
      'failed',
      /must soak in staging until 2026-01-01T01:00:00\.000Z/,
      /Re-run the failed jobs after that time/
    ]
  ])('refuses a release %s', (_, members, outcome, reason, remedy) => {
    expect(evaluatePromotion(request(members))).toEqual({
      allowed: false,
      outcome,
      reason: expect.stringMatching(reason),
      remedy: expect.stringMatching(remedy)
    })
  })

  it.each(['behind', 'diverged'] as const)('names no way out that no workflow offers, for one that is %s', relation => {
    expect(evaluatePromotion(request({ relation }))).toMatchObject({
      remedy: expect.not.stringMatching(/kind|hotfix|rollback/)
    })
  })

  it('counts the soak time from the first of several acceptances', () => {
    const records = history(['accepted', 'staging'], ['planned', 'staging'], ['accepted', 'staging'])

    expect(evaluatePromotion(request({ records, soak: 60 * MINUTE }))).toMatchObject({
      allowed: true,
      acceptance: { sequence: 1 }
    })
  })

  describe('for a release that changed nothing in the environment before', () => {
    const other = { release: OTHER }
    const by = (acceptedBy: number): { readonly detail: object } => ({ detail: { acceptedBy } })

    it.each<[string, readonly LedgerRecord[]]>([
      [
        'when what was live was accepted',
        history(['accepted', 'staging', other], ['released'], ['unchanged', 'staging', by(1)])
      ],
      [
        'whatever was planned, failed or rejected in between',
        history(
          ['accepted', 'staging', other],
          ['planned', 'staging', other],
          ['rejected', 'staging', other],
          ['unchanged', 'staging', { ...other, ...by(1) }],
          ['unchanged', 'staging', by(1)]
        )
      ],
      [
        'when it names the acceptance',
        history(['accepted', 'staging', other], ['unchanged', 'staging', { detail: { acceptedBy: 1 } }])
      ],
      [
        'when it names an acceptance of before the records that were read',
        history(['released'], ['unchanged', 'staging', { detail: { acceptedBy: 1 } }]).map(record => ({
          ...record,
          sequence: record.sequence + 5
        }))
      ]
    ])('takes `unchanged` for accepted %s', (_, records) => {
      expect(evaluatePromotion(request({ records }))).toMatchObject({
        allowed: true,
        acceptance: { event: 'unchanged' }
      })
    })

    it.each<[string, readonly LedgerRecord[]]>([
      ['when nothing was ever live', history(['released'], ['unchanged', 'staging'])],
      ['when it names no acceptance', history(['accepted', 'staging', other], ['unchanged', 'staging'])],
      [
        'when what was live had not been accepted',
        history(['accepted', 'staging', other], ['deployed', 'staging', other], ['unchanged', 'staging'])
      ],
      [
        'when a deployment had died',
        history(
          ['accepted', 'staging', other],
          ['started', 'staging', other],
          ['failed', 'staging', other],
          ['unchanged', 'staging']
        )
      ],
      [
        'when the gate had been bypassed',
        history(['accepted', 'staging', other], ['bypassed', 'staging', other], ['unchanged', 'staging'])
      ],
      [
        'when it names a record that is no acceptance',
        history(['deployed', 'staging', other], ['unchanged', 'staging', { detail: { acceptedBy: 1 } }])
      ],
      [
        'when it names a record that was read and is not of this environment',
        history(
          ['accepted', 'integration', other],
          ['accepted', 'integration', other],
          ['unchanged', 'staging', { detail: { acceptedBy: 2 } }]
        )
      ],
      [
        'when it names the oldest record that was read, which is not of this environment',
        history(
          ['accepted', 'integration', other],
          ['accepted', 'integration', other],
          ['unchanged', 'staging', { detail: { acceptedBy: 1 } }]
        )
      ],
      [
        'when it names no acceptance, whatever was accepted there besides',
        history(
          ['accepted', 'staging', other],
          ['deployed', 'staging', other],
          ['planned', 'staging', other],
          ['unchanged', 'staging', { detail: { acceptedBy: 2 } }]
        )
      ],
      [
        'when what was live was accepted only afterwards',
        history(['deployed', 'staging', other], ['unchanged', 'staging'], ['accepted', 'staging', other])
      ]
    ])('does not take `unchanged` for accepted %s', (_, records) => {
      expect(evaluatePromotion(request({ records })).allowed).toBe(false)
    })

    it('finds the acceptance that is named, whatever was recorded since', () => {
      const records = history(
        ['accepted', 'staging', other],
        ['deployed', 'staging', other],
        ['unchanged', 'staging', { detail: { acceptedBy: 1 } }]
      )

      expect(evaluatePromotion(request({ records })).allowed).toBe(true)
    })

    it('counts the soak time from the acceptance, not from the release', () => {
      const records = history(['accepted', 'staging', other], ['planned', 'staging'], ['unchanged', 'staging', by(1)])

      expect(evaluatePromotion(request({ records, soak: 60 * MINUTE })).allowed).toBe(true)
    })

    it.each<[string, object, boolean]>([
      ['that the record names', { acceptedAt: '2026-01-01T00:00:00Z' }, true],
      ['of the record, when it names none', {}, false]
    ])('counts the soak time from the time %s, when the acceptance was not read', (_, detail, allowed) => {
      const unchanged = history(['unchanged', 'staging', { sequence: 9, detail: { acceptedBy: 1, ...detail } }])
      const records = unchanged.map(record => ({ ...record, time: '2026-01-01T00:59:00Z' }))

      expect(evaluatePromotion(request({ records, soak: 60 * MINUTE })).allowed).toBe(allowed)
    })
  })
})
