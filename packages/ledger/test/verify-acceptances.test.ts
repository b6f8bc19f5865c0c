import { describe, expect, it } from '@jest/globals'
import type { DetailOf, LedgerEvent, RecordDraft } from '@sluice/core'
import { draft, ofRun, RELEASE, releaseOf } from './drafts.ts'
import { verdictOn } from './lawless.ts'

const [OTHER, THIRD] = [releaseOf('5'.repeat(40)), releaseOf('6'.repeat(40))]
const ORDER = { environments: ['integration', 'staging'] }
const released = [RELEASE, OTHER, THIRD].map((release, n) => ofRun(`${n}`, draft('released', { release })))

/** A record of integration. */
const on = (run: string, event: LedgerEvent, release = RELEASE, detail: object = {}): RecordDraft =>
  ofRun(run, draft(event, { environment: 'integration', release, detail }))
const deployed = (run: string, release = RELEASE): readonly RecordDraft[] => [
  on(run, 'started', release),
  on(run, 'deployed', release)
]
const failed = (run: string, release = RELEASE): RecordDraft =>
  on(run, 'failed', release, { reason: 'integration failed its checks' })
const unchanged = (release = RELEASE, detail: DetailOf<'unchanged'> = { sameAs: RELEASE.digest }): RecordDraft =>
  on('20', 'unchanged', release, detail)
const found = (run: string, release: typeof RELEASE): RecordDraft =>
  on(run, 'accepted', release, { unchanged: true, sameAs: RELEASE.digest })
const enters = (release = RELEASE): RecordDraft => ofRun('30', draft('started', { environment: 'staging', release }))

const problemsOf = async (drafts: readonly RecordDraft[], apart?: number): Promise<readonly string[]> =>
  (await verdictOn([...released, ...drafts], { ...ORDER, ...(apart === undefined ? {} : { apart }) })).problems

const HAD_ENDED = 'started in staging a release whose acceptance in integration had ended'

describe('verifyLedger, of what a release is accepted by,', () => {
  it.each<[string, readonly RecordDraft[]]>([
    ['an acceptance', [...deployed('10'), on('10', 'accepted'), enters()]],
    [
      'an acceptance anew, after it had failed',
      [...deployed('10'), on('10', 'accepted'), failed('11'), found('12', RELEASE), enters()]
    ],
    [
      'the acceptance that it names',
      [
        ...deployed('10'),
        on('10', 'accepted'),
        unchanged(THIRD, { sameAs: RELEASE.digest, acceptedBy: 6 }),
        enters(THIRD)
      ]
    ],
    ['checks that passed on what was there', [...deployed('10'), failed('10'), found('11', OTHER), enters(OTHER)]],
    [
      'the acceptance of what was found in place',
      [
        ...deployed('10'),
        failed('10'),
        found('11', OTHER),
        unchanged(THIRD, { sameAs: RELEASE.digest, acceptedBy: 7 }),
        enters(THIRD)
      ]
    ]
  ])('takes %s', async (_, drafts) => {
    expect(await problemsOf(drafts)).toEqual([])
  })

  it.each<[string, readonly RecordDraft[], readonly string[]]>([
    [
      'that nothing changes, where it names no acceptance',
      [...deployed('10'), failed('10'), unchanged(), enters()],
      ['7: unchanged in integration without naming what accepted it', `8: ${HAD_ENDED}`]
    ],
    [
      'that nothing changes, where it names a record that is no acceptance',
      [...deployed('10'), unchanged(RELEASE, { sameAs: RELEASE.digest, acceptedBy: 1 }), enters()],
      ['6: unchanged in integration by record 1, which is no acceptance of what was live there then', `7: ${HAD_ENDED}`]
    ],
    [
      'the acceptance of what was live before',
      [
        ...deployed('10', OTHER),
        on('10', 'accepted', OTHER),
        ...deployed('11'),
        failed('11'),
        unchanged(RELEASE, { sameAs: RELEASE.digest, acceptedBy: 6 }),
        enters()
      ],
      [
        '10: unchanged in integration by record 6, which is no acceptance of what was live there then',
        `11: ${HAD_ENDED}`
      ]
    ],
    [
      'an acceptance that a later run took back',
      [...deployed('10'), on('10', 'accepted'), failed('11'), enters()],
      [`8: ${HAD_ENDED}`]
    ],
    [
      'what was found in place, and failed under the name that it was deployed by',
      [...deployed('10'), failed('10'), found('11', OTHER), failed('12'), enters(OTHER)],
      [`9: ${HAD_ENDED}`]
    ],
    [
      'what was found in place, and withdrawn under the name that it was deployed by',
      [
        ...deployed('10'),
        on('10', 'accepted'),
        found('11', OTHER),
        on('12', 'withdrawn', RELEASE, { reason: 'orders fail' }),
        enters(OTHER)
      ],
      ['9: started in staging a release that was withdrawn in integration by record 8']
    ],
    [
      'that it is the same as what was not live',
      [...deployed('10'), on('10', 'accepted'), unchanged(RELEASE, { sameAs: OTHER.digest, acceptedBy: 6 })],
      [`7: unchanged in integration as the same as release ${OTHER.digest}, which was not live there`]
    ],
    [
      'that it is the same as nothing',
      [...deployed('10'), on('10', 'accepted'), on('11', 'accepted', OTHER, { unchanged: true })],
      ['7: accepted in integration without saying which deployment was found in place']
    ]
  ])('does not take %s', async (_, drafts, problems) => {
    expect(await problemsOf(drafts)).toEqual(problems)
  })

  it('does not miss what was taken back while a run decided', async () => {
    const drafts = [...deployed('10'), on('10', 'accepted'), failed('11'), enters()]

    expect(await problemsOf(drafts, 60_000)).toEqual([])
  })
})
