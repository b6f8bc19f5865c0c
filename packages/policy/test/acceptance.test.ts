import { describe, expect, it } from '@jest/globals'
import { type LedgerEvent, type LedgerRecord, parseDraft, type Statement, sha256 } from '@sluice/core'
import { evaluatePromotion, findAcceptance, findUndoing, isWithdrawal, type PromotionRequest } from '../src/index.ts'

const RELEASE = { digest: sha256('release'), commit: 'a'.repeat(40) }
const OTHER = { digest: sha256('another release'), commit: 'b'.repeat(40) }
const START = Date.parse('2026-01-01T00:00:00Z')
const MINUTE = 60_000

type Line = readonly [LedgerEvent, Partial<Statement>?]

/** Records of staging unless told otherwise, oldest first, one a minute; given back newest first. */
function history(...lines: readonly Line[]): readonly LedgerRecord[] {
  return lines
    .map(
      ([event, members = {}], n): LedgerRecord => ({
        version: 2,
        state: { section: sha256('section'), ledger: sha256('ledger') },
        sequence: n + 1,
        time: new Date(START + n * MINUTE).toISOString(),
        ...parseDraft({
          product: 'storefront',
          event,
          ...(event === 'released' ? {} : { environment: 'staging' }),
          release: RELEASE,
          actor: { id: '7', login: 'author' },
          run: { repository: '1', id: '1', attempt: 1, job: '', ref: '', workflow: '', workflowSha: '', runner: '' },
          ...members
        })
      })
    )
    .reverse()
}

const reason = { detail: { reason: 'orders fail' } }
const other = { release: OTHER }
const THIRD = { digest: sha256('a third release'), commit: 'c'.repeat(40) }
const same = { detail: { unchanged: true, sameAs: OTHER.digest } }
const withdrawnOther = { ...other, ...reason }
const elsewhere = { environment: 'integration' }
const also = { ...other, detail: { reason: 'orders fail', also: [RELEASE.digest] } }

/** Since which minute the release counts as accepted in staging. */
function minute(records: readonly LedgerRecord[]): number | undefined {
  const since = findAcceptance(records, 'staging', RELEASE.digest)?.acceptedSince
  return since === undefined ? undefined : (since - START) / MINUTE
}

describe('the newest word on a release in an environment decides (promise 3):', () => {
  it.each<[string, readonly LedgerRecord[]]>([
    ['it failed after it had been accepted', history(['accepted'], ['started'], ['deployed'], ['failed', reason])],
    ['its gate was bypassed after it had been accepted', history(['accepted'], ['bypassed'])],
    ['it was withdrawn', history(['accepted'], ['withdrawn', reason])],
    ['it was withdrawn under the name of another that is the same', history(['accepted'], ['withdrawn', also])],
    ['a deployment of it was cancelled halfway', history(['accepted'], ['started'], ['cancelled', reason])],
    [
      'a run died deploying it, and so did a newer one',
      history(['accepted'], ['failed', { ...other, detail: { reason: 'lost', also: [RELEASE.digest] } }])
    ],
    [
      'a run died deploying it, which another failure tells of that touched nothing itself',
      history(['accepted'], ['failed', { detail: { reason: 'lost', untouched: true, also: [RELEASE.digest] } }])
    ],
    ['it failed twice', history(['accepted'], ['failed'], ['accepted'], ['failed'])],
    [
      'what it left alone failed since',
      history(['accepted', other], ['unchanged', { detail: { acceptedBy: 1 } }], ['failed', other])
    ],
    [
      'what it left alone was withdrawn since',
      history(['accepted', other], ['unchanged', { detail: { acceptedBy: 1 } }], ['withdrawn', { ...other, ...reason }])
    ],
    [
      'what it was found to be the same as was withdrawn since',
      history(['accepted', same], ['withdrawn', withdrawnOther])
    ],
    ['what it was found to be the same as failed since', history(['accepted', same], ['failed', other])],
    [
      'it landed behind the withdrawal of what it is the same as',
      history(['withdrawn', withdrawnOther], ['accepted', same])
    ],
    [
      'what the acceptance that it names was found to be the same as was withdrawn since',
      history(
        ['accepted', { release: THIRD, ...same }],
        ['unchanged', { detail: { acceptedBy: 1 } }],
        ['withdrawn', withdrawnOther]
      )
    ],
    [
      'it was found unchanged after it had been withdrawn',
      history(['accepted'], ['withdrawn', reason], ['unchanged', { detail: { acceptedBy: 1 } }])
    ]
  ])('not accepted, when %s', (_, records) => {
    expect(minute(records)).toBeUndefined()
    expect(findUndoing(records, 'staging', RELEASE.digest)).toBeDefined()
  })

  it.each<[string, number, readonly LedgerRecord[]]>([
    ['it was accepted anew, from then on', 2, history(['accepted'], ['failed'], ['accepted'])],
    ['it was accepted anew after a withdrawal', 2, history(['accepted'], ['withdrawn', reason], ['accepted'])],
    [
      'it was accepted twice in a row, from the first time',
      2,
      history(['accepted'], ['failed'], ['accepted'], ['accepted'])
    ],
    [
      'it was cancelled before anything was touched',
      0,
      history(['accepted'], ['cancelled', { detail: { reason: 'superfluous', untouched: true } }])
    ],
    [
      'only planning it again failed',
      0,
      history(['accepted'], ['failed', { detail: { reason: 'throttled', untouched: true } }])
    ],
    ['another release failed', 0, history(['accepted'], ['failed', other])],
    ['another release was withdrawn', 0, history(['accepted'], ['withdrawn', { ...other, ...reason }])],
    [
      'it failed, and was withdrawn, elsewhere',
      0,
      history(['accepted'], ['failed', elsewhere], ['withdrawn', elsewhere])
    ],
    ['it was rejected, expired or overtaken', 0, history(['accepted'], ['rejected'], ['expired'], ['superseded'])],
    [
      'what it left alone was accepted anew before it came',
      2,
      history(['accepted', other], ['failed', other], ['accepted', other], ['unchanged', { detail: { acceptedBy: 3 } }])
    ]
  ])('accepted, when %s', (_, since, records) => {
    expect(minute(records)).toBe(since)
    expect(findUndoing(records, 'staging', RELEASE.digest)).toBeUndefined()
  })

  it.each([2, 3])('not accepted, when what left it alone names record %i, which is not before it', acceptedBy => {
    expect(
      minute(history(['deployed'], ['unchanged', { detail: { acceptedBy } }], ['accepted', other]))
    ).toBeUndefined()
  })

  it('a withdrawal is of a release or of what is the same, and nothing else is one', () => {
    const [failed, withdrawn] = history(['withdrawn', also], ['failed'])

    expect([withdrawn, failed].map(it => it !== undefined && isWithdrawal(it, RELEASE.digest))).toEqual([true, false])
    expect(withdrawn !== undefined && isWithdrawal(withdrawn, sha256('a third'))).toBe(false)
  })
})

