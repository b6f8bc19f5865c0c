import { describe, expect, it } from '@jest/globals'
import {
  type Authors,
  GitHubError,
  type LedgerRecord,
  ManualClock,
  PLAN_EXPIRY,
  type Protection,
  type RunContext
} from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import {
  readProtection,
  requireApproval,
  requireApprover,
  requireProtectedGate,
  requireRecordedGate
} from '../src/index.ts'
import { githubAnswers } from './github-answers.ts'
import { DELIVERY } from './hosted.ts'
import { records } from './record.ts'

const RUN: RunContext = {
  repository: 'octo-org/shop',
  repositoryId: '1',
  runId: '5',
  attempt: 2,
  job: 'deploy',
  actor: { id: '7', login: 'author' },
  triggeringActor: 'author',
  sha: '1'.repeat(40),
  ref: 'refs/heads/main',
  event: 'push',
  workflow: 'deliver.yml',
  workflowSha: '1'.repeat(40),
  runner: 'github-hosted',
  serverUrl: 'https://github.com',
  workspace: '/nowhere',
  temp: '/nowhere'
}
const policy = parseDelivery(DELIVERY, 'delivery.yml')
const [integration, staging, fair] = policy.environments
if (integration === undefined || staging === undefined || fair === undefined)
  throw new Error('The sample has three environments.')

const AT = '/repos/octo-org/shop/environments'
const PATTERNS = 'deployment-branch-policies?per_page=100'
const SOUND = {
  id: 501,
  name: 'staging',
  can_admins_bypass: false,
  protection_rules: [
    {
      type: 'required_reviewers',
      prevent_self_review: true,
      reviewers: [{ type: 'User', reviewer: { id: 8, login: 'approver' } }]
    }
  ],
  deployment_branch_policy: { protected_branches: false, custom_branch_policies: true }
}
const NOBODY = { ...SOUND, protection_rules: [] }

function policies(...names: readonly string[]): unknown {
  return { total_count: names.length, branch_policies: names.map(name => ({ name, type: 'branch' })) }
}

/** A run of which GitHub says this. */
function gateOf(answers: Readonly<Record<string, unknown>>, run: Partial<RunContext> = {}, now?: number) {
  return {
    clock: new ManualClock(),
    github: githubAnswers(answers, now),
    run: { ...RUN, ...run },
    policy,
    defaultBranch: 'main'
  }
}

describe('the gate of an environment', () => {
  it('is read together with its branch patterns, at most a page of them', async () => {
    const [many, page] = [`${AT}/staging`, `${AT}/staging/${PATTERNS}`]
    const read = async (patterns: unknown) => readProtection(gateOf({ [many]: SOUND, [page]: patterns }), 'staging')

    expect((await read(policies('main', 'v*')))?.refs).toEqual(['refs/heads/main', 'refs/heads/v*'])
    expect((await read(undefined))?.refs).toEqual([])
    await expect(read({ total_count: 101, branch_policies: [] })).rejects.toThrow(
      'The GitHub Environment staging has 101 deployment branch patterns, more than the 100'
    )
  })

  it('costs one call where it has no patterns', async () => {
    const pipeline = gateOf({ [`${AT}/staging`]: { ...SOUND, deployment_branch_policy: null } })

    expect((await readProtection(pipeline, 'staging'))?.branchPolicy).toBe('none')
    expect(pipeline.github.asked).toEqual([`${AT}/staging`])
  })

  it('of a name with a slash is asked for by that name', async () => {
    const pipeline = gateOf({})

    expect(await readProtection(pipeline, 'eu/one')).toBeUndefined()
    expect(pipeline.github.asked).toEqual([`${AT}/eu%2Fone`])
  })

  it('may be walked around by administrators only where delivery.yml says so', async () => {
    const pipeline = gateOf({
      [`${AT}/staging`]: { ...SOUND, can_admins_bypass: true },
      [`${AT}/staging/${PATTERNS}`]: policies('main')
    })

    await expect(requireProtectedGate(pipeline, staging)).rejects.toThrow(
      /administrators can bypass it\. Under Settings > Environments > staging: turn off/
    )
    expect(await requireProtectedGate(pipeline, { ...staging, allowAdminBypass: true })).toMatchObject({
      adminBypass: true
    })
  })

  it.each([
    ['does not exist', {}, 'there is no GitHub Environment'],
    ['is open to every branch', { changes: { deployment_branch_policy: null } }, 'every branch may deploy'],
    ['is open to a branch of anybody', { patterns: policies('main', 'feature/*') }, 'refs/heads/feature/* may deploy'],
    ['has another name', { changes: { name: 'INTEGRATION' } }, 'returned the environment INTEGRATION']
  ])('is none where the GitHub Environment %s, also when nobody is asked', async (_, has, reason) => {
    for (const environment of [integration, fair]) {
      const at = `${AT}/${environment.name}`
      const { changes, patterns = policies('main') } = has as { readonly changes?: object; readonly patterns?: unknown }
      const answer = { ...NOBODY, name: environment.name, ...changes }
      const exists = Object.keys(has).length > 0
      const pipeline = gateOf(exists ? { [at]: answer, [`${at}/${PATTERNS}`]: patterns } : {}, {
        event: 'workflow_dispatch'
      })

      await expect(requireProtectedGate(pipeline, environment)).rejects.toThrow(reason)
    }
  })
})

