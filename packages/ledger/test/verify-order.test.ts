import { describe, expect, it } from '@jest/globals'
import { ManualClock, type Protection, type RecordDraft, sha256 } from '@sluice/core'
import { verifyLedger } from '../src/index.ts'
import { append, draft, ofRun, RELEASE } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

/** `sequence: problem` of everything that is wrong with a ledger of these records. */
async function problemsWith(
  drafts: readonly RecordDraft[],
  environments?: readonly string[]
): Promise<readonly string[]> {
  const store = new MemoryStore()
  for (const it of drafts) {
    await append({ store, clock: new ManualClock(), drafts: [it], log: { info: () => undefined } })
  }
  const rules = environments === undefined ? {} : { environments }
  const { problems } = await verifyLedger({ files: store.files, trust: {}, advisory: true, ...rules })
  return problems.map(({ sequence, problem }) => `${sequence}: ${problem}`)
}

describe('verifyLedger checks the order of events:', () => {
  const place: Partial<RecordDraft> = { environment: 'staging', release: RELEASE }
  const released = draft('released', { release: RELEASE })
  const protection: Protection = {
    id: 501,
    environment: 'staging',
    reviewers: [{ type: 'User', id: '8', name: 'approver' }],
    preventSelfReview: true,
    adminBypass: false,
    branchPolicy: 'custom',
    refs: ['refs/heads/main']
  }
  const yes = { userId: '8', login: 'approver', state: 'approved', comment: '', seenAt: '' } as const
  const byId = { ...yes, userId: '7', login: 'renamed' } as const
  const byLogin = { ...yes, userId: '', login: 'Author' } as const
  const no = { ...yes, state: 'rejected' } as const

  it.each<[string, readonly RecordDraft[]]>([
    [
      'a release that is deployed and accepted',
      [released, draft('started', place), draft('deployed', place), draft('accepted', place)]
    ],
    [
      'an acceptance by a later run',
      [released, draft('started', place), draft('deployed', place), ofRun('2', draft('accepted', place))]
    ],
    ['a release that changes nothing', [released, draft('unchanged', place), draft('accepted', place)]],
    [
      'an acceptance of what a dead run had deployed',
      [released, draft('started', place), ofRun('2', draft('accepted', { ...place, detail: { unchanged: true } }))]
    ],
    [
      'a run that died before it could say so',
      [released, draft('started', place), ofRun('2', draft('started', place))]
    ],
    [
      'an approved plan',
      [
        released,
        draft('planned', { ...place, protection, approvals: [yes] }),
        draft('started', { ...place, approvals: [yes, yes] })
      ]
    ],
    [
      'a plan that was rejected, in an earlier attempt',
      [
        released,
        draft('planned', { ...place, protection, approvals: [no] }),
        draft('started', { ...place, approvals: [no, yes] })
      ]
    ],
    [
      'a plan that somebody else approved, too',
      [released, draft('planned', { ...place, protection }), draft('started', { ...place, approvals: [byId, yes] })]
    ],
    ['a start that describes its own gate', [released, draft('started', { ...place, protection, approvals: [yes] })]],
    [
      'a gate without reviewers',
      [released, draft('planned', { ...place, protection: { ...protection, reviewers: [] } }), draft('started', place)]
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
      'an acceptance of what was not deployed',
      [released, draft('started', place), draft('accepted', place)],
      '3: accepted in staging a release that was not deployed there'
    ],
    [
      'a start without an approval',
      [released, draft('planned', { ...place, protection }), draft('started', place)],
      '3: started in staging, whose gate has reviewers, without a new approval of the plan'
    ],
    [
      'a start with an approval of before the plan',
      [
        released,
        draft('planned', { ...place, protection, approvals: [yes] }),
        draft('started', { ...place, approvals: [yes] })
      ],
      '3: started in staging, whose gate has reviewers, without a new approval of the plan'
    ],
    [
      'a start after a rejection',
      [released, draft('planned', { ...place, protection }), draft('started', { ...place, approvals: [no] })],
      '3: started in staging, whose gate has reviewers, though approver rejected the plan'
    ],
    [
      'a start after an approval and a rejection',
      [released, draft('planned', { ...place, protection }), draft('started', { ...place, approvals: [yes, no] })],
      '3: started in staging, whose gate has reviewers, though approver rejected the plan'
    ],
    [
      'a start that only its own author approved, by id',
      [released, draft('planned', { ...place, protection }), draft('started', { ...place, approvals: [byId] })],
      '3: started in staging, whose gate has reviewers, with no approval but that of author, who started it'
    ],
    [
      'a start that only its own author approved, by login',
      [released, draft('started', { ...place, protection, approvals: [byLogin] })],
      '2: started in staging, whose gate has reviewers, with no approval but that of author, who started it'
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
  const OTHER = { digest: sha256('release two'), commit: '2'.repeat(40) }
  const released = [draft('released', { release: RELEASE }), ofRun('2', draft('released', { release: OTHER }))]

  /** All that a run records of a release in an environment. */
  const through = (
    environment: string,
    release: typeof RELEASE = RELEASE,
    run = release === RELEASE ? '1001' : '2'
  ): readonly RecordDraft[] =>
    (['started', 'deployed', 'accepted'] as const).map(event => ofRun(run, draft(event, { environment, release })))
  const only = (event: 'started' | 'deployed' | 'unchanged', environment: string, release = RELEASE): RecordDraft =>
    ofRun(release === RELEASE ? '1001' : '2', draft(event, { environment, release }))

  it.each<[string, readonly RecordDraft[]]>([
    ['one after the other', ORDER.flatMap(name => through(name))],
    [
      'an environment where nothing changed',
      [...through('integration'), only('unchanged', 'staging'), ...through('production')]
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
      'what was delivered before an environment was put in front',
      [...through('staging'), ...through('production'), ...through('integration', OTHER)]
    ],
    ['an environment that delivery.yml no longer names', through('demo')],
    ['an announcement that names no release', [ofRun('3', draft('released'))]]
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
      'a release that skipped an environment nobody ever used',
      [...through('integration'), ...through('production')],
      '6: started in production a release that was not accepted in staging'
    ],
    [
      'a release that skipped the first environment',
      through('staging'),
      '3: started in staging a release that was not accepted in integration'
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
})
