import { beforeEach, describe, expect, it } from '@jest/globals'
import { type RunContext, releaseId, sha256, UserError } from '@sluice/core'
import { type MemoryDelivery, memoryDelivery, REPOSITORY, type Seeded, SHOP } from '@sluice-lab/memory'
import type { PromoteInputs } from '../src/inputs.ts'
import { run } from '../src/run.ts'

/** Two hours must pass between the acceptance in integration and the entry into staging. */
const SOAKING = SHOP.replace('    gate: approval\n', '    gate: approval\n    requires: { soak: 2h }\n')

let delivery: MemoryDelivery
/** Two commits in a row, each released; nothing is deployed anywhere. */
let first: Seeded
let second: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  await seed()
})

async function seed(): Promise<void> {
  first = await delivery.release(delivery.repository.add())
  second = await delivery.release(delivery.repository.add())
  delivery.github.protect('staging')
}

async function deploy({ digest, commit }: Seeded, environment: string): Promise<void> {
  const of = { environment, release: { digest, commit } }
  await delivery.record({ event: 'started', ...of })
  await delivery.record({ event: 'deployed', ...of })
}

async function accept(release: Seeded, environment: string): Promise<void> {
  const { digest, commit } = release
  await deploy(release, environment)
  await delivery.record({ event: 'accepted', environment, release: { digest, commit } })
}

interface Asked extends Partial<Omit<PromoteInputs, 'release'>> {
  readonly of?: { readonly digest: Seeded['digest'] }
  readonly in?: Partial<RunContext>
}

function check({ of = second, in: context = {}, ...changes }: Asked = {}): ReturnType<typeof run> {
  const inputs = { mode: 'check', environment: 'staging', kind: 'release', reason: undefined } as const
  return run({ ...inputs, ...changes, release: of.digest }, delivery.open(context))
}

/** The error that a check ends with. */
async function refusal(asked: Asked): Promise<UserError> {
  try {
    await check(asked)
  } catch (error: unknown) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('It was let in.')
}

describe('a run that takes its policy from another file than the product began with', () => {
  it('lets nothing in, whatever that file says', async () => {
    await accept(second, 'integration')
    const policy = { path: 'deploy/delivery.yml', commit: '1'.repeat(40), digest: sha256('policy') }
    await delivery.record({ event: 'released', release: { digest: first.digest, commit: first.commit }, policy })

    expect((await refusal({})).message).toContain(
      'reads its policy from delivery.yml, but this product has been delivered by deploy/'
    )
  })
})