describe('evaluatePromotion', () => {
  const request = (records: readonly LedgerRecord[], members: Partial<PromotionRequest> = {}): PromotionRequest => ({
    release: RELEASE,
    environment: 'production',
    previous: 'staging',
    kind: 'release',
    records,
    relation: 'ahead',
    soak: 0,
    now: START + 60 * MINUTE,
    ...members
  })

  const AGAIN = /^Deliver it to staging again, or deliver a commit that repairs it/
  it.each<[string, readonly LedgerRecord[], RegExp, RegExp]>([
    [
      'failed',
      history(['accepted'], ['deployed'], ['failed', reason]),
      /may not enter production: the last that the ledger holds of it in staging is `failed` \(record 3: "orders fail"\)\.$/,
      AGAIN
    ],
    [
      'was withdrawn',
      history(['accepted'], ['withdrawn', reason]),
      /the last that the ledger holds of it in staging is `withdrawn` \(record 2: "orders fail"\)\.$/,
      // Staging refuses it, too.
      /^Deliver a commit that repairs it, or one that reverts it\.$/
    ],
    [
      'failed without a reason on record',
      history(['accepted'], ['deployed'], ['failed']),
      /the last that the ledger holds of it in staging is `failed` \(record 3\)\.$/,
      AGAIN
    ]
  ])(
    'refuses a release that %s in the environment before after it was accepted, as a hotfix, too',
    (_, records, message, remedy) => {
      for (const kind of ['release', 'hotfix'] as const)
        expect(evaluatePromotion(request(records, { kind }))).toMatchObject({
          allowed: false,
          outcome: 'failed',
          reason: expect.stringMatching(message),
          remedy: expect.stringMatching(remedy)
        })
    }
  )

  it('lets what was withdrawn enter the same environment again as a hotfix only', () => {
    const records = history(['accepted', elsewhere], ['withdrawn', reason])
    const staging = { environment: 'staging', previous: 'integration' }

    expect(evaluatePromotion(request(records, { ...staging, kind: 'hotfix' })).allowed).toBe(true)
    for (const changes of [{}, { kind: 'rollback', relation: 'behind' }, { previous: undefined }] as const)
      expect(evaluatePromotion(request(records, { ...staging, ...changes }))).toMatchObject({
        allowed: false,
        reason: expect.stringMatching(/may not enter staging: it was withdrawn there \(record 2: "orders fail"\)\.$/),
        remedy: expect.stringContaining('Deliver a commit that repairs it, or one that reverts it')
      })
  })

  it('lets what was announced to be the same as what was withdrawn not enter, unless it was accepted by itself', () => {
    const unchanged = [{ environment: 'staging', release: OTHER.digest }]
    const announced: readonly Line[] = [
      ['accepted', { ...other, ...elsewhere }],
      ['accepted', elsewhere],
      ['accepted', other],
      ['released', { detail: { unchanged } }]
    ]
    const there = { environment: 'staging', previous: 'integration' }
    const mayEnter = (...lines: readonly Line[]): ReturnType<typeof evaluatePromotion> =>
      evaluatePromotion(request(history(...announced, ...lines), there))

    expect(mayEnter().allowed).toBe(true)
    expect(mayEnter(['withdrawn', withdrawnOther])).toMatchObject({
      allowed: false,
      reason: expect.stringMatching(/may not enter staging: it was withdrawn there \(record 5: "orders fail"\)\.$/)
    })
    expect(mayEnter(['withdrawn', withdrawnOther], ['accepted', other]).allowed).toBe(true)
    expect(mayEnter(['withdrawn', withdrawnOther], ['accepted']).allowed).toBe(true)
    expect(mayEnter(['withdrawn', { ...withdrawnOther, environment: 'production' }]).allowed).toBe(true)
  })

  it('lets a rollback that failed be tried again', () => {
    const back = { kind: 'rollback', relation: 'behind' } as const
    const production = { environment: 'production' }
    const records = history(['accepted', production], ['started', production], ['failed', production])

    expect(evaluatePromotion(request(records, back)).allowed).toBe(true)
  })

  it('counts the soak time from when the release was accepted anew', () => {
    const records = history(['accepted'], ['failed'], ['accepted'])

    expect(evaluatePromotion(request(records, { soak: 59 * MINUTE }))).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('must soak in staging until 2026-01-01T01:01:00.000Z')
    })
    expect(evaluatePromotion(request(records, { soak: 58 * MINUTE }))).toMatchObject({
      allowed: true,
      acceptance: { sequence: 3 }
    })
  })
})
