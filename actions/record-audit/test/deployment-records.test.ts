import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { noteApplied, writeRecords } from '@sluice/pipeline'
import type { Seeded } from '@sluice-lab/memory'
import type { RecordInputs } from '../src/inputs.ts'
import { type EventScene, eventScene, PLAN, planFolder } from './event-scene.ts'

type EventInputs = Extract<RecordInputs, { kind: 'events' }>

let folder: string
let scene: EventScene

beforeAll(async () => {
  folder = await planFolder()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(async () => {
  scene = await eventScene()
})

/** What makes a commit another thing to deploy: without it, git shows it to be the same. */
const OTHER = { 'infra/api.yml': 'Resources: { Other: { Type: AWS::SNS::Topic } }\n' }

describe('an intent', () => {
  describe('after a wait at the gate', () => {
    beforeEach(async () => {
      await scene.announce()
      scene.delivery.github.answer('700', 'staging', 'approved')
      await scene.delivery.clock.sleep(11 * 60_000)
    })

    it('is recorded under the same policy', async () => {
      expect((await scene.records(['started'], scene.intent())).drafts).toHaveLength(1)
    })

    it('is refused under another', async () => {
      const { github } = scene.delivery
      github.policy = { commit: 'f'.repeat(40), text: `${github.policy?.text}# stricter\n` }

      await expect(scene.records(['started'], scene.intent())).rejects.toThrow(
        /^delivery\.yml on main changed while this run waited .* Re-run all jobs, which decide by the new one\.$/
      )
    })
  })

  describe('that waits before it lands', () => {
    /** What run 700 records, if somebody else writes after it has decided and before its first try. */
    async function recordBehind(landed: () => Promise<unknown>): Promise<unknown> {
      await scene.announce()
      scene.delivery.github.answer('700', 'staging', 'approved')
      const pipeline = scene.delivery.open({ runId: '700', sha: scene.release.commit })
      const request = await scene.records(['started'], scene.intent(), pipeline)
      await landed()
      return writeRecords(pipeline, request)
    }
    const events = async (): Promise<readonly string[]> =>
      (await scene.delivery.recorded()).slice(-2).map(({ event }) => event)

    it.each([
      [
        'here',
        'staging',
        /^Release r-\S+ may not enter staging: it was withdrawn there \(record 4\)\. Deliver a commit/
      ],
      [
        'where it was accepted',
        'integration',
        /^Release r-\S+ may not enter staging: .* in integration is `withdrawn` \(record 4\)\. Deliver a commit that repairs it/
      ]
    ])('is not written behind a withdrawal %s', async (_, environment, message) => {
      const withdraw = async () => scene.delivery.record({ event: 'withdrawn', environment, release: scene.named() })

      await expect(recordBehind(withdraw)).rejects.toThrow(message)

      expect(await events()).toEqual(['planned', 'withdrawn'])
    })

    it('is written behind what takes nothing from it', async () => {
      const commit = scene.delivery.repository.add()
      const other = { digest: sha256('other'), commit }

      await recordBehind(async () =>
        scene.delivery.record({ event: 'failed', environment: 'integration', release: other })
      )

      expect(await events()).toEqual(['failed', 'started'])
    })
  })

  it('is recorded with the approval that it rests on (promise 5)', async () => {
    await scene.announce()
    scene.delivery.github.answer('700', 'staging', 'approved', { comment: 'go' })

    const { drafts } = await scene.records(['started'], scene.intent())

    expect(drafts).toMatchObject([
      { event: 'started', plan: PLAN, approvals: [{ login: 'approver', state: 'approved', comment: 'go' }] }
    ])
  })

  it.each<[string, 'rejected' | undefined, RegExp]>([
    ['nobody approved', undefined, /^This plan for staging has no approval/],
    ['somebody rejected', 'rejected', /was rejected by approver: "no"/]
  ])('is refused when %s', async (_, state, message) => {
    await scene.announce()
    if (state !== undefined) scene.delivery.github.answer('700', 'staging', state, { comment: 'no' })

    await expect(scene.records(['started'], scene.intent())).rejects.toThrow(message)
  })

  it('is refused when its plan was announced by another run, or is not named', async () => {
    await scene.delivery.record({ event: 'planned', environment: 'staging', release: scene.named(), plan: PLAN }, '699')
    scene.delivery.github.answer('700', 'staging', 'approved')
    const message = 'No plan for staging was recorded in this run, so it cannot have been approved.'

    await expect(scene.records(['started'], scene.intent())).rejects.toThrow(message)
    await expect(scene.records(['started'], { release: scene.release.digest, environment: 'staging' })).rejects.toThrow(
      message
    )
  })

  it.each([
    ['failed', 'the last that the ledger holds of it in integration is `failed`'],
    ['withdrawn', 'the last that the ledger holds of it in integration is `withdrawn`']
  ] as const)(
    'is refused when the release %s in the environment before, whoever approved (promise 3)',
    async (event, message) => {
      await scene.announce()
      scene.delivery.github.answer('700', 'staging', 'approved')
      await scene.delivery.record({
        event,
        environment: 'integration',
        release: scene.named(),
        detail: { reason: 'slow' }
      })

      await expect(scene.records(['started'], scene.intent())).rejects.toThrow(message)
    }
  )

  it('is refused of a release that was withdrawn where it is to go, unless it is a hotfix, which says why (promise 3)', async () => {
    const detail = { promotion: { kind: 'hotfix', reason: 'it was not the release' } }
    await scene.delivery.record({
      event: 'withdrawn',
      environment: 'staging',
      release: scene.named(),
      detail: { reason: 'slow' }
    })
    await scene.announce()
    scene.delivery.github.answer('700', 'staging', 'approved')

    await expect(scene.records(['started'], scene.intent())).rejects.toThrow(
      /may not enter staging: it was withdrawn there \(record \d+: "slow"\)/
    )
    expect((await scene.records(['started'], { ...scene.intent(), detail })).drafts).toMatchObject([
      { event: 'started', detail }
    ])
  })

  it('is refused without a plan, also where nobody is asked', async () => {
    await expect(
      scene.records(['started'], { release: scene.release.digest, environment: 'integration' })
    ).rejects.toThrow(/^The event started requires the input plan-digest/)
  })

  it('rests on nobody where nobody is asked', async () => {
    const { drafts } = await scene.records(['started'], { ...scene.intent(), environment: 'integration' })

    expect(drafts[0]).not.toHaveProperty('approvals')
    expect(drafts[0]?.protection).toMatchObject({ environment: 'integration', refs: ['refs/heads/main'] })
  })

  it('is not recorded at a gate that every branch may deploy to, though nobody is asked (promise 5)', async () => {
    scene.delivery.github.protect('integration', { protection_rules: [], deployment_branch_policy: null })

    await expect(scene.records(['started'], { ...scene.intent(), environment: 'integration' })).rejects.toThrow(
      'The gate of integration is open: every branch may deploy to it.'
    )
  })
})

describe('events of one environment', () => {
  it('are recorded together', async () => {
    const { drafts } = await scene.records(['planned', 'started'], { ...scene.intent(), environment: 'integration' })

    expect(drafts.map(({ event }) => event)).toEqual(['planned', 'started'])
  })
})

describe('a deployment', () => {
  const intent = (run: string, plan = PLAN): Promise<unknown> =>
    scene.delivery.record({ event: 'started', environment: 'staging', release: scene.named(), plan }, run)
  const deployed = (changes: Partial<EventInputs> = {}): ReturnType<EventScene['records']> =>
    scene.records(
      ['deployed'],
      { ...scene.intent(), ...changes },
      scene.delivery.open({ runId: '700', sha: scene.release.commit, temp: folder })
    )

  it('is recorded after its intent, once its plan was applied', async () => {
    await intent('700')
    await noteApplied({ temp: folder }, { environment: 'staging', plan: PLAN })

    const { drafts } = await deployed()

    expect(drafts).toMatchObject([
      { event: 'deployed', environment: 'staging', environmentId: 501, release: scene.named() }
    ])
  })

  it('is refused without an intent in this run (promise 6)', async () => {
    await intent('699')

    await expect(deployed()).rejects.toThrow(/^This run has no `started` record for r-/)
  })

  it('is refused when this job applied no plan, or another one (promise 6)', async () => {
    const another = sha256('another')
    await intent('700', another)
    await noteApplied({ temp: folder }, { environment: 'integration', plan: another })

    await expect(deployed({ plan: another })).rejects.toThrow(
      /^Plan sha256:[0-9a-f]{64} for staging was not applied in this job, so r-[0-9a-f]{12} cannot be recorded as deployed\./
    )
    await expect(deployed()).rejects.toThrow(
      /^Plan sha256:[0-9a-f]{64} for staging has no `started` record in this run: record \d+ is about sha256:/
    )
    await expect(deployed({ plan: undefined })).rejects.toThrow(/^The event deployed requires the input plan-digest/)
  })
})

describe('a withdrawal', () => {
  const withdraw = (of: Pick<Seeded, 'digest'> = scene.release): ReturnType<EventScene['records']> =>
    scene.records(['withdrawn'], { release: of.digest, environment: 'integration', detail: { reason: 'orders fail' } })

  it('says why, and of which GitHub Environment', async () => {
    scene.delivery.github.protect('integration', { id: 77 })

    const { drafts } = await withdraw()

    expect(drafts).toMatchObject([
      {
        event: 'withdrawn',
        environment: 'integration',
        environmentId: 77,
        release: scene.named(),
        detail: { reason: 'orders fail' }
      }
    ])
  })

  it('is refused under another policy than the run began under: it may have waited', async () => {
    const { github } = scene.delivery
    github.policy = { commit: 'f'.repeat(40), text: `${github.policy?.text}# stricter\n` }

    await expect(withdraw()).rejects.toThrow(/^delivery\.yml on main changed while this run waited/)
  })

  it('of what is live names the releases that changed nothing there, and no others', async () => {
    const of = { environment: 'integration', release: scene.named() }
    await scene.delivery.record({ event: 'started', ...of }, '600')
    await scene.delivery.record({ event: 'deployed', ...of }, '600')
    const same = await scene.delivery.release(scene.delivery.repository.add())
    const { digest, commit } = same
    await scene.delivery.record({ event: 'unchanged', environment: 'integration', release: { digest, commit } }, '601')
    const other = await scene.delivery.release(scene.delivery.repository.add(OTHER))

    expect((await withdraw()).drafts).toMatchObject([{ detail: { also: [digest] } }])
    expect((await withdraw(same)).drafts).toMatchObject([{ detail: { also: [scene.release.digest] } }])
    expect((await withdraw(other)).drafts[0]?.detail).toEqual({ reason: 'orders fail' })
  })

  it('of what was found in place names what it is the same as, though others were found since, until something else is deployed', async () => {
    const deploy = async (run: string, { digest, commit }: Seeded): Promise<void> => {
      const of = { environment: 'integration', release: { digest, commit } }
      await scene.delivery.record({ event: 'started', ...of }, run)
      await scene.delivery.record({ event: 'deployed', ...of }, run)
    }
    const find = async (run: string): Promise<Seeded> => {
      const found = await scene.delivery.release(scene.delivery.repository.add())
      const of = { environment: 'integration', release: { digest: found.digest, commit: found.commit } }
      await scene.delivery.record({ event: 'unchanged', ...of, detail: { sameAs: scene.release.digest } }, run)
      return found
    }
    await deploy('600', scene.release)
    const [forgotten, newest] = [await find('601'), await find('602')]

    expect((await withdraw(forgotten)).drafts).toMatchObject([
      { detail: { also: [newest.digest, scene.release.digest] } }
    ])

    await deploy('603', await scene.delivery.release(scene.delivery.repository.add(OTHER)))

    expect((await withdraw(forgotten)).drafts[0]?.detail).toEqual({ reason: 'orders fail' })
  })

  it('of what was announced to change nothing names what it is the same as, though others were announced since, until something else is deployed', async () => {
    const deploy = async (run: string, { digest, commit }: Seeded): Promise<void> => {
      const of = { environment: 'integration', release: { digest, commit } }
      for (const event of ['started', 'deployed', 'accepted'] as const)
        await scene.delivery.record({ event, ...of }, run)
    }
    const announce = async (run: string): Promise<Pick<Seeded, 'digest' | 'commit'>> => {
      const unchanged = [{ environment: 'integration', release: scene.release.digest }]
      const release = { digest: sha256(`release of run ${run}`), commit: scene.delivery.repository.add() }
      await scene.delivery.record({ event: 'released', release, detail: { unchanged } }, run)
      return release
    }
    await deploy('600', scene.release)
    const [forgotten, newest] = [await announce('601'), await announce('602')]

    expect((await withdraw(forgotten)).drafts).toMatchObject([
      { detail: { also: [newest.digest, scene.release.digest] } }
    ])

    await deploy('603', await scene.delivery.release(scene.delivery.repository.add(OTHER)))

    expect((await withdraw(forgotten)).drafts[0]?.detail).toEqual({ reason: 'orders fail' })
  })

  it('is not recorded from a branch that anyone may push to, though nobody asked before (promise 5)', async () => {
    scene.delivery.github.answers.set('/repos/octo-org/shop/branches/main', { protected: false })

    await expect(
      scene.records(['withdrawn'], {
        release: scene.release.digest,
        environment: 'staging',
        detail: { reason: 'orders fail' }
      })
    ).rejects.toThrow(/^main is not protected on GitHub/)
    expect((await withdraw()).drafts).toHaveLength(1)
  })
})
