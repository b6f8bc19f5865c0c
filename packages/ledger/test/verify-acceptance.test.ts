import { describe, expect, it } from '@jest/globals'
import { type Evidence, type RecordDraft, type ReleasedUnit, sha256 } from '@sluice/core'
import { draft, ofRun, RELEASE, releaseOf, reported } from './drafts.ts'
import { verdictOn } from './lawless.ts'

const API: ReleasedUnit = { kind: 'image', digest: sha256('image'), fingerprint: sha256('sources') }
const place = { environment: 'staging', release: RELEASE } as const
const started = draft('started', place)
const deployed = draft('deployed', place)
const accepted = draft('accepted', place)
const released = draft('released', { release: RELEASE })

/** Of a run 2, that left things as they were. @param as what is deployed, and by which record it was accepted. */
const left = (event: 'accepted' | 'unchanged', release = RELEASE, as = { deployed: release, by: 4 }): RecordDraft => {
  const sameAs = as.deployed.digest
  const detail = event === 'accepted' ? { unchanged: true, sameAs } : { acceptedBy: as.by, sameAs }
  return ofRun('2', draft(event, { ...place, release, detail }))
}

describe('verifyLedger, of an acceptance,', () => {
  const built = (unit: ReleasedUnit): RecordDraft =>
    ofRun(`${unit.digest} ${unit.fingerprint}`, draft('built', { unit: { name: 'api', ...unit } }))
  const first = releaseOf('2'.repeat(40), { api: API })
  const announced = (release: typeof RELEASE, run: string): RecordDraft => ofRun(run, draft('released', { release }))
  const rebuilt = { ...API, digest: sha256('image, built anew') }
  const recounted = { ...API, fingerprint: sha256('sources, counted anew') }
  const foreign = { ...API, digest: sha256('planted'), fingerprint: sha256('other sources') }

  it.each<[string, readonly RecordDraft[]]>([
    ['of what the run deployed', [started, deployed, accepted]],
    [
      'of what an earlier attempt of the run deployed',
      [started, deployed, { ...accepted, run: { ...accepted.run, attempt: 2 } }]
    ],
    ['of what another run had deployed, and this one left as it was', [started, deployed, left('accepted')]],
    ['that holds still, since nothing changed', [started, deployed, accepted, left('unchanged')]]
  ])('accepts one %s', async (_, drafts) => {
    expect(await verdictOn([released, ...drafts])).toEqual({ problems: [], notes: [] })
  })

  it.each([
    ['the same units', API],
    ['a unit that was built anew of the same sources', rebuilt],
    ['the same unit, whose sources a newer version counts otherwise', recounted]
  ])('accepts that a release of %s changes nothing', async (_, unit) => {
    const second = releaseOf('3'.repeat(40), { api: unit })
    const drafts = [
      built(API),
      ...(unit === API ? [] : [built(unit)]),
      announced(first, '1001'),
      announced(second, '2'),
      draft('started', { ...place, release: first }),
      draft('deployed', { ...place, release: first }),
      draft('accepted', { ...place, release: first })
    ]
    const as = { deployed: first, by: drafts.length }

    expect(await verdictOn([...drafts, left('unchanged', second, as)])).toEqual({ problems: [], notes: [] })
  })

  it('rejects that a release changes nothing whose units are others than were live', async () => {
    const second = releaseOf('4'.repeat(40), { api: foreign })
    const drafts = [
      built(API),
      built(foreign),
      announced(first, '1001'),
      announced(second, '2'),
      draft('started', { ...place, release: first }),
      draft('deployed', { ...place, release: first })
    ]

    for (const event of ['unchanged', 'accepted'] as const)
      expect((await verdictOn([...drafts, left(event, second)])).problems).toEqual([
        `7: ${event} in staging, where other units were live than release ${second.digest} has`
      ])
  })

  it('accepts that a release changed nothing when it was looked at, though another was deployed meanwhile', async () => {
    const second = releaseOf('4'.repeat(40), { api: foreign })
    const drafts = [
      built(API),
      built(foreign),
      announced(first, '1001'),
      announced(second, '3'),
      draft('started', { ...place, release: first }),
      draft('deployed', { ...place, release: first }),
      draft('accepted', { ...place, release: first }),
      ofRun('3', draft('started', { ...place, release: second })),
      ofRun('3', draft('deployed', { ...place, release: second })),
      left('unchanged', first, { deployed: first, by: 7 })
    ]

    expect((await verdictOn(drafts, { apart: 60_000 })).problems).toEqual([])
    expect((await verdictOn(drafts)).problems).toEqual([
      `10: unchanged in staging, where other units were live than release ${first.digest} has`
    ])
  })

  it.each<[string, readonly RecordDraft[], string]>([
    ['of what was not deployed', [started, accepted], '3: accepted in staging a release that was not deployed there'],
    [
      'by a run that did not deploy it',
      [started, deployed, ofRun('2', accepted)],
      '4: accepted in staging by run 2 a release that it did not deploy'
    ],
    [
      'of what was left as it is where nothing ever was',
      [left('accepted')],
      '2: accepted in staging, where nothing was deployed before'
    ],
    [
      'that nothing changes where nothing ever was',
      [left('unchanged')],
      '2: unchanged in staging, where nothing was deployed before'
    ],
    [
      'by an attempt whose gate was bypassed',
      [started, deployed, draft('bypassed', place), accepted],
      '5: accepted in staging by an attempt whose gate was bypassed'
    ],
    [
      'of another plan than was begun',
      [started, draft('deployed', { ...place, plan: sha256('other') })],
      '3: deployed in staging another plan than run 1001 recorded that it started'
    ]
  ])('rejects one %s', async (_, drafts, problem) => {
    expect((await verdictOn([released, ...drafts])).problems).toEqual([problem])
  })
})

