import { describe, expect, it } from '@jest/globals'
import { type Approval, type Protection, type RecordDraft, type Statement, sha256 } from '@sluice/core'
import { ASKED, draft, ofRun, RELEASE, UNASKED } from './drafts.ts'
import { verdictOn } from './lawless.ts'

const PLAN = sha256('plan')
const place = { environment: 'staging', release: RELEASE, plan: PLAN } as const
const yes: Approval = { userId: '8', login: 'approver', state: 'approved', comment: '', seenAt: '', reviewer: 'named' }
const authors = { accounts: [{ id: '9', login: 'writer' }, { login: 'Helper' }], unknown: [] }
const released = draft('released', { release: RELEASE })
const team: Protection = { ...ASKED, reviewers: [{ type: 'Team', id: '77', name: 'keepers' }] }

const planned = (members: Partial<Statement> = {}): RecordDraft =>
  draft('planned', { ...place, protection: ASKED, detail: { authors }, ...members })
const started = (members: Partial<Statement> = {}): RecordDraft =>
  draft('started', { ...place, protection: ASKED, approvals: [yes], ...members })

/** A record that says nothing of the gate. */
const ungated = (event: 'planned' | 'started'): RecordDraft => {
  const { protection: _, ...rest } = draft(event, place)
  return rest
}

describe('verifyLedger accepts', () => {
  it.each<[string, readonly RecordDraft[]]>([
    ['a plan that a reviewer approved', [planned(), started()]],
    [
      'a plan that was rejected in an earlier attempt',
      [
        planned({ approvals: [{ ...yes, state: 'rejected' }] }),
        started({ approvals: [{ ...yes, state: 'rejected' }, yes] })
      ]
    ],
    [
      'a plan that somebody without a word approved, too',
      [planned(), started({ approvals: [{ ...yes, userId: '7', login: 'author' }, yes] })]
    ],
    [
      'an intent of a run that repeats itself',
      [planned(), started(), { ...started(), run: { ...started().run, attempt: 2 } }]
    ],
    [
      'a plan of a gate that asks nobody',
      [planned({ protection: UNASKED, detail: {} }), started({ protection: UNASKED })]
    ],
    ['an intent where no plan is announced, since nobody is asked', [started({ protection: UNASKED, approvals: [] })]],
    [
      'a plan that waited nearly as long as it may',
      [planned(), ...Array.from({ length: 70 }, (_, n) => ofRun(`${n}`, draft('built'))), started()]
    ]
  ])('%s', async (_, drafts) => {
    expect(await verdictOn([released, ...drafts])).toEqual({ problems: [], notes: [] })
  })

  it('and notes what it cannot prove: an approval by a member of a team that nobody may read', async () => {
    const approvals = [{ ...yes, reviewer: 'undecided' }] as const

    expect(
      await verdictOn([released, planned({ protection: team }), started({ protection: team, approvals })])
    ).toEqual({
      problems: [],
      notes: [
        '3: started in staging with the approval of approver, who was a reviewer only as a member of keepers: the ledger does not prove that'
      ]
    })
  })

  it('and notes that a member of a team was one at the start, which says nothing of when the plan was made', async () => {
    const approvals = [{ ...yes, reviewer: 'member' }] as const

    expect(
      await verdictOn([released, planned({ protection: team }), started({ protection: team, approvals })])
    ).toEqual({
      problems: [],
      notes: [
        '3: started in staging with the approval of approver, who was a member of keepers when the deployment started: the ledger does not prove that of when the plan was made'
      ]
    })
  })

  it('and notes nothing where a named reviewer approved as well', async () => {
    const both = { ...team, reviewers: [...team.reviewers, ...ASKED.reviewers] }
    const member = { ...yes, userId: '12', login: 'member' }

    const confirmed = [{ ...member, reviewer: 'member' }, yes] as const
    const named = [{ ...member, reviewer: 'undecided' }, yes] as const
    const verdicts = await Promise.all([
      verdictOn([released, planned({ protection: both }), started({ protection: both, approvals: confirmed })]),
      verdictOn([released, planned({ protection: both }), started({ protection: both, approvals: named })])
    ])
    expect(verdicts).toEqual([
      { problems: [], notes: [] },
      { problems: [], notes: [] }
    ])
  })
})

