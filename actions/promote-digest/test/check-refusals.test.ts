import { beforeEach, describe, expect, it } from '@jest/globals'
import { releaseId, sha256 } from '@sluice/core'
import { REPOSITORY } from '@sluice-lab/memory'
import { type Asked, type CheckScene, checkScene } from './check-scene.ts'

let scene: CheckScene

beforeEach(async () => {
  scene = await checkScene()
})

describe('a run that takes its policy from another file than the product began with', () => {
  it('lets nothing in, whatever that file says', async () => {
    await scene.accept(scene.second, 'integration')
    const policy = { path: 'deploy/delivery.yml', commit: '1'.repeat(40), digest: sha256('policy') }
    await scene.delivery.record({
      event: 'released',
      release: { digest: scene.first.digest, commit: scene.first.commit },
      policy
    })

    expect((await scene.refusal({})).message).toContain(
      'reads its policy from delivery.yml, but this product has been delivered by deploy/'
    )
  })
})

describe('a release is refused', () => {
  it('when its acceptance is not on the ledger, and the job learns the verdict', async () => {
    const { message, outputs } = await scene.refusal({})

    expect(message).toBe(
      `Release ${releaseId(scene.second.digest)} may not enter staging: the ledger holds no record that it was accepted in integration. Deliver it to integration first; it moves on once its acceptance checks pass there.`
    )
    expect(outputs).toEqual({ verdict: 'failed' })
  })

  it('when something newer is live (promise 8)', async () => {
    await scene.accept(scene.first, 'integration')
    await scene.accept(scene.second, 'staging')

    const { message, outputs } = await scene.refusal({ of: scene.first })

    expect(message).toMatch(/may not enter staging: a newer release is deployed there\. Keep the newer release/)
    expect(outputs).toEqual({ verdict: 'superseded' })
  })

  it('when a newer run has ended it as superseded, and somebody approves it after all (promise 8)', async () => {
    await scene.accept(scene.first, 'integration')
    await scene.accept(scene.second, 'staging')
    const of = { environment: 'staging', release: { digest: scene.first.digest, commit: scene.first.commit } }
    await scene.delivery.record({ event: 'planned', ...of }, '700')
    const ended = [{ run: '700', attempt: 1 }]
    await scene.delivery.record({ event: 'superseded', ...of, detail: { ended, supersededBy: '800' } }, '800')
    await scene.delivery.record({ event: 'started', ...of }, '700')

    const { outputs } = await scene.refusal({ of: scene.first, in: { runId: '700' } })

    expect(outputs).toEqual({ verdict: 'superseded' })
  })

  it('when the ledger does not know it', async () => {
    const digest = sha256('nothing')

    expect((await scene.refusal({ of: { digest } })).message).toBe(
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
    await scene.accept(scene.second, 'integration')
    const of = `/repos/${REPOSITORY}/environments/staging`
    if (gate === undefined) scene.delivery.github.answers.delete(of)
    else scene.delivery.github.protect('staging', gate)
    if (String(message).includes('refs')) {
      scene.delivery.github.answers.set(`${of}/deployment-branch-policies?per_page=100`, {
        total_count: 1,
        branch_policies: [{ name: '*', type: 'branch' }]
      })
    }

    const refused = await scene.refusal({})

    expect([refused.message, refused.outputs]).toEqual([expect.stringMatching(message), {}])
    expect(scene.delivery.log.groups).toEqual(['Check the gate of staging'])
  })

  it('when an environment would be skipped (promise 3)', async () => {
    await scene.accept(scene.second, 'integration')

    const { message, outputs } = await scene.refusal({ environment: 'fair', in: { event: 'workflow_dispatch' } })

    expect(message).toMatch(/the ledger holds no record that it was accepted in staging/)
    expect(outputs).toEqual({ verdict: 'failed' })
  })

  it('when a rollback is none (promise 3)', async () => {
    await scene.accept(scene.first, 'integration')
    await scene.accept(scene.first, 'staging')
    await scene.accept(scene.second, 'integration')

    const { message, outputs } = await scene.refusal({ kind: 'rollback', reason: 'haste' })

    expect(message).toMatch(/is not a rollback of staging/)
    expect(outputs).toEqual({ verdict: 'failed' })
  })

  it('when the environment does not exist', async () => {
    expect((await scene.refusal({ environment: 'stagin' })).message).toMatch(/no environment "stagin".*staging/)
  })
})

describe('a rollback whose deployment was announced already', () => {
  let intent: number

  /** Announces the rollback to `first` in run 700, with this on the record. */
  async function announce(promotion: object | undefined): Promise<Asked> {
    await scene.accept(scene.first, 'staging')
    await scene.accept(scene.second, 'staging')
    const { digest, commit } = scene.first
    const detail = promotion === undefined ? {} : { detail: { promotion } }
    const of = { environment: 'staging', release: { digest, commit }, ...detail }
    intent = (await scene.delivery.record({ event: 'started', ...of }, '700')).sequence
    return { of: scene.first, kind: 'rollback', reason: 'orders fail', in: { runId: '700' } }
  }

  it('goes on when the record says so, and why', async () => {
    const asked = await announce({ kind: 'rollback', reason: 'orders fail' })

    expect((await scene.check(asked)).outputs['verdict']).toBe('allowed')
  })

  it.each<[string, object | undefined]>([
    ['nothing of it', undefined],
    ['another reason', { kind: 'rollback', reason: 'haste' }],
    ['another kind', { kind: 'hotfix', reason: 'orders fail' }]
  ])('is refused when the record says %s', async (_, promotion) => {
    const { message, outputs } = await scene.refusal(await announce(promotion))

    expect(message).toContain(
      `Record ${intent} is the intent to deploy to staging, but does not say that it is a rollback, or why. Pass this action's output \`detail\` (mode check)`
    )
    expect(outputs).toEqual({})
  })
})

describe('a branch that anyone may push to', () => {
  const branch = `/repos/${REPOSITORY}/branches/main`

  beforeEach(async () => {
    await scene.accept(scene.second, 'integration')
    scene.delivery.github.answers.set(branch, { protected: false })
  })

  it('is no place to deliver from, also where a stage is called by itself (promise 5)', async () => {
    expect((await scene.refusal({})).message).toMatch(/^main is not protected on GitHub: whoever may push to it/)
  })

  it('is asked for once in an attempt: not again when its turn comes', async () => {
    const { digest, commit } = scene.second
    const of = { environment: 'staging', release: { digest, commit } }
    await scene.delivery.record({ event: 'started', ...of }, '700', 2)

    await scene.check({ in: { runId: '700', attempt: 2 } })

    expect(scene.delivery.github.asked).not.toContain(branch)
    scene.delivery.github.setRun('700', 'in_progress', 3)
    expect((await scene.refusal({ in: { runId: '700', attempt: 3 } })).message).toMatch(/^main is not protected/)
  })

  it('is not asked for again by the attempt that announced the release, whose first job asked', async () => {
    const announced = (await scene.delivery.recorded()).find(
      it => it.event === 'released' && it.release?.digest === scene.second.digest
    )
    const { id: runId = '' } = announced?.run ?? {}

    await scene.check({ in: { runId } })

    expect(scene.delivery.github.asked).not.toContain(branch)
    expect((await scene.refusal({ in: { runId, attempt: 2 } })).message).toMatch(/^main is not protected/)
  })
})
