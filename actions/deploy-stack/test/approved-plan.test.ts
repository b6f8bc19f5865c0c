import { beforeEach, describe, expect, it } from '@jest/globals'
import { encodePlan, evidencePath, type Plan, type RunContext, sha256 } from '@sluice/core'
import { APPROVER, AUTHOR, type MemoryDelivery, memoryDelivery, PROTECTION, type Seeded } from '@sluice-lab/memory'
import { readApprovedPlan, type WantedPlan } from '../src/approved-plan.ts'
import { run } from '../src/run.ts'

let delivery: MemoryDelivery
let release: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
  delivery.github.protect('staging')
  await tellOfIntegration('accepted')
})

/** What became of the release in the environment before. */
async function tellOfIntegration(event: 'accepted' | 'failed' | 'withdrawn'): Promise<void> {
  const { digest, commit } = release
  await delivery.record({ event, environment: 'integration', release: { digest, commit }, detail: { reason: 'slow' } })
}

function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    product: 'shop',
    environment: 'staging',
    release: release.digest,
    commit: release.commit,
    policy: delivery.policy.digest,
    stacks: [],
    content: [],
    ...changes
  }
}

/** What a run says of a plan, and whose answer it gets. */
interface Story {
  readonly plan?: Plan
  readonly run?: string
  readonly announced?: boolean
  readonly approved?: boolean
  readonly started?: boolean
  readonly archived?: boolean
}

/** Tells the story of run 700 up to the moment when it applies. */
async function tell(story: Story = {}): Promise<WantedPlan> {
  const { plan = planOf(), run = '700', announced = true, approved = true, started = true, archived = true } = story
  const { text, digest } = encodePlan(plan)
  const { environment } = plan
  const of = { environment, plan: digest, release: { digest: plan.release, commit: plan.commit } }
  if (announced && environment === 'staging') await delivery.record({ event: 'planned', ...of, approvals: [] }, run)
  if (approved) delivery.github.answer('700', environment, 'approved')
  if (started) await delivery.record({ event: 'started', ...of }, run)
  if (archived) delivery.ledger.put(evidencePath(digest), text)
  return { release: plan.release, environment, plan: digest }
}

const read = (wanted: WantedPlan): Promise<Plan> => readApprovedPlan(wanted, delivery.open({ runId: '700' }))

describe('a plan may be applied', () => {
  it('when it was announced, approved and begun in this run (promises 4, 5 and 6)', async () => {
    expect(await read(await tell())).toEqual(planOf())
  })

  it('without an approval where nobody is asked', async () => {
    const plan = planOf({ environment: 'integration' })

    expect(await read(await tell({ plan, approved: false }))).toEqual(plan)
    expect(delivery.github.asked).toEqual([])
  })
})

/** Runs the whole action in run 700: no AWS account would answer it, so whoever asks one fails with another message. */
const apply = (wanted: WantedPlan, changes: Partial<RunContext> = {}): ReturnType<typeof run> =>
  run({ mode: 'apply', ...wanted }, delivery.open({ runId: '700', ...changes }))