describe('a release may enter', () => {
  it('when it was accepted in the environment before (promise 3), and the next job learns its commit', async () => {
    await accept(second, 'integration')

    const { outputs, summary } = await check()

    expect(outputs).toEqual({ verdict: 'allowed', live: 'other', commit: second.commit })
    expect(summary).toBe(
      [
        `### ${releaseId(second.digest)} may enter staging`,
        '',
        '|  |  |',
        '| --- | --- |',
        `| release | ${releaseId(second.digest)} \`${second.digest}\` |`,
        `| commit | \`${second.commit}\` |`,
        '| deployed before | nothing |',
        '| accepted in | integration |',
        '| gate | one of approver; no one who started this, or wrote or committed a part of it |',
        ''
      ].join('\n')
    )
    expect(delivery.log.groups).toEqual([
      'Check the gate of staging',
      'Wait for other runs in staging',
      `Decide whether ${releaseId(second.digest)} may enter staging`,
      'Check that the refs that decide are protected'
    ])
  })

  it('when it changed nothing in the environment before, and what is live there soaked for long enough (promise 10)', async () => {
    delivery = memoryDelivery(SOAKING)
    await seed()
    await accept(first, 'integration')
    delivery.clock.advance(2 * 3_600_000)
    const { digest, commit } = second
    const acceptedBy = (await delivery.recorded()).findLast(({ event }) => event === 'accepted')?.sequence
    await delivery.record({
      event: 'unchanged',
      environment: 'integration',
      release: { digest, commit },
      detail: { acceptedBy }
    })

    expect((await check()).outputs['verdict']).toBe('allowed')
  })

  it('where what is live was withdrawn, and is not told that it was accepted', async () => {
    await accept(first, 'integration')
    const { digest, commit } = first
    const of = { environment: 'integration', release: { digest, commit }, detail: { reason: 'slow' } }
    await delivery.record({ event: 'withdrawn', ...of })

    const { outputs } = await check({ environment: 'integration' })

    expect(outputs).toMatchObject({ verdict: 'allowed', live: 'other' })
    await expect(check({ environment: 'integration', of: first })).rejects.toThrow(
      /it was withdrawn there \(record \d+: "slow"\)/
    )
  })

  it('the first environment, and is told from what is live there', async () => {
    await accept(first, 'integration')

    const { outputs, summary } = await check({ environment: 'integration' })

    expect(outputs).toEqual({ verdict: 'allowed', live: 'accepted', commit: second.commit })
    expect(summary).toContain('| accepted in | first environment |')
    expect(summary).toContain(`| deployed before | ${releaseId(first.digest)}, commit \`${first.commit}\` |`)
    expect(summary).toContain('| gate | continuous, no one is asked |')
  })

  it('when it has soaked for as long as delivery.yml says, and not a moment before (promise 3)', async () => {
    delivery = memoryDelivery(SOAKING)
    await seed()
    await accept(second, 'integration')

    delivery.clock.advance(2 * 3_600_000 - 1)
    const early = await refusal({})
    delivery.clock.advance(1)

    expect(early.message).toMatch(/may not enter staging yet: it must soak in integration until 2026-01-01T02:00:00/)
    expect(early.outputs).toEqual({ verdict: 'failed' })
    expect((await check()).outputs['verdict']).toBe('allowed')
  })

  it('by hand, where that is its gate', async () => {
    await accept(second, 'integration')
    await accept(second, 'staging')

    const { summary } = await check({ environment: 'fair', in: { event: 'workflow_dispatch' } })

    expect(summary).toContain('| gate | started by hand, no second person |')
    await expect(check({ environment: 'fair' })).rejects.toThrow('fair can only be started manually (gate: dispatch)')
  })

  it('out of order with a reason, which is handed on to be recorded and shown as text', async () => {
    await accept(first, 'staging')
    await accept(second, 'staging')

    const { outputs, summary } = await check({ of: first, kind: 'rollback', reason: 'orders <b>fail</b>' })

    expect(outputs).toMatchObject({
      live: 'accepted',
      detail: JSON.stringify({ promotion: { kind: 'rollback', reason: 'orders <b>fail</b>' } })
    })
    expect(summary).toContain('| rollback | orders &lt;b&gt;fail&lt;/b&gt; |')
  })

  it('when the run before it has said what became of the environment', async () => {
    await accept(second, 'integration')
    const { digest, commit } = first
    await delivery.record({ event: 'started', environment: 'staging', release: { digest, commit } }, '900')
    delivery.github.setRun('900', 'in_progress')
    const sleep = delivery.clock.sleep.bind(delivery.clock)
    delivery.clock.sleep = async milliseconds => {
      delivery.github.setRun('900', 'completed')
      return sleep(milliseconds)
    }

    await check()

    // First whether the ledger moved, then whether the run is over.
    expect(delivery.clock.slept).toEqual([10_000, 50_000])
    expect(delivery.log.lines).toEqual([
      expect.stringMatching(/^Run 900 is deploying to staging: .* Waiting for it to finish, until .* at the latest\.$/)
    ])
  })

  it('not where a living run announced itself so long ago that it is overdue, and that is said at once', async () => {
    await accept(second, 'integration')
    const { digest, commit } = first
    await delivery.record({ event: 'started', environment: 'staging', release: { digest, commit } }, '900')
    delivery.github.setRun('900', 'in_progress')
    delivery.clock.advance(4 * 3_600_000)

    await expect(check()).rejects.toThrow(/^Run 900 is deploying to staging: .* Cancel that run if it hangs/)

    expect(delivery.clock.slept).toEqual([])
  })

  it('without waiting for a run that is over, whatever it left unsaid', async () => {
    await accept(second, 'integration')
    const { digest, commit } = first
    await delivery.record({ event: 'started', environment: 'staging', release: { digest, commit } }, '900')
    delivery.github.setRun('900', 'completed')

    await check()

    expect([delivery.clock.slept, delivery.log.lines]).toEqual([[], []])
  })

  it('without waiting for a run that announced itself later', async () => {
    await accept(second, 'integration')
    const of = (release: Seeded) => ({
      environment: 'staging',
      release: { digest: release.digest, commit: release.commit }
    })
    await delivery.record({ event: 'started', ...of(second) }, '700')
    await delivery.record({ event: 'started', ...of(first) }, '900')
    for (const id of ['700', '900']) delivery.github.setRun(id, 'in_progress')

    expect((await check({ in: { runId: '700' } })).outputs['verdict']).toBe('allowed')
    expect([delivery.clock.slept, delivery.log.lines]).toEqual([[], []])
  })
})