describe('verifyLedger, of the checks of an acceptance,', () => {
  const of = { environment: 'staging', release: RELEASE.digest }
  const passed = { what: 'GET /', passed: true, seconds: 0.1 }
  const accepting = (checks: number | undefined, ...evidence: readonly Evidence[]): RecordDraft =>
    draft('accepted', { ...place, evidence, ...(checks === undefined ? {} : { detail: { checks } }) })

  it('accepts a report of this release there in which all passed', async () => {
    const drafts = [released, started, deployed, accepting(2, reported(of, [passed, passed]))]

    expect((await verdictOn(drafts)).problems).toEqual([])
  })

  it.each<[string, RecordDraft, string]>([
    ['no report', accepting(1), 'without a report of its checks'],
    [
      'a report of another environment',
      accepting(1, reported({ ...of, environment: 'production' }, [passed])),
      'by a report that is not of this release there'
    ],
    [
      'a report of another release',
      accepting(1, reported({ ...of, release: sha256('other') }, [passed])),
      'by a report that is not of this release there'
    ],
    [
      'a document that is no report',
      accepting(1, { type: 'checks', digest: RELEASE.digest }),
      'by a report that is not of this release there'
    ],
    [
      'a check that did not pass',
      accepting(2, reported(of, [passed, { ...passed, passed: false }])),
      'though a check of its report did not pass'
    ],
    ['fewer checks than it says', accepting(2, reported(of, [passed])), 'by 2 checks, but its report is of 1'],
    [
      'checks that it does not count',
      accepting(undefined, reported(of, [passed])),
      'by no checks, but its report is of 1'
    ]
  ])('rejects one with %s', async (_, record, problem) => {
    const { problems } = await verdictOn([released, started, deployed, record])

    expect(problems).toEqual([expect.stringContaining('4: accepted in staging')])
    expect(problems[0]).toContain(problem)
  })
})

describe('verifyLedger, of a release that is announced to change nothing,', () => {
  const built = (unit: ReleasedUnit): RecordDraft =>
    ofRun(`${unit.digest}`, draft('built', { unit: { name: 'api', ...unit } }))
  const foreign = { ...API, digest: sha256('planted'), fingerprint: sha256('other sources') }
  const [first, other] = [releaseOf('2'.repeat(40), { api: API }), releaseOf('3'.repeat(40), { api: foreign })]
  const delivered = (release: typeof RELEASE, run: string): readonly RecordDraft[] => [
    ofRun(run, draft('released', { release })),
    ...(['started', 'deployed', 'accepted'] as const).map(event => ofRun(run, draft(event, { ...place, release })))
  ]
  const announced = (release: typeof RELEASE, like: typeof RELEASE): RecordDraft =>
    ofRun(
      '9',
      draft('released', { release, detail: { unchanged: [{ environment: 'staging', release: like.digest }] } })
    )

  it('accepts one of the same units', async () => {
    const same = releaseOf('4'.repeat(40), { api: API })

    expect((await verdictOn([built(API), ...delivered(first, '1'), announced(same, first)])).problems).toEqual([])
  })

  it('rejects one of other units than it says that it is like', async () => {
    const drafts = [built(API), built(foreign), ...delivered(first, '1'), announced(other, first)]

    expect((await verdictOn(drafts)).problems).toEqual([
      `7: it says that it changes nothing in staging, but it has other units than release ${first.digest}`
    ])
  })

  it('rejects one that is like what was live before', async () => {
    const again = releaseOf('4'.repeat(40), { api: API })
    const drafts = [built(API), built(foreign), ...delivered(first, '1'), ...delivered(other, '2')]

    expect((await verdictOn([...drafts, announced(again, first)])).problems).toEqual([
      '11: it says that it changes nothing in staging, where other units were live'
    ])
  })
})

describe('verifyLedger, of the GitHub Environment that a record names,', () => {
  it('accepts that of the gate', async () => {
    const drafts = [released, { ...started, environmentId: 501 }, { ...deployed, environmentId: 501 }]

    expect((await verdictOn(drafts)).problems).toEqual([])
  })

  it('rejects another one, of an intent and of a deployment', async () => {
    const drafts = [released, { ...started, environmentId: 502 }, { ...deployed, environmentId: 503 }]

    expect((await verdictOn(drafts)).problems).toEqual([
      '2: started for staging at GitHub Environment 502, but its gate is that of 501',
      '3: deployed in staging behind GitHub Environment 503, which is not the one that run 1001 recorded that it started at'
    ])
  })
})
