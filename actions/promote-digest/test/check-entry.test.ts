import { beforeEach, describe, expect, it } from '@jest/globals'
import { releaseId } from '@sluice/core'
import { REPOSITORY, type Seeded, SHOP } from '@sluice-lab/memory'
import { type CheckScene, checkScene } from './check-scene.ts'

/** Two hours must pass between the acceptance in integration and the entry into staging. */
const SOAKING = SHOP.replace('    gate: approval\n', '    gate: approval\n    requires: { soak: 2h }\n')

let scene: CheckScene

beforeEach(async () => {
  scene = await checkScene()
})

describe('a release may enter', () => {
  it('when it was accepted in the environment before (promise 3), and the next job learns its commit', async () => {
    await scene.accept(scene.second, 'integration')

    const { outputs, summary } = await scene.check()

    expect(outputs).toEqual({ verdict: 'allowed', live: 'other', commit: scene.second.commit })
    const accepted = (await scene.delivery.recorded()).findLast(({ event }) => event === 'accepted')?.sequence
    expect(summary).toBe(
      [
        `### ${releaseId(scene.second.digest)} may enter staging`,
        '',
        '|  |  |',
        '| --- | --- |',
        `| release | ${releaseId(scene.second.digest)} \`${scene.second.digest}\` |`,
        `| commit | \`${scene.second.commit}\` |`,
        '| deployed before | nothing |',
        `| accepted in | integration (record ${accepted}) |`,
        '| gate | one of approver; no one who started this, or wrote or committed a part of it |',
        ''
      ].join('\n')
    )
    expect(scene.delivery.log.groups).toEqual([
      'Check the gate of staging',
      'Wait for other runs in staging',
      `Decide whether ${releaseId(scene.second.digest)} may enter staging`,
      'Check that the refs that decide are protected'
    ])
  })

  it('when it changed nothing in the environment before, and what is live there soaked for long enough (promise 10)', async () => {
    scene = await checkScene(SOAKING)
    await scene.accept(scene.first, 'integration')
    scene.delivery.clock.advance(2 * 3_600_000)
    const { digest, commit } = scene.second
    const acceptedBy = (await scene.delivery.recorded()).findLast(({ event }) => event === 'accepted')?.sequence
    await scene.delivery.record({
      event: 'unchanged',
      environment: 'integration',
      release: { digest, commit },
      detail: { acceptedBy }
    })

    expect((await scene.check()).outputs['verdict']).toBe('allowed')
  })

  it('where what is live was withdrawn, and is not told that it was accepted', async () => {
    await scene.accept(scene.first, 'integration')
    const { digest, commit } = scene.first
    const of = { environment: 'integration', release: { digest, commit }, detail: { reason: 'slow' } }
    await scene.delivery.record({ event: 'withdrawn', ...of })

    const { outputs } = await scene.check({ environment: 'integration' })

    expect(outputs).toMatchObject({ verdict: 'allowed', live: 'other' })
    await expect(scene.check({ environment: 'integration', of: scene.first })).rejects.toThrow(
      /it was withdrawn there \(record \d+: "slow"\)/
    )
  })

  it('as a rollback to what was accepted there, which says by what, and that it was withdrawn in the environment before', async () => {
    for (const release of [scene.first, scene.second])
      for (const environment of ['integration', 'staging']) await scene.accept(release, environment)
    const { digest, commit } = scene.first
    const place = { environment: 'integration', release: { digest, commit } }
    await scene.delivery.record({ event: 'withdrawn', ...place, detail: { reason: 'loses | orders' } })
    const records = await scene.delivery.recorded()
    const accepted = records.findLast(it => it.event === 'accepted' && it.release?.digest === digest)

    const { summary } = await scene.check({ of: scene.first, kind: 'rollback', reason: 'go back' })

    expect(summary).toContain(`| accepted in | staging (record ${accepted?.sequence}) |`)
    expect(summary).toMatch(
      new RegExp(
        `\\| withdrawn in integration \\| by \\S+ \\(record ${records.at(-1)?.sequence}\\): loses &#124; orders \\|`
      )
    )
    expect(summary).toContain('| rollback | go back |')
  })

  it('the first environment, and is told from what is live there', async () => {
    await scene.accept(scene.first, 'integration')

    const { outputs, summary } = await scene.check({ environment: 'integration' })

    expect(outputs).toEqual({ verdict: 'allowed', live: 'accepted', commit: scene.second.commit })
    expect(summary).toContain('| accepted in | first environment |')
    expect(summary).toContain(
      `| deployed before | ${releaseId(scene.first.digest)}, commit \`${scene.first.commit}\` |`
    )
    expect(summary).toContain('| gate | continuous, no one is asked |')
  })

  it('when it has soaked for as long as delivery.yml says, and not a moment before (promise 3)', async () => {
    scene = await checkScene(SOAKING)
    await scene.accept(scene.second, 'integration')

    scene.delivery.clock.advance(2 * 3_600_000 - 1)
    const early = await scene.refusal({})
    scene.delivery.clock.advance(1)

    expect(early.message).toMatch(/may not enter staging yet: it must soak in integration until 2026-01-01T02:00:00/)
    expect(early.outputs).toEqual({ verdict: 'failed' })
    expect((await scene.check()).outputs['verdict']).toBe('allowed')
  })

  it('by hand, where that is its gate', async () => {
    await scene.accept(scene.second, 'integration')
    await scene.accept(scene.second, 'staging')

    const { summary } = await scene.check({ environment: 'fair', in: { event: 'workflow_dispatch' } })

    expect(summary).toContain('| gate | started by hand, no second person |')
    await expect(scene.check({ environment: 'fair' })).rejects.toThrow(
      'fair can only be started manually (gate: dispatch)'
    )
  })

  it('out of order with a reason, which is handed on to be recorded and shown as text', async () => {
    await scene.accept(scene.first, 'staging')
    await scene.accept(scene.second, 'staging')

    const { outputs, summary } = await scene.check({ of: scene.first, kind: 'rollback', reason: 'orders <b>fail</b>' })

    expect(outputs).toMatchObject({
      live: 'accepted',
      detail: JSON.stringify({ promotion: { kind: 'rollback', reason: 'orders <b>fail</b>' } })
    })
    expect(summary).toContain('| rollback | orders &lt;b&gt;fail&lt;/b&gt; |')
  })

  it('when the run before it has said what became of the environment', async () => {
    await scene.accept(scene.second, 'integration')
    const { digest, commit } = scene.first
    await scene.delivery.record({ event: 'started', environment: 'staging', release: { digest, commit } }, '900')
    scene.delivery.github.setRun('900', 'in_progress')
    const sleep = scene.delivery.clock.sleep.bind(scene.delivery.clock)
    scene.delivery.clock.sleep = async milliseconds => {
      scene.delivery.github.setRun('900', 'completed')
      return sleep(milliseconds)
    }

    await scene.check()

    // First whether the ledger moved, then whether the run is over.
    expect(scene.delivery.clock.slept).toEqual([10_000, 50_000])
    expect(scene.delivery.log.lines).toEqual([
      expect.stringMatching(/^Run 900 is deploying to staging: .* Waiting for it to finish, until .* at the latest\.$/)
    ])
  })

  it('not where a living run announced itself so long ago that it is overdue, and that is said at once', async () => {
    await scene.accept(scene.second, 'integration')
    const { digest, commit } = scene.first
    await scene.delivery.record({ event: 'started', environment: 'staging', release: { digest, commit } }, '900')
    scene.delivery.github.setRun('900', 'in_progress')
    scene.delivery.clock.advance(4 * 3_600_000)

    await expect(scene.check()).rejects.toThrow(/^Run 900 is deploying to staging: .* Cancel that run if it hangs/)

    expect(scene.delivery.clock.slept).toEqual([])
  })

  it('without waiting for a run that is over, whatever it left unsaid', async () => {
    await scene.accept(scene.second, 'integration')
    const { digest, commit } = scene.first
    await scene.delivery.record({ event: 'started', environment: 'staging', release: { digest, commit } }, '900')
    scene.delivery.github.setRun('900', 'completed')

    await scene.check()

    expect([scene.delivery.clock.slept, scene.delivery.log.lines]).toEqual([[], []])
  })

  it('without waiting for a run that announced itself later', async () => {
    await scene.accept(scene.second, 'integration')
    const of = (release: Seeded) => ({
      environment: 'staging',
      release: { digest: release.digest, commit: release.commit }
    })
    await scene.delivery.record({ event: 'started', ...of(scene.second) }, '700')
    await scene.delivery.record({ event: 'started', ...of(scene.first) }, '900')
    for (const id of ['700', '900']) scene.delivery.github.setRun(id, 'in_progress')

    expect((await scene.check({ in: { runId: '700' } })).outputs['verdict']).toBe('allowed')
    expect([scene.delivery.clock.slept, scene.delivery.log.lines]).toEqual([[], []])
  })
})

it('a check asks GitHub for the gate and the default branch, and nothing else, where nobody else deploys', async () => {
  await scene.accept(scene.second, 'integration')

  await scene.check()

  const of = `/repos/${REPOSITORY}/environments/staging`
  expect(scene.delivery.github.asked).toEqual([
    of,
    `${of}/deployment-branch-policies?per_page=100`,
    `/repos/${REPOSITORY}/branches/main`
  ])
})