describe('a release is refused', () => {
  it('when its acceptance is not on the ledger, and the job learns the verdict', async () => {
    const { message, outputs } = await refusal({})

    expect(message).toBe(
      `Release ${releaseId(second.digest)} may not enter staging: the ledger holds no record that it was accepted in integration. Deliver it to integration first; it moves on once its acceptance checks pass there.`
    )
    expect(outputs).toEqual({ verdict: 'failed' })
  })

  it('when something newer is live (promise 8)', async () => {
    await accept(first, 'integration')
    await accept(second, 'staging')

    const { message, outputs } = await refusal({ of: first })

    expect(message).toMatch(/may not enter staging: a newer release is deployed there\. Keep the newer release/)
    expect(outputs).toEqual({ verdict: 'superseded' })
  })

  it('when a newer run has ended it as superseded, and somebody approves it after all (promise 8)', async () => {
    await accept(first, 'integration')
    await accept(second, 'staging')
    const of = { environment: 'staging', release: { digest: first.digest, commit: first.commit } }
    await delivery.record({ event: 'planned', ...of }, '700')
    const ended = [{ run: '700', attempt: 1 }]
    await delivery.record({ event: 'superseded', ...of, detail: { ended, supersededBy: '800' } }, '800')
    await delivery.record({ event: 'started', ...of }, '700')

    const { outputs } = await refusal({ of: first, in: { runId: '700' } })

    expect(outputs).toEqual({ verdict: 'superseded' })
  })

  it('when the ledger does not know it', async () => {
    const digest = sha256('nothing')

    expect((await refusal({ of: { digest } })).message).toBe(
      `The ledger of shop holds no release ${digest}. Check the digest, or deliver its commit first.`
    )
  })

  it.each<[string, object | undefined, RegExp]>([
    ['has no reviewers', { protection_rules: [] }, /^The gate of staging is open: it has no required reviewers/],
    ['has no branch policy', { deployment_branch_policy: null }, /every branch may deploy to it/],
    ['has a branch policy that lets everything through', {}, /refs\/heads\/\* may deploy to it/],
    ['can be bypassed by administrators', { can_admins_bypass: true }, /administrators can bypass it/],
    ['is not there', undefined, /there is no GitHub Environment staging/]
  ])('before the ledger is read, when the gate %s (promise 5)', async (_, gate, message) => {
    await accept(second, 'integration')
    const of = `/repos/${REPOSITORY}/environments/staging`
    if (gate === undefined) delivery.github.answers.delete(of)
    else delivery.github.protect('staging', gate)
    if (String(message).includes('refs')) {
      delivery.github.answers.set(`${of}/deployment-branch-policies?per_page=100`, {
        total_count: 1,
        branch_policies: [{ name: '*', type: 'branch' }]
      })
    }

    const refused = await refusal({})

    expect([refused.message, refused.outputs]).toEqual([expect.stringMatching(message), {}])
    expect(delivery.log.groups).toEqual(['Check the gate of staging'])
  })

  it('when an environment would be skipped (promise 3)', async () => {
    await accept(second, 'integration')

    const { message, outputs } = await refusal({ environment: 'fair', in: { event: 'workflow_dispatch' } })

    expect(message).toMatch(/the ledger holds no record that it was accepted in staging/)
    expect(outputs).toEqual({ verdict: 'failed' })
  })

  it('when a rollback is none (promise 3)', async () => {
    await accept(first, 'integration')
    await accept(first, 'staging')
    await accept(second, 'integration')

    const { message, outputs } = await refusal({ kind: 'rollback', reason: 'haste' })

    expect(message).toMatch(/is not a rollback of staging/)
    expect(outputs).toEqual({ verdict: 'failed' })
  })

  it('when the environment does not exist', async () => {
    expect((await refusal({ environment: 'stagin' })).message).toMatch(/no environment "stagin".*staging/)
  })
})