describe('verifyLedger names the record, though every key signed and every hash holds, of', () => {
  const asked = 'started in staging, whose gate has reviewers,'
  const by = (changes: Partial<Approval>): RecordDraft => started({ approvals: [{ ...yes, ...changes }] })
  const everybody: Protection = {
    ...ASKED,
    reviewers: ['7', '9', '8'].map(id => ({ type: 'User', id, name: `account ${id}` }))
  }
  const among = (changes: Partial<Approval>): readonly RecordDraft[] => [
    planned({ protection: everybody }),
    started({ protection: everybody, approvals: [{ ...yes, ...changes }] })
  ]

  it.each<[string, readonly RecordDraft[], string]>([
    [
      'an intent without an approval',
      [planned(), started({ approvals: [] })],
      `3: ${asked} without a new approval of the plan`
    ],
    [
      'an intent with an approval of before the plan',
      [planned({ approvals: [yes] }), started()],
      `3: ${asked} without a new approval of the plan`
    ],
    [
      'an intent after a rejection',
      [planned(), started({ approvals: [yes, { ...yes, state: 'rejected' }] })],
      `3: ${asked} though approver rejected the plan`
    ],
    ['an intent that describes its own gate', [started()], `2: ${asked} without a plan that this run recorded`],
    [
      'an intent of another plan than the one that was announced',
      [planned(), started({ plan: sha256('other') })],
      `3: ${asked} without a plan that this run recorded`
    ],
    [
      'an intent with the plan of another run',
      [planned(), ofRun('2', started())],
      `3: ${asked} without a plan that this run recorded`
    ],
    [
      'an intent that says nothing of its gate',
      [ungated('started')],
      '2: started in staging without saying how its gate was protected'
    ],
    [
      'a plan that says nothing of its gate',
      [ungated('planned')],
      '2: planned for staging without saying how its gate was protected'
    ],
    [
      'a plan that does not say who wrote it',
      [planned({ detail: {} })],
      '2: planned for staging, whose gate has reviewers, without saying who wrote what it would bring'
    ],
    [
      'an approval by somebody who was not asked',
      [planned(), by({ userId: '12', login: 'stranger' })],
      `3: ${asked} with no approval that counts: stranger, who was not among the reviewers when the plan was made`
    ],
    [
      'an approval by the login of a reviewer, whose number is another',
      [planned(), by({ userId: '12' })],
      `3: ${asked} with no approval that counts: approver, who was not among the reviewers when the plan was made`
    ],
    [
      'an approval by a member of a team that nobody asked',
      [planned(), by({ userId: '12', login: 'member', reviewer: 'member' })],
      `3: ${asked} with no approval that counts: member, who was not among the reviewers when the plan was made`
    ],
    [
      'an approval by who started the run',
      among({ userId: '7', login: 'renamed' }),
      `3: ${asked} with no approval that counts: renamed, who started this delivery`
    ],
    [
      'an approval by who wrote a part',
      among({ userId: '9', login: 'renamed' }),
      `3: ${asked} with no approval that counts: renamed, who wrote or committed a part of it`
    ],
    [
      'an approval by a co-author whom GitHub knows by name alone',
      among({ login: 'helper' }),
      `3: ${asked} with no approval that counts: helper, who wrote or committed a part of it`
    ],
    [
      'an approval by who ran it again',
      [planned(), { ...started(), run: { ...started().run, attempt: 2, triggeringActor: 'Approver' } }],
      `3: ${asked} with no approval that counts: approver, who re-ran it`
    ],
    [
      'an approval by who had the plan made',
      [{ ...planned(), run: { ...planned().run, triggeringActor: 'Approver' } }, started()],
      `3: ${asked} with no approval that counts: approver, who re-ran it`
    ],
    [
      'an approval by a program',
      among({ login: 'robot', bot: true }),
      `3: ${asked} with no approval that counts: robot, which is no person`
    ],
    [
      'an approval by nobody',
      among({ userId: '', login: 'ghost' }),
      `3: ${asked} with no approval that counts: ghost, whose account was deleted`
    ],
    [
      'a reviewer who was made one after the plan',
      [planned({ protection: { ...ASKED, reviewers: everybody.reviewers.slice(0, 1) } }), started()],
      `3: ${asked} though the gate had changed since the plan: approver became a reviewer; account 7 is a reviewer no longer`
    ],
    [
      'an approval at a gate that got a reviewer whom GitHub does not name after the plan',
      [planned(), started({ protection: { ...ASKED, unseenReviewers: 1 } })],
      `3: ${asked} though the gate had changed since the plan: GitHub does not say who 1 of its reviewers are, and did not of 0`
    ],
    [
      'an approval by a renamed author who ran it again by his former name',
      [
        { ...among({})[0], detail: { authors: { accounts: [{ id: '8', login: 'bob' }], unknown: [] } } } as RecordDraft,
        {
          ...among({ login: 'bobby' })[1],
          run: { ...started().run, attempt: 2, triggeringActor: 'bob' }
        } as RecordDraft
      ],
      `3: ${asked} with no approval that counts: bobby, who re-ran it`
    ],
    [
      'a gate whose reviewers were taken away after the plan',
      [planned(), started({ protection: UNASKED })],
      `3: ${asked} though the gate had changed since the plan: approver is a reviewer no longer; "Prevent self-review" was switched`
    ],
    [
      'a gate that was made anew after the plan',
      [planned({ protection: UNASKED, detail: {} }), started({ protection: { ...UNASKED, id: 502 } })],
      '3: started in staging, though the gate had changed since the plan: the GitHub Environment was deleted and made again'
    ],
    [
      'a plan that had expired',
      [planned(), ...Array.from({ length: 73 }, (_, n) => ofRun(`${n}`, draft('built'))), started()],
      `76: ${asked} after the plan of record 2 had expired`
    ]
  ])('%s', async (_, drafts, problem) => {
    expect((await verdictOn([released, ...drafts])).problems).toEqual([problem])
  })

  it('a gate that the policy would not have let pass', async () => {
    const judgeGate = ({ event }: { readonly event: string }): string | undefined =>
      event === 'started' ? 'the gate of staging is open' : undefined

    expect((await verdictOn([released, planned(), started()], { judgeGate })).problems).toEqual([
      '3: the gate of staging is open'
    ])
  })

  it('a record of any event under a policy that was replaced long ago, each looked at once, in their order', async () => {
    const asked: string[] = []
    const judgeAge = ({ event }: { readonly event: string }): string | undefined => {
      asked.push(event)
      return event === 'released' ? 'released under an old policy' : undefined
    }

    expect((await verdictOn([released, planned(), started()], { judgeAge })).problems).toEqual([
      '1: released under an old policy'
    ])
    expect(asked).toEqual(['released', 'planned', 'started'])
  })
})