const PROTECTION: Protection = {
  id: 501,
  environment: 'staging',
  reviewers: [{ type: 'User', id: '8', name: 'approver' }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: 'custom',
  refs: ['refs/heads/main']
}

describe('the gate that an intent was recorded with', () => {
  const alone = { ...PROTECTION, environment: 'integration', reviewers: [] }
  const started = (protection?: Protection): LedgerRecord =>
    records({ event: 'started', ...(protection === undefined ? {} : { protection }) })[0] as LedgerRecord

  it('is enough where nobody is asked', () => {
    const pipeline = gateOf({})

    expect(() => requireRecordedGate(pipeline, integration, started(alone))).not.toThrow()
    expect(pipeline.github.asked).toEqual([])
  })

  it.each([
    ['was not recorded', undefined, 'does not say how the gate of integration is protected'],
    ['was open', { ...alone, branchPolicy: 'none' }, 'every branch may deploy to it']
  ] as const)('is refused when it %s', (_, protection, reason) => {
    expect(() => requireRecordedGate(gateOf({}), integration, started(protection))).toThrow(reason)
  })
})

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
      /has expired.* Re-run all jobs/
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

  it('that is refused is refused at once', async () => {
    const pipeline = gateOf(approvals('author'))

    await expect(requireApproval(pipeline, staging, PROTECTION, announced())).rejects.toThrow(/approved only by author/)
    expect(pipeline.clock.slept).toEqual([])
  })

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
    await expect(asked).rejects.toThrow(/Re-run all jobs and have a reviewer approve who has no part/)
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

describe('who may approve', () => {
  const [DEPLOYED, RELEASE] = ['d'.repeat(40), 'e'.repeat(40)]
  const COMPARE = `/repos/octo-org/shop/compare/${DEPLOYED}...${RELEASE}`
  const by = (id: number, login: string) => ({ author: { id, login }, committer: { id, login } })

  it('is told by the commits since what is deployed, in one call', async () => {
    const pipeline = gateOf({ [COMPARE]: { total_commits: 2, commits: [by(9, 'bob'), by(7, 'author')] } })

    const authors = await requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })

    expect(authors?.accounts.map(({ login }) => login)).toEqual(['author', 'bob'])
    expect(pipeline.github.asked).toEqual([COMPARE])
  })

  it('is told by the commit of a first release, and by none of one that is deployed already', async () => {
    const first = gateOf({ [`/repos/octo-org/shop/commits/${RELEASE}`]: by(9, 'bob') })
    const again = gateOf({})

    expect(await requireApprover(first, staging, PROTECTION, { release: RELEASE, deployed: undefined })).toEqual({
      accounts: [{ id: '9', login: 'bob' }],
      unknown: []
    })
    expect(await requireApprover(again, staging, PROTECTION, { release: RELEASE, deployed: RELEASE })).toEqual({
      accounts: [],
      unknown: []
    })
    expect(again.github.asked).toEqual([])
  })

  it('is told by all of many commits: padding hides nobody', async () => {
    const page = (n: number, login: string) => ({
      [`${COMPARE}?per_page=100&page=${n}`]: { commits: Array.from({ length: n === 3 ? 51 : 100 }, () => by(n, login)) }
    })
    const pipeline = gateOf({
      [COMPARE]: { total_commits: 251, commits: [] },
      ...page(1, 'hidden'),
      ...page(2, 'bob'),
      ...page(3, 'carol')
    })

    const authors = await requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })

    expect(authors?.accounts.map(({ login }) => login)).toEqual(['bob', 'carol', 'hidden'])
  })

  it.each([
    ['GitHub does not know them', undefined, 'GitHub does not know the commits from'],
    ['they are too many', { total_commits: 5001, commits: [] }, '5001 commits lie between what is deployed'],
    ['GitHub gives only a part', { total_commits: 251, commits: [] }, 'GitHub gave 0 of 251 commits']
  ])('cannot be told when %s', async (_, answer, reason) => {
    const pipeline = gateOf(answer === undefined ? {} : { [COMPARE]: answer })

    await expect(
      requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })
    ).rejects.toThrow(reason)
  })

  it('is no one when every reviewer has a part in it: that is said before anyone waits', async () => {
    const pipeline = gateOf({ [COMPARE]: { total_commits: 1, commits: [by(8, 'approver')] } })

    await expect(
      requireApprover(pipeline, staging, PROTECTION, { release: RELEASE, deployed: DEPLOYED })
    ).rejects.toThrow(
      'No one may approve the plan for staging. Its reviewers are: approver, who wrote or committed a part of it.'
    )
  })

  it('is no question where nobody is asked', async () => {
    const pipeline = gateOf({})
    const commits = { release: RELEASE, deployed: undefined }

    expect(await requireApprover(pipeline, fair, { ...PROTECTION, reviewers: [] }, commits)).toBeUndefined()
    expect(pipeline.github.asked).toEqual([])
  })
})
