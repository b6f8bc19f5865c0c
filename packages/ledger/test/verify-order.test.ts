import { describe, expect, it } from '@jest/globals'
import { type LedgerRecord, type RecordDraft, sha256 } from '@sluice/core'
import { draft, ofRun, RELEASE, releaseOf } from './drafts.ts'
import { verdictOn } from './lawless.ts'

/** `sequence: problem` of everything that is wrong with a ledger of these records. */
async function problemsWith(
  drafts: readonly RecordDraft[],
  environments?: readonly string[]
): Promise<readonly string[]> {
  return (await verdictOn(drafts, environments === undefined ? {} : { environments })).problems
}

describe('verifyLedger checks the order of events:', () => {
  const place: Partial<RecordDraft> = { environment: 'staging', release: RELEASE }
  const released = draft('released', { release: RELEASE })

  it.each<[string, readonly RecordDraft[]]>([
    [
      'a release that is deployed and accepted',
      [released, draft('started', place), draft('deployed', place), draft('accepted', place)]
    ],
    [
      'a run that died before it could say so',
      [released, draft('started', place), ofRun('2', draft('started', place))]
    ],
    ['what has no release', [draft('tested'), draft('cancelled', { environment: 'staging' })]]
  ])('accepts %s', async (_, drafts) => {
    expect(await problemsWith(drafts)).toEqual([])
  })

  it.each<[string, readonly RecordDraft[], string]>([
    ['an event without release', [draft('deployed', { environment: 'staging' })], '1: deployed names no release'],
    [
      'a plan of nothing that was released',
      [draft('planned', place)],
      `1: planned of release ${RELEASE.digest}, which was never released`
    ],
    [
      'a deployment that never started',
      [released, draft('deployed', place)],
      '2: deployed in staging by run 1001, which never recorded that it started'
    ],
    [
      'a deployment that another run started',
      [released, draft('started', place), ofRun('2', draft('deployed', place))],
      '3: deployed in staging by run 2, which never recorded that it started'
    ],
    [
      'a deployment that was started elsewhere',
      [released, draft('started', { ...place, environment: 'integration' }), draft('deployed', place)],
      '3: deployed in staging by run 1001, which never recorded that it started'
    ],
    [
      'a deployment of another commit than the release has',
      [released, draft('started', { ...place, release: { ...RELEASE, commit: '2'.repeat(40) } })],
      `2: it says commit ${'2'.repeat(40)} of release ${RELEASE.digest}, which was released of ${RELEASE.commit}`
    ],
    [
      'a second release of the same digest with another commit',
      [released, ofRun('2', draft('released', { release: { ...RELEASE, commit: '2'.repeat(40) } }))],
      `2: it says commit ${'2'.repeat(40)} of release ${RELEASE.digest}, which was released of ${RELEASE.commit}`
    ]
  ])('rejects %s', async (_, drafts, problem) => {
    expect(await problemsWith(drafts)).toEqual([problem])
  })
})

