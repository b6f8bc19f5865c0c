import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ManualClock, sha256, UserError } from '@sluice/core'
import { readApprovals, readProtection, requireApproval, requireApprover, requireProtectedGate } from '../src/index.ts'
import { APPROVER, AUTHOR, type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

let hosted: Hosted

beforeAll(async () => {
  hosted = await hostProduct()
})

afterAll(() => hosted.stop())

const SOUND = {
  reviewers: [{ type: 'User', ...APPROVER }],
  preventSelfReview: true,
  adminBypass: false,
  branchPolicy: ['main']
} as const
const NOBODY = { ...SOUND, reviewers: [], preventSelfReview: false, adminBypass: true } as const

describe('the gate of an environment', () => {
  it('admits the delivery refs alone where deliveries are continuous, and asks nobody', async () => {
    const pipeline = await hosted.open()
    const integration = pipeline.environment('integration')
    hosted.host.removeEnvironment(REPOSITORY, 'integration')
    await expect(requireProtectedGate(pipeline, integration)).rejects.toThrow(
      'The gate of integration is open: there is no GitHub Environment integration.'
    )

    // As GitHub makes it when a job names it.
    await hosted.host.openGate(REPOSITORY, Number(pipeline.run.runId), 'integration')
    await expect(requireProtectedGate(pipeline, integration)).rejects.toThrow('every branch may deploy to it')

    // As another process: one asks once in two minutes.
    hosted.host.setEnvironment(REPOSITORY, 'integration', NOBODY)
    const protection = await requireProtectedGate(await hosted.open(), integration)
    expect(protection).toMatchObject({ environment: 'integration', refs: ['refs/heads/main'] })
    expect(await requireApproval(pipeline, integration, protection, undefined)).toBeUndefined()
  })

  it('tells the tag main from the branch', async () => {
    const pipeline = await hosted.open()
    hosted.host.setEnvironment(REPOSITORY, 'integration', { ...NOBODY, branchPolicy: [{ name: 'main', type: 'tag' }] })

    await expect(requireProtectedGate(pipeline, pipeline.environment('integration'))).rejects.toThrow(
      'refs/tags/main may deploy to it, which delivery.yml does not name'
    )
  })

  it('is the start by hand where delivery.yml says so', async () => {
    const pushed = await hosted.open()
    const dispatched = await hosted.open({ run: { event: 'workflow_dispatch' } })
    const fair = pushed.environment('fair')
    hosted.host.setEnvironment(REPOSITORY, 'fair', NOBODY)

    await expect(requireProtectedGate(pushed, fair)).rejects.toThrow(
      'fair can only be started manually (gate: dispatch), but this run was started by push. Start the workflow by hand: Actions, the workflow, Run workflow.'
    )
    const protection = await requireProtectedGate(dispatched, fair)
    expect(protection).toMatchObject({ environment: 'fair', reviewers: [] })
    expect(await requireApproval(dispatched, fair, protection, undefined)).toBeUndefined()
  })

  it('is a GitHub Environment that stops people', async () => {
    const pipeline = await hosted.open()
    const staging = pipeline.environment('staging')
    hosted.host.removeEnvironment(REPOSITORY, 'staging')

    expect(await readProtection(pipeline, 'staging')).toBeUndefined()
    await expect(requireProtectedGate(pipeline, staging)).rejects.toThrow(UserError)

    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    const protection = await requireProtectedGate(pipeline, staging)
    expect(protection).toEqual({
      id: protection.id,
      environment: 'staging',
      reviewers: [{ type: 'User', id: String(APPROVER.id), name: APPROVER.login }],
      preventSelfReview: true,
      adminBypass: false,
      branchPolicy: 'custom',
      refs: ['refs/heads/main']
    })

    hosted.host.removeEnvironment(REPOSITORY, 'staging')
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    expect((await requireProtectedGate(await hosted.open(), staging)).id).not.toBe(protection.id)
  })
})

describe('an approval', () => {
  it('is needed for a plan that was announced', async () => {
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    const pipeline = await hosted.open()
    const staging = pipeline.environment('staging')
    const protection = await requireProtectedGate(pipeline, staging)

    await expect(requireApproval(pipeline, staging, protection, undefined)).rejects.toThrow(
      'No plan for staging was recorded in this run, so it cannot have been approved.'
    )
  })

  it('counts when it is new, and by somebody else', async () => {
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    const pipeline = { ...(await hosted.open()), clock: new ManualClock() }
    const runId = Number(pipeline.run.runId)
    const staging = pipeline.environment('staging')
    const protection = await requireProtectedGate(pipeline, staging)
    const announcement = await hosted.record({
      event: 'planned',
      environment: 'staging',
      plan: sha256('p'),
      protection,
      approvals: []
    })
    await expect(requireApproval(pipeline, staging, protection, announcement)).rejects.toThrow(
      /^This plan for staging has no approval/
    )

    await hosted.host.openGate(REPOSITORY, runId, 'staging')
    hosted.host.decide(REPOSITORY, runId, 'staging', { state: 'approved', user: APPROVER, comment: 'go' })

    const approvals = await requireApproval(pipeline, staging, protection, announcement)
    expect(approvals).toMatchObject([
      { userId: String(APPROVER.id), login: APPROVER.login, state: 'approved', comment: 'go' }
    ])
    expect(approvals).toMatchObject(
      (await readApprovals(pipeline, 'staging')).map(({ login, state }) => ({ login, state }))
    )
    expect(await readApprovals(pipeline, 'integration')).toEqual([])
    const before = { ...announcement, approvals: approvals ?? [] }
    await expect(requireApproval(pipeline, staging, protection, before)).rejects.toThrow(
      /1 earlier review predates the plan and does not count/
    )
  })

  it('does not count where the GitHub Environment was deleted since the plan, and made again under its name', async () => {
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    const pipeline = { ...(await hosted.open()), clock: new ManualClock() }
    const runId = Number(pipeline.run.runId)
    const staging = pipeline.environment('staging')
    const planned = await requireProtectedGate(pipeline, staging)
    const announcement = await hosted.record({
      event: 'planned',
      environment: 'staging',
      plan: sha256('r'),
      protection: planned,
      approvals: []
    })

    hosted.host.removeEnvironment(REPOSITORY, 'staging')
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    await hosted.host.openGate(REPOSITORY, runId, 'staging')
    hosted.host.decide(REPOSITORY, runId, 'staging', { state: 'approved', user: APPROVER, comment: 'go' })
    // The job that starts is another process.
    const now = await requireProtectedGate(await hosted.open(), staging)

    expect({ ...now, id: planned.id }).toEqual(planned)
    await expect(requireApproval(pipeline, staging, now, announcement)).rejects.toThrow(
      'The gate of staging is not the one that the plan was made for: the GitHub Environment was deleted and made again. Find out who changed it (audit log), then re-run all jobs for a new plan.'
    )
  })

  it('was seen when it was there, also by a job that had asked long before', async () => {
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    const clock = new ManualClock(Date.now())
    const pipeline = await hosted.open({ clock })
    const runId = Number(pipeline.run.runId)
    await hosted.host.openGate(REPOSITORY, runId, 'staging')
    const held = new Promise<void>(resolve => {
      hosted.host.on('held', () => resolve())
    })

    const reading = readApprovals(pipeline, 'staging')
    await held
    clock.advance(52_000)
    const decidedAt = clock.now()
    hosted.host.decide(REPOSITORY, runId, 'staging', { state: 'approved', user: APPROVER, comment: 'late' })
    const [approval] = await reading

    // Whole seconds are all that GitHub tells of its time.
    expect(Date.parse(approval?.seenAt ?? '')).toBeGreaterThan(decidedAt - 2_000)
  })

  it('of the author alone does not count', async () => {
    hosted.host.setEnvironment(REPOSITORY, 'staging', {
      ...SOUND,
      reviewers: [{ type: 'User', ...AUTHOR }],
      preventSelfReview: false
    })
    const pipeline = await hosted.open()
    const protection = await readProtection(pipeline, 'staging')
    if (protection === undefined) throw new Error('The GitHub Environment is there.')
    const announcement = await hosted.record({
      event: 'planned',
      environment: 'staging',
      plan: sha256('q'),
      protection
    })
    await hosted.host.openGate(REPOSITORY, Number(pipeline.run.runId), 'staging')
    hosted.host.decide(REPOSITORY, Number(pipeline.run.runId), 'staging', {
      state: 'approved',
      user: AUTHOR,
      comment: ''
    })

    // Another answer is waited for.
    const patient = { ...pipeline, clock: new ManualClock() }

    await expect(requireApproval(patient, pipeline.environment('staging'), protection, announcement)).rejects.toThrow(
      /was approved only by author/
    )
  })
})

describe('the authors of a release', () => {
  it('are whom GitHub knows by the addresses of the commits since what is deployed', async () => {
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    const deployed = await hosted.git('rev-parse', 'HEAD')
    await hosted.commit()
    await hosted.git(
      ...['commit', '--quiet', '--allow-empty', '--author=bob <9+bob@users.noreply.github.com>'],
      ...['--message', 'change\n\nCo-authored-by: Carol <carol@home.example>']
    )
    const release = await hosted.commit()
    const pipeline = await hosted.open()
    const staging = pipeline.environment('staging')
    const protection = await requireProtectedGate(pipeline, staging)

    expect(await requireApprover(pipeline, staging, protection, { release, deployed })).toEqual({
      accounts: [
        { id: String(AUTHOR.id), login: AUTHOR.login },
        { id: '9', login: 'bob' }
      ],
      unknown: ['carol@home.example']
    })
    expect(hosted.host.defects).toEqual([])
  })
})