describe('a plan is not applied, and AWS is not asked,', () => {
  it.each<[string, Story, RegExp]>([
    [
      'that this run did not announce',
      { announced: false },
      /^Plan sha256:[0-9a-f]{64} was not recorded in this run\. Run deploy-stack with mode plan and record its plan-digest first\.$/
    ],
    ['that another run announced', { run: '699' }, /was not recorded in this run/],
    ['that nobody approved', { approved: false }, /^This plan for staging has no approval/],
    [
      'whose document is gone',
      { archived: false },
      /^The ledger does not hold the document of plan sha256:[0-9a-f]{64}, so it cannot be applied\. Re-run all jobs for a new plan\.$/
    ]
  ])('%s', async (_, story, message) => {
    await expect(apply(await tell(story))).rejects.toThrow(message)
  })

  it('of a release that nobody accepted in the environment before (promise 3)', async () => {
    release = await delivery.release(delivery.repository.add())

    await expect(apply(await tell())).rejects.toThrow(
      /the ledger holds no record that it was accepted in integration\./
    )
  })

  it.each(['failed', 'withdrawn'] as const)(
    'of a release that %s there since it was approved (promise 3)',
    async event => {
      const wanted = await tell()
      await tellOfIntegration(event)

      await expect(apply(wanted)).rejects.toThrow(
        new RegExp(`the last that the ledger holds of it in integration is \`${event}\` \\(record \\d+: "slow"\\)`)
      )
    }
  )

  it('that another environment announced anew, with no approvals of before (promise 5)', async () => {
    const wanted = await tell({ announced: false, approved: false })
    const of = { plan: wanted.plan, release: { digest: release.digest, commit: release.commit } }
    await delivery.record({ event: 'planned', environment: 'integration', ...of, approvals: [] }, '700')
    delivery.github.answer('700', 'staging', 'approved')

    await expect(apply(wanted)).rejects.toThrow('was not recorded in this run')
  })

  it('whose intent is not on the ledger (promise 6)', async () => {
    await expect(apply(await tell({ started: false }))).rejects.toThrow(
      /^Plan sha256:[0-9a-f]{64} has no `started` record in this run\. Run record-audit with `event: started` and this plan-digest before applying it to staging\.$/
    )
  })

  it('whose intent is that of another plan', async () => {
    const wanted = await tell({ started: false })
    const { environment, release: digest } = wanted
    await delivery.record(
      { event: 'started', environment, release: { digest, commit: release.commit }, plan: sha256('another') },
      '700'
    )

    await expect(apply(wanted)).rejects.toThrow('has no `started` record in this run')
  })

  it('that another run had approved (promise 5)', async () => {
    const wanted = await tell({ approved: false })
    delivery.github.answer('699', 'staging', 'approved')

    await expect(apply(wanted)).rejects.toThrow(/^This plan for staging has no approval/)
  })

  it('whose approval is older than itself (promise 5)', async () => {
    delivery.github.answer('700', 'staging', 'approved')
    const { login, id } = APPROVER
    const [state, seenAt] = ['approved' as const, '2026-01-01T00:00:00.000Z']
    const plan = encodePlan(planOf()).digest
    const of = { environment: 'staging', plan, release: { digest: release.digest, commit: release.commit } }
    const approvals = [{ userId: String(id), login, state, comment: '', seenAt }]
    await delivery.record({ event: 'planned', ...of, approvals }, '700')

    await expect(apply(await tell({ announced: false, approved: false }))).rejects.toThrow(
      /^This plan for staging has no approval \(1 earlier review predates the plan/
    )
  })

  it.each([
    ['GitHub lets nobody approve a run of their own', {}, 'was approved only by author, who started this delivery'],
    [
      'GitHub lets authors approve',
      {
        protection_rules: [
          { type: 'required_reviewers', prevent_self_review: false, reviewers: [{ type: 'User', reviewer: AUTHOR }] }
        ]
      },
      'The gate of staging is open: who starts a delivery may approve it themselves.'
    ]
  ])('that the author alone approved, where %s (promise 5)', async (_, gate, reason) => {
    const wanted = await tell({ approved: false })
    delivery.github.protect('staging', gate)
    delivery.github.answer('700', 'staging', 'approved', { user: AUTHOR })

    await expect(apply(wanted)).rejects.toThrow(reason)
  })

  it('that someone approved who was a reviewer for that minute only (promise 5)', async () => {
    const wanted = await tell({ approved: false })
    delivery.github.answer('700', 'staging', 'approved', { user: { id: 66, login: 'mallory' } })

    await expect(apply(wanted)).rejects.toThrow(
      'approved only by mallory, who was not among the reviewers when the plan was made.'
    )
  })

  it('at a gate that has other reviewers than it was made for (promise 5)', async () => {
    const wanted = await tell()
    const mallory = { type: 'User', reviewer: { id: 66, login: 'mallory' } }
    delivery.github.protect('staging', {
      protection_rules: [{ type: 'required_reviewers', prevent_self_review: true, reviewers: [mallory] }]
    })

    await expect(apply(wanted)).rejects.toThrow(
      'is not the one that the plan was made for: mallory became a reviewer; approver is a reviewer no longer.'
    )
  })

  it('that a reviewer rejected, whose words are told', async () => {
    const wanted = await tell({ approved: false })
    delivery.github.answer('700', 'staging', 'rejected', { comment: 'not on a <Friday>' })

    await expect(apply(wanted)).rejects.toThrow(/was rejected by approver: "not on a <Friday>"/)
  })

  it('that expired (promise 5)', async () => {
    const wanted = await tell()
    delivery.clock.advance(96 * 3_600_000)

    await expect(apply(wanted)).rejects.toThrow(
      /^The plan for staging made at .* has expired: plans are valid for 72 hours/
    )
  })

  it('that nobody announced, where nobody is asked either', async () => {
    const plan = planOf({ environment: 'integration' })

    await expect(apply(await tell({ plan, approved: false, started: false }))).rejects.toThrow(
      /^Plan sha256:[0-9a-f]{64} was not recorded in this run/
    )
  })

  it('whose intent tells of an open gate, where nobody is asked (promise 5)', async () => {
    const plan = planOf({ environment: 'integration' })
    const wanted = await tell({ plan, approved: false, started: false })
    const protection = { ...PROTECTION, environment: 'integration', reviewers: [], branchPolicy: 'none' as const }
    await delivery.record(
      { event: 'started', environment: 'integration', plan: wanted.plan, release, protection },
      '700'
    )

    await expect(apply(wanted)).rejects.toThrow('every branch may deploy to it')
  })

  it('when its gate was opened since (promise 5)', async () => {
    const wanted = await tell()
    delivery.github.protect('staging', { can_admins_bypass: true })

    await expect(apply(wanted)).rejects.toThrow(/^The gate of staging is open: administrators can bypass it\./)
  })

  it('whose document is another than its digest names', async () => {
    const wanted = await tell()
    delivery.ledger.put(evidencePath(wanted.plan), encodePlan(planOf({ commit: '0'.repeat(40) })).text)

    await expect(apply(wanted)).rejects.toThrow(/was requested, but the stored document hashes to/)
  })

  it('to another release than it was made for', async () => {
    const wanted = await tell()
    const other = await delivery.release(delivery.repository.add())

    await expect(apply({ ...wanted, release: other.digest })).rejects.toThrow(
      `The plan is for release ${release.digest} in shop/staging, not for ${other.digest} in shop/staging.`
    )
  })

  it('to another environment than it was made for', async () => {
    const { text, digest } = encodePlan(planOf({ environment: 'staging' }))
    const of = { environment: 'fair', plan: digest, release: { digest: release.digest, commit: release.commit } }
    delivery.github.protect('fair', { id: 501 })
    await delivery.record({ event: 'planned', ...of, approvals: [] }, '700')
    delivery.github.answer('700', 'fair', 'approved')
    await delivery.record({ event: 'started', ...of }, '700')
    delivery.ledger.put(evidencePath(digest), text)
    const wanted = { release: release.digest, plan: digest }

    await expect(apply({ ...wanted, environment: 'fair' }, { event: 'workflow_dispatch' })).rejects.toThrow(
      `The plan is for release ${release.digest} in shop/staging, not for ${release.digest} in shop/fair.`
    )
  })

  it('of another product', async () => {
    await expect(apply(await tell({ plan: planOf({ product: 'bakery' }) }))).rejects.toThrow(
      `in bakery/staging, not for ${release.digest} in shop/staging.`
    )
  })

  it('under another policy than it was approved under (promise 4)', async () => {
    const policy = sha256('older policy')

    await expect(apply(await tell({ plan: planOf({ policy }) }))).rejects.toThrow(
      `delivery.yml on main changed since the plan was made (${policy} then, ${delivery.policy.digest} now). Re-run all jobs for a new plan.`
    )
  })
})

describe('the answers that the intent was recorded with', () => {
  const approvals = [
    {
      userId: String(APPROVER.id),
      login: APPROVER.login,
      state: 'approved' as const,
      comment: '',
      seenAt: '2026-01-01T00:00:00.000Z'
    }
  ]
  const asked = (): readonly string[] => delivery.github.asked.filter(path => path.endsWith('/approvals'))

  /** A plan whose approval only the intent tells of: GitHub would show none. */
  async function begun(attempt = 1): Promise<WantedPlan> {
    const wanted = await tell({ approved: false, started: false })
    const { environment, plan, release: digest } = wanted
    const of = { environment, plan, release: { digest, commit: release.commit } }
    await delivery.record({ event: 'started', ...of, approvals }, '700', attempt)
    return wanted
  }

  it('are judged again and not asked for again, a moment later', async () => {
    expect(await read(await begun())).toEqual(planOf())

    expect(asked()).toEqual([])
  })

  it('are asked for again two minutes later', async () => {
    const wanted = await begun()
    delivery.clock.advance(120_000)

    await expect(read(wanted)).rejects.toThrow(/^This plan for staging has no approval/)
    expect(asked()).not.toEqual([])
  })

  it('are asked for again in another attempt', async () => {
    const wanted = await begun()

    await expect(readApprovedPlan(wanted, delivery.open({ runId: '700', attempt: 2 }))).rejects.toThrow(
      /^This plan for staging has no approval/
    )
  })

  it('do not count at a gate that has other reviewers by now', async () => {
    const wanted = await begun()
    delivery.github.answer('700', 'staging', 'approved')
    const mallory = { type: 'User', reviewer: { id: 66, login: 'mallory' } }
    delivery.github.protect('staging', {
      protection_rules: [{ type: 'required_reviewers', prevent_self_review: true, reviewers: [mallory] }]
    })

    await expect(read(wanted)).rejects.toThrow('is not the one that the plan was made for')
  })
})
