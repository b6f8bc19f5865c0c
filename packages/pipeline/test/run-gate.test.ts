import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ManualClock, sha256, UserError } from '@sluice/core'
import { readApprovals, readProtection, requireApproval, requireProtectedGate } from '../src/index.ts'
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
  branchPolicy: 'protected'
} as const

describe('the gate of an environment', () => {
  it('is none where deliveries are continuous', async () => {
    const pipeline = await hosted.open()

    expect(await requireProtectedGate(pipeline, pipeline.environment('integration'))).toBeUndefined()
    expect(await requireApproval(pipeline, pipeline.environment('integration'), undefined)).toBeUndefined()
  })

  it('is the start by hand where delivery.yml says so', async () => {
    const pushed = await hosted.open()
    const dispatched = await hosted.open({ run: { event: 'workflow_dispatch' } })
    const fair = pushed.environment('fair')

    await expect(requireProtectedGate(pushed, fair)).rejects.toThrow(
      'fair can only be started manually (gate: dispatch), but this run was started by push. Start the workflow by hand: Actions, the workflow, Run workflow.'
    )
    expect(await requireProtectedGate(dispatched, fair)).toBeUndefined()
    expect(await requireApproval(dispatched, fair, undefined)).toBeUndefined()
  })

  it('is a GitHub Environment that stops people', async () => {
    const pipeline = await hosted.open()
    const staging = pipeline.environment('staging')
    hosted.host.removeEnvironment(REPOSITORY, 'staging')

    expect(await readProtection(pipeline, 'staging')).toBeUndefined()
    await expect(requireProtectedGate(pipeline, staging)).rejects.toThrow(UserError)

    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    expect(await requireProtectedGate(pipeline, staging)).toEqual({
      environment: 'staging',
      reviewers: [APPROVER.login],
      preventSelfReview: true,
      adminBypass: false,
      branchPolicy: 'protected'
    })
  })
})

describe('an approval', () => {
  it('is needed for a plan that was announced', async () => {
    const pipeline = await hosted.open()

    await expect(requireApproval(pipeline, pipeline.environment('staging'), undefined)).rejects.toThrow(
      'No plan for staging was recorded in this run, so it cannot have been approved.'
    )
  })

  it('counts when it is new, and by somebody else', async () => {
    hosted.host.setEnvironment(REPOSITORY, 'staging', SOUND)
    const pipeline = await hosted.open()
    const runId = Number(pipeline.run.runId)
    const announcement = await hosted.record({
      event: 'planned',
      environment: 'staging',
      plan: sha256('p'),
      approvals: []
    })
    await expect(requireApproval(pipeline, pipeline.environment('staging'), announcement)).rejects.toThrow(
      /^This plan for staging has no approval/
    )

    await hosted.host.openGate(REPOSITORY, runId, 'staging')
    hosted.host.decide(REPOSITORY, runId, 'staging', { state: 'approved', user: APPROVER, comment: 'go' })

    const approvals = await requireApproval(pipeline, pipeline.environment('staging'), announcement)
    expect(approvals).toMatchObject([
      { userId: String(APPROVER.id), login: APPROVER.login, state: 'approved', comment: 'go' }
    ])
    expect(approvals).toMatchObject(
      (await readApprovals(pipeline, 'staging')).map(({ login, state }) => ({ login, state }))
    )
    expect(await readApprovals(pipeline, 'integration')).toEqual([])
    const before = { ...announcement, approvals: approvals ?? [] }
    await expect(requireApproval(pipeline, pipeline.environment('staging'), before)).rejects.toThrow(
      /1 earlier review predates the plan and does not count/
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
    const announcement = await hosted.record({ event: 'planned', environment: 'staging', plan: sha256('q') })
    await hosted.host.openGate(REPOSITORY, Number(pipeline.run.runId), 'staging')
    hosted.host.decide(REPOSITORY, Number(pipeline.run.runId), 'staging', {
      state: 'approved',
      user: AUTHOR,
      comment: ''
    })

    await expect(requireApproval(pipeline, pipeline.environment('staging'), announcement)).rejects.toThrow(
      /was approved only by author/
    )
  })
})