describe('a rollback whose deployment was announced already', () => {
  let intent: number

  /** Announces the rollback to `first` in run 700, with this on the record. */
  async function announce(promotion: object | undefined): Promise<Asked> {
    await accept(first, 'staging')
    await accept(second, 'staging')
    const { digest, commit } = first
    const detail = promotion === undefined ? {} : { detail: { promotion } }
    const of = { environment: 'staging', release: { digest, commit }, ...detail }
    intent = (await delivery.record({ event: 'started', ...of }, '700')).sequence
    return { of: first, kind: 'rollback', reason: 'orders fail', in: { runId: '700' } }
  }

  it('goes on when the record says so, and why', async () => {
    const asked = await announce({ kind: 'rollback', reason: 'orders fail' })

    expect((await check(asked)).outputs['verdict']).toBe('allowed')
  })

  it.each<[string, object | undefined]>([
    ['nothing of it', undefined],
    ['another reason', { kind: 'rollback', reason: 'haste' }],
    ['another kind', { kind: 'hotfix', reason: 'orders fail' }]
  ])('is refused when the record says %s', async (_, promotion) => {
    const { message, outputs } = await refusal(await announce(promotion))

    expect(message).toContain(
      `Record ${intent} is the intent to deploy to staging, but does not say that it is a rollback, or why. Pass this action's output \`detail\` (mode check)`
    )
    expect(outputs).toEqual({})
  })
})

it('a check asks GitHub for the gate and the default branch, and nothing else, where nobody else deploys', async () => {
  await accept(second, 'integration')

  await check()

  const of = `/repos/${REPOSITORY}/environments/staging`
  expect(delivery.github.asked).toEqual([
    of,
    `${of}/deployment-branch-policies?per_page=100`,
    `/repos/${REPOSITORY}/branches/main`
  ])
})

describe('a branch that anyone may push to', () => {
  const branch = `/repos/${REPOSITORY}/branches/main`

  beforeEach(async () => {
    await accept(second, 'integration')
    delivery.github.answers.set(branch, { protected: false })
  })

  it('is no place to deliver from, also where a stage is called by itself (promise 5)', async () => {
    expect((await refusal({})).message).toMatch(/^main is not protected on GitHub: whoever may push to it/)
  })

  it('is asked for once in an attempt: not again when its turn comes', async () => {
    const { digest, commit } = second
    const of = { environment: 'staging', release: { digest, commit } }
    await delivery.record({ event: 'started', ...of }, '700', 2)

    await check({ in: { runId: '700', attempt: 2 } })

    expect(delivery.github.asked).not.toContain(branch)
    delivery.github.setRun('700', 'in_progress', 3)
    expect((await refusal({ in: { runId: '700', attempt: 3 } })).message).toMatch(/^main is not protected/)
  })

  it('is not asked for again by the attempt that announced the release, whose first job asked', async () => {
    const announced = (await delivery.recorded()).find(
      it => it.event === 'released' && it.release?.digest === second.digest
    )
    const { id: runId = '' } = announced?.run ?? {}

    await check({ in: { runId } })

    expect(delivery.github.asked).not.toContain(branch)
    expect((await refusal({ in: { runId, attempt: 2 } })).message).toMatch(/^main is not protected/)
  })
})
