import { describe, expect, it } from '@jest/globals'
import { PLAN_EXPIRY, type RunContext, sha256, UserError } from '@sluice/core'
import { parseDelivery } from '@sluice/delivery'
import { History } from '../src/history.ts'
import {
  findDeadRuns,
  isRunOver,
  readProtection,
  readStanding,
  requireApproval,
  requireIntent,
  requireProtectedGate
} from '../src/index.ts'
import { githubAnswers } from './github-answers.ts'
import { DELIVERY } from './hosted.ts'
import { type Brief, backwards, records } from './record.ts'

const RUN: RunContext = {
  repository: 'octo-org/shop',
  repositoryId: '1',
  runId: '5',
  attempt: 2,
  job: 'deploy',
  actor: { id: '7', login: 'author' },
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
const COMMIT = '1'.repeat(40)
const RELEASE = sha256(`release of ${COMMIT}`)
const { environments } = parseDelivery(DELIVERY, 'delivery.yml')
const [integration, staging] = environments
if (integration === undefined || staging === undefined) throw new Error('The sample has two environments.')

const history = (...briefs: readonly Brief[]): History => new History(backwards(records(...briefs)))

describe('the intent of a run', () => {
  it('is what it recorded before it touches anything', async () => {
    const ledger = history({ event: 'started', run: '5', commit: COMMIT })

    expect((await requireIntent({ history: ledger, run: RUN }, 'integration', RELEASE)).sequence).toBe(1)
  })

  it.each<[string, readonly Brief[]]>([
    ['nothing was recorded', []],
    ['another run recorded it', [{ event: 'started', run: '4', commit: COMMIT }]],
    [
      'it was recorded of another environment',
      [{ event: 'started', run: '5', commit: COMMIT, environment: 'staging' }]
    ],
    ['it was recorded of another release', [{ event: 'started', run: '5', commit: '2'.repeat(40) }]],
    ['it was only planned', [{ event: 'planned', run: '5', commit: COMMIT }]]
  ])('is missing when %s', async (_, briefs) => {
    await expect(requireIntent({ history: history(...briefs), run: RUN }, 'integration', RELEASE)).rejects.toThrow(
      /^This run has no `started` record for r-[0-9a-f]{12} in integration\. Run record-audit with `event: started` first\.$/
    )
  })
})

describe('a run of GitHub', () => {
  const RUNS = '/repos/octo-org/shop/actions/runs/9'

  it.each<[boolean, string, unknown, number | undefined]>([
    [true, 'GitHub does not know it', undefined, 1],
    [true, 'it is completed', { status: 'completed', run_attempt: 1 }, 1],
    [true, 'a later attempt is under way', { status: 'in_progress', run_attempt: 2 }, 1],
    [false, 'its own attempt is under way', { status: 'in_progress', run_attempt: 1 }, 1],
    [false, 'an attempt is under way, and none was asked for', { status: 'queued', run_attempt: 3 }, undefined],
    [false, 'GitHub does not say which attempt is under way', { status: 'queued' }, 1]
  ])('is over (%s) when %s', async (expected, _, answer, attempt) => {
    expect(await isRunOver({ github: githubAnswers({ [RUNS]: answer }), run: RUN }, '9', attempt)).toBe(expected)
  })

  it('is not asked about by itself: it is not dead while it looks', async () => {
    const github = githubAnswers({})
    const standing = await readStanding(
      backwards(
        records(
          { event: 'started', run: '5', attempt: 1 },
          { event: 'started', run: '5', attempt: 2 },
          { event: 'planned', run: '6' }
        )
      ),
      'integration'
    )

    const dead = await findDeadRuns({ github, run: RUN }, standing)

    expect(dead.map(({ last }) => [last.run.id, last.run.attempt])).toEqual([
      ['6', 1],
      ['5', 1]
    ])
    expect(github.asked).toHaveLength(2)
  })
})

describe('the gate of an environment', () => {
  const AT = '/repos/octo-org/shop/environments/staging'
  const sound = {
    name: 'staging',
    can_admins_bypass: false,
    protection_rules: [{ type: 'required_reviewers', reviewers: [{ type: 'User', reviewer: { login: 'approver' } }] }],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true }
  }

  it('is read together with its branch patterns, and one that lets everything through is told', async () => {
    const patterns = (name: string): unknown => ({ branch_policies: [{ name }] })
    const read = async (name: string) =>
      readProtection(
        { github: githubAnswers({ [AT]: sound, [`${AT}/deployment-branch-policies`]: patterns(name) }), run: RUN },
        'staging'
      )

    expect((await read('main'))?.branchPolicy).toBe('custom')
    expect((await read('*'))?.branchPolicy).toBe('none')
  })

  it('of a name with a slash is asked for by that name', async () => {
    const github = githubAnswers({})

    expect(await readProtection({ github, run: RUN }, 'eu/one')).toBeUndefined()
    expect(github.asked).toEqual(['/repos/octo-org/shop/environments/eu%2Fone'])
  })

  it('may be walked around by administrators only where delivery.yml says so', async () => {
    const github = githubAnswers({ [AT]: { ...sound, can_admins_bypass: true } })
    const asked = requireProtectedGate({ github, run: RUN }, staging)

    await expect(asked).rejects.toThrow(UserError)
    await expect(asked).rejects.toThrow(
      /administrators can bypass it\. Under Settings > Environments > staging: turn off/
    )
    expect(await requireProtectedGate({ github, run: RUN }, { ...staging, allowAdminBypass: true })).toMatchObject({
      adminBypass: true
    })
  })
})

describe('an approval', () => {
  const approvals = (login: string) => [
    {
      state: 'approved',
      comment: 'go',
      environments: [{ name: 'staging' }],
      user: { id: login === 'author' ? 7 : 8, login }
    }
  ]
  const AT = '/repos/octo-org/shop/actions/runs/5/approvals'
  const [announced] = records({ event: 'planned', environment: 'staging', time: '2026-01-01T11:00:00Z' })

  it('is noted with the time of GitHub', async () => {
    const found = await requireApproval(
      { github: githubAnswers({ [AT]: approvals('approver') }), run: RUN },
      staging,
      announced
    )

    expect(found).toEqual([
      { userId: '8', login: 'approver', state: 'approved', comment: 'go', seenAt: '2026-01-01T12:00:00.000Z' }
    ])
  })

  it('of a plan that is too old does not count', async () => {
    const late = Date.parse('2026-01-01T11:00:00Z') + PLAN_EXPIRY + 1
    const github = githubAnswers({ [AT]: approvals('approver') }, late)

    await expect(requireApproval({ github, run: RUN }, staging, announced)).rejects.toThrow(
      /has expired.* Re-run all jobs/
    )
  })

  it('is missing where GitHub has no list of them', async () => {
    await expect(requireApproval({ github: githubAnswers({}), run: RUN }, staging, announced)).rejects.toThrow(
      /has no approval/
    )
  })

  it('of whoever started the run does not count, and the message says whom to ask', async () => {
    const asked = requireApproval(
      { github: githubAnswers({ [AT]: approvals('author') }), run: RUN },
      staging,
      announced
    )

    await expect(asked).rejects.toThrow(UserError)
    await expect(asked).rejects.toThrow(/approved only by author, .* Re-run all jobs and have someone else approve/)
  })
})