describe('verifyLedger, told the order of environments,', () => {
  const ORDER = ['integration', 'staging', 'production']
  const OTHER = releaseOf('2'.repeat(40))
  const THIRD = releaseOf('3'.repeat(40))
  const released = [draft('released', { release: RELEASE }), ofRun('2', draft('released', { release: OTHER }))]

  /** All that a run records of a release in an environment. */
  const through = (
    environment: string,
    release: typeof RELEASE = RELEASE,
    run = release === RELEASE ? '1001' : '2'
  ): readonly RecordDraft[] =>
    (['started', 'deployed', 'accepted'] as const).map(event => ofRun(run, draft(event, { environment, release })))
  const only = (event: 'started' | 'deployed', environment: string, release = RELEASE): RecordDraft =>
    ofRun(release === RELEASE ? '1001' : '2', draft(event, { environment, release }))
  const unchangedIn = (environment: string): RecordDraft =>
    ofRun('9', draft('released', { release: OTHER, detail: { unchanged: [{ environment, release: RELEASE.digest }] } }))

  it.each<[string, readonly RecordDraft[]]>([
    ['one after the other', ORDER.flatMap(name => through(name))],
    [
      'an environment where nothing changed',
      [
        ...through('integration'),
        ...through('staging'),
        draft('unchanged', {
          environment: 'staging',
          release: RELEASE,
          detail: { acceptedBy: 8, sameAs: RELEASE.digest }
        }),
        ...through('production')
      ]
    ],
    [
      'a rollback to what was accepted before an environment was put in between',
      [
        ...through('integration'),
        ...through('production'),
        ...through('integration', OTHER),
        ...through('staging', OTHER),
        ...through('production', OTHER),
        ...through('production', RELEASE, '3')
      ]
    ],
    [
      'a release that changes nothing where what it names was accepted',
      [...through('integration'), unchangedIn('integration')]
    ],
    [
      'what was delivered before an environment was put in front',
      [...through('staging'), ...through('production'), ...through('integration', OTHER)]
    ],
    ['an environment that delivery.yml no longer names', through('demo')],
    [
      'what was delivered before an environment was put in that no release has entered',
      [...through('integration'), ...through('production')]
    ],
    [
      'what was delivered before two environments changed places',
      [
        ...through('integration'),
        ...through('production'),
        ...through('staging'),
        ...through('integration', OTHER),
        ...through('production', OTHER),
        ...through('staging', OTHER)
      ]
    ]
  ])('accepts %s', async (_, drafts) => {
    expect(await problemsWith([...released, ...drafts], ORDER)).toEqual([])
  })

  it.each<[string, readonly RecordDraft[], string]>([
    [
      'a release that skipped an environment',
      [
        ...through('integration', OTHER),
        ...through('staging', OTHER),
        ...through('integration'),
        ...through('production')
      ],
      '12: started in production a release that was not accepted in staging'
    ],
    [
      'a release that skipped an environment since two changed places',
      [
        ...through('integration', OTHER),
        ...through('production', OTHER),
        ...through('staging', OTHER),
        ofRun('3', draft('released', { release: THIRD })),
        ...through('integration', THIRD, '3'),
        ...through('staging', THIRD, '3'),
        ...through('production', THIRD, '3'),
        ...through('integration'),
        ...through('production')
      ],
      '25: started in production a release that was not accepted in staging'
    ],
    [
      'a release that says it changes nothing where what it names was never accepted',
      [...through('integration'), unchangedIn('staging')],
      `6: it says that it changes nothing in staging, where release ${RELEASE.digest} was not accepted`
    ],
    [
      'a release that skipped the first environment',
      [...through('integration', OTHER), ...through('staging')],
      '6: started in staging a release that was not accepted in integration'
    ],
    [
      'a release that was deployed, but not accepted, in the one before',
      [only('started', 'integration'), only('deployed', 'integration'), only('started', 'staging')],
      '5: started in staging a release that was not accepted in integration'
    ],
    [
      'a release that was accepted in the one before only later',
      [...through('integration', OTHER), only('started', 'staging'), ...through('integration')],
      '6: started in staging a release that was not accepted in integration'
    ],
    [
      'a release that skipped, before an environment was put in between, the one before that',
      [...through('integration', OTHER), only('started', 'production'), ...through('staging', OTHER)],
      '6: started in production a release that was not accepted in integration'
    ]
  ])('rejects %s', async (_, drafts, problem) => {
    expect(await problemsWith([...released, ...drafts], ORDER)).toContain(problem)
  })

  it('does not judge the order when nobody tells it', async () => {
    expect(await problemsWith([...released, ...through('production')])).toEqual([])
  })

  describe('and that of the policies which records name,', () => {
    const inserted = [...through('integration'), ...through('production')]

    it('rejects a release that skipped an environment which its policy names, though no release ever entered it', async () => {
      const { problems } = await verdictOn([...released, ...inserted], { orderOf: () => ORDER })

      expect(problems).toEqual(['6: started in production a release that was not accepted in staging'])
    })

    it('accepts what was right by its policy, whatever the order of now', async () => {
      const drafts = [
        ...released,
        ...ORDER.flatMap(name => through(name, OTHER)),
        ...['staging', 'integration', 'production'].flatMap(name => through(name))
      ]
      const orderOf = ({ run }: LedgerRecord): readonly string[] =>
        run.id === '2' ? ORDER : ['staging', 'integration', 'production']

      expect(await problemsWith(drafts, ORDER)).toEqual([
        '12: started in staging a release that was not accepted in integration'
      ])
      const { problems } = await verdictOn(drafts, { environments: ORDER, orderOf })
      expect(problems).toEqual([])
    })
  })
})

describe('verifyLedger, of the file that rules a product,', () => {
  const ruledBy = (path: string): Partial<RecordDraft> => ({
    policy: { path, commit: '1'.repeat(40), digest: sha256(path) }
  })
  const drafts = (path: string): readonly RecordDraft[] => [
    draft('released', { release: RELEASE, ...ruledBy('delivery.yml') }),
    draft('planned', { environment: 'staging', release: RELEASE, ...ruledBy(path) })
  ]

  it('takes the one that the first record names, where nobody says which it is', async () => {
    expect(await problemsWith(drafts('delivery.yml'))).toEqual([])
  })

  it('takes no other, though the product has one that asks for less', async () => {
    expect(await problemsWith(drafts('examples/delivery.yml'))).toEqual([
      '2: it names examples/delivery.yml as its policy, but this product has been delivered by delivery.yml since its first record'
    ])
  })
})
