import { describe, expect, it } from '@jest/globals'
import {
  type Authors,
  GitHubError,
  type LedgerRecord,
  PLAN_EXPIRY,
  type Protection,
  type RunContext
} from '@sluice/core'
import { PROTECTION } from '@sluice-lab/memory'
import { requireApproval } from '../src/index.ts'
import { ENVIRONMENTS, gateOf } from './gate.ts'
import { records } from './record.ts'

const { staging, fair } = ENVIRONMENTS

describe('an approval', () => {
  const approvals = (login: string, id = login === 'author' ? 7 : 8) => ({
    '/repos/octo-org/shop/actions/runs/5/approvals': [
      { state: 'approved', comment: 'go', environments: [{ name: 'staging' }], user: { id, login } }
    ]
  })
  const announced = (members: { authors?: Authors; protection?: Protection } = {}): LedgerRecord => {
    const { authors, protection = PROTECTION } = members
    const detail = authors === undefined ? {} : { detail: { authors } }
    const [record] = records({
      event: 'planned',
      environment: 'staging',
      time: '2026-01-01T11:00:00Z',
      protection,
      ...detail
    })
    return record as LedgerRecord
  }

  it('is noted with the time of GitHub, and with how who gave it is a reviewer', async () => {
    const found = await requireApproval(gateOf(approvals('approver')), staging, PROTECTION, announced())

    expect(found).toEqual([
      {
        userId: '8',
        login: 'approver',
        state: 'approved',
        comment: 'go',
        seenAt: '2026-01-01T12:00:00.000Z',
        reviewer: 'named'
      }
    ])
  })

  it('of a plan that is too old does not count', async () => {
    const late = Date.parse('2026-01-01T11:00:00Z') + PLAN_EXPIRY + 1
    const pipeline = gateOf(approvals('approver'), {}, late)

    await expect(requireApproval(pipeline, staging, PROTECTION, announced())).rejects.toThrow(
      /has expired.* re-run all jobs/
    )
  })

  it('is missing where GitHub has no list of them', async () => {
    const pipeline = gateOf({})

    await expect(requireApproval(pipeline, staging, PROTECTION, announced())).rejects.toThrow(/has no approval/)
    expect(pipeline.clock.slept.reduce((sum, it) => sum + it, 0)).toBe(60_000)
  })

  it('that GitHub shows late is waited for', async () => {
    const answers: Record<string, unknown> = {}
    const pipeline = gateOf(answers)
    const { sleep } = pipeline.clock
    pipeline.clock.sleep = async (...how) => {
      await sleep.apply(pipeline.clock, how)
      if (pipeline.clock.slept.length === 2) Object.assign(answers, approvals('approver'))
    }

    expect(await requireApproval(pipeline, staging, PROTECTION, announced())).toHaveLength(1)
    expect(pipeline.clock.slept).toEqual([1_000, 2_000])
  })

  it('that GitHub shows later than one that does not count is waited for', async () => {
    const path = '/repos/octo-org/shop/actions/runs/5/approvals'
    const own = approvals('author')[path]
    const answers: Record<string, unknown> = { [path]: own }
    const pipeline = gateOf(answers)
    const { sleep } = pipeline.clock
    pipeline.clock.sleep = async (...how) => {
      await sleep.apply(pipeline.clock, how)
      if (pipeline.clock.slept.length === 2) answers[path] = [...own, ...approvals('approver')[path]]
    }

    expect(await requireApproval(pipeline, staging, PROTECTION, announced())).toHaveLength(2)
    expect(pipeline.clock.slept).toEqual([1_000, 2_000])
  })

  it('that does not count is refused when no other has come', async () => {
    const pipeline = gateOf(approvals('author'))

    await expect(requireApproval(pipeline, staging, PROTECTION, announced())).rejects.toThrow(/approved only by author/)
    expect(pipeline.clock.slept.reduce((sum, it) => sum + it, 0)).toBe(60_000)
  })

  it.each<[string, Protection, object, RegExp]>([
    ['a rejection', PROTECTION, { state: 'rejected' }, /was rejected by author/],
    ['one at a gate that changed', { ...PROTECTION, adminBypass: true }, {}, /the admin bypass was switched/]
  ])('is not waited for after %s', async (_, now, changes, reason) => {
    const path = '/repos/octo-org/shop/actions/runs/5/approvals'
    const pipeline = gateOf({ [path]: approvals('author')[path].map(it => ({ ...it, ...changes })) })

    await expect(requireApproval(pipeline, staging, now, announced())).rejects.toThrow(reason)
    expect(pipeline.clock.slept).toEqual([])
  })

  it('of an author who was renamed since does not count, though he re-ran the delivery by his former name', async () => {
    const authors = { accounts: [{ id: '8', login: 'bob' }], unknown: [] }
    const plan = announced({ authors })
    const made = { ...plan, run: { ...plan.run, triggeringActor: 'bob' } } as LedgerRecord
    const pipeline = gateOf(approvals('bobby', 8), { triggeringActor: 'Bob' })

    await expect(requireApproval(pipeline, staging, PROTECTION, made)).rejects.toThrow(/only by bobby, who re-ran it\./)
  })

  it.each([
    ['one more', 0, 1],
    ['one less', 1, 0]
  ])(
    'by a member of a team does not count when the gate has %s reviewer whom GitHub does not name',
    async (_, before, after) => {
      const team: Protection = { ...PROTECTION, reviewers: [{ type: 'Team', id: '5', name: 'keepers' }] }
      const of = (unseen: number): Protection => (unseen === 0 ? team : { ...team, unseenReviewers: unseen })
      const pipeline = gateOf(approvals('mallory', 66))

      await expect(
        requireApproval(pipeline, staging, of(after), announced({ protection: of(before) }))
      ).rejects.toThrow(`GitHub does not say who ${after} of its reviewers are, and did not of ${before}`)
    }
  )

  it.each<[string, string, Partial<RunContext>, Authors | undefined, RegExp]>([
    ['who started the run', 'author', {}, undefined, /approved only by author, who started this delivery\./],
    ['who re-ran it', 'approver', { triggeringActor: 'Approver' }, undefined, /by approver, who re-ran it\./],
    [
      'who wrote a commit of it, as the plan says',
      'approver',
      {},
      { accounts: [{ id: '8', login: 'former-name' }], unknown: [] },
      /by approver, who wrote or committed a part of it\./
    ]
  ])('of %s does not count, and the message says whom to ask', async (_, login, run, authors, reason) => {
    const plan = announced(authors === undefined ? {} : { authors })
    const asked = requireApproval(gateOf(approvals(login), run), staging, PROTECTION, plan)

    await expect(asked).rejects.toThrow(reason)
    await expect(asked).rejects.toThrow(
      /Have a reviewer approve who has no part in this delivery: let someone who will not approve re-run all jobs/
    )
  })

  it('of who had the plan made does not count when somebody else applies it', async () => {
    const plan = announced()
    const made = { ...plan, run: { ...plan.run, triggeringActor: 'approver' } } as LedgerRecord

    await expect(requireApproval(gateOf(approvals('approver')), staging, PROTECTION, made)).rejects.toThrow(
      /by approver, who re-ran it\./
    )
  })

  it('of an administrator who made himself the reviewer for a minute does not count', async () => {
    await expect(requireApproval(gateOf(approvals('mallory', 66)), staging, PROTECTION, announced())).rejects.toThrow(
      /approved only by mallory, who was not among the reviewers when the plan was made\./
    )
  })

  it('does not count when the reviewers are others than the plan was made for', async () => {
    const now = { ...PROTECTION, reviewers: [{ type: 'User', id: '66', name: 'mallory' }] } as const

    await expect(requireApproval(gateOf(approvals('mallory', 66)), staging, now, announced())).rejects.toThrow(
      /not the one that the plan was made for: mallory became a reviewer; approver is a reviewer no longer\./
    )
  })

  it('is not asked for at a manual start without reviewers, but the gate must still be the one of the plan', async () => {
    const alone = { ...PROTECTION, reviewers: [] }
    const plan = announced({ protection: alone })

    expect(await requireApproval(gateOf({}), fair, alone, plan)).toBeUndefined()
    await expect(requireApproval(gateOf({}), fair, { ...alone, id: 502 }, plan)).rejects.toThrow(
      'the GitHub Environment was deleted and made again'
    )
    await expect(requireApproval(gateOf({}), fair, alone, announced())).rejects.toThrow('has no approval')
  })

  it('is asked for at a manual start with reviewers', async () => {
    await expect(requireApproval(gateOf({}), fair, PROTECTION, undefined)).rejects.toThrow(
      'No plan for fair was recorded'
    )
    expect(await requireApproval(gateOf(approvals('approver')), staging, PROTECTION, announced())).toHaveLength(1)
  })

  describe('of a member of a team', () => {
    const byTeam = { ...PROTECTION, reviewers: [{ type: 'Team', id: '5', name: 'release managers' }] } as const
    const TEAM = '/orgs/octo-org/teams/release%20managers'
    const MEMBER = `${TEAM}/memberships/approver`
    const decided = async (answers: Readonly<Record<string, unknown>>) => {
      const pipeline = gateOf({ ...approvals('approver'), ...answers })
      return requireApproval(pipeline, staging, byTeam, announced({ protection: byTeam }))
    }

    it('counts when GitHub says that they are one', async () => {
      expect(await decided({ [MEMBER]: { state: 'active' } })).toMatchObject([{ reviewer: 'member' }])
    })

    it.each([
      ['are none', { [`${TEAM}/members?per_page=1`]: [{ id: 9, login: 'bob' }] }],
      ['were only invited', { [MEMBER]: { state: 'pending' } }]
    ])('does not count when GitHub says that they %s', async (_, answers) => {
      await expect(decided(answers)).rejects.toThrow(/who was not among the reviewers/)
    })

    it('counts as one that nobody can decide where the token may not read teams, and says so', async () => {
      expect(await decided({})).toMatchObject([{ reviewer: 'undecided' }])

      const pipeline = gateOf(approvals('approver'))
      const refusing = async (path: string): Promise<unknown> => {
        if (path.startsWith('/orgs/'))
          throw new GitHubError('Resource not accessible by integration', 403, [], undefined)
        return pipeline.github.get(path)
      }
      const refused = { ...pipeline, github: { ...pipeline.github, get: refusing } }

      expect(await requireApproval(refused, staging, byTeam, announced({ protection: byTeam }))).toMatchObject([
        { reviewer: 'undecided' }
      ])
    })

    it('is not called undecided where GitHub only asks to come back later', async () => {
      const pipeline = gateOf(approvals('approver'))
      const limited = async (path: string): Promise<unknown> => {
        if (path.startsWith('/orgs/'))
          throw new GitHubError('API rate limit exceeded', 403, [], undefined, {
            rateLimit: { quota: 'core', kind: 'used-up', told: 0, pause: 60_000 }
          })
        return pipeline.github.get(path)
      }
      const asked = { ...pipeline, github: { ...pipeline.github, get: limited } }

      await expect(requireApproval(asked, staging, byTeam, announced({ protection: byTeam }))).rejects.toThrow(
        'API rate limit exceeded'
      )
    })

    it('fails with GitHub when GitHub fails', async () => {
      const pipeline = gateOf(approvals('approver'))
      const failing = async (path: string): Promise<unknown> => {
        if (path.startsWith('/orgs/')) throw new GitHubError('Server Error', 502, [], undefined)
        return pipeline.github.get(path)
      }
      const failed = { ...pipeline, github: { ...pipeline.github, get: failing } }

      await expect(requireApproval(failed, staging, byTeam, announced({ protection: byTeam }))).rejects.toThrow(
        'Server Error'
      )
    })
  })
})
