import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, sha256 } from '@sluice/core'
import { noteApplied, type Pipeline } from '@sluice/pipeline'
import { APPROVER, type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { recordsOfEvents } from '../src/event-records.ts'
import type { RecordInputs } from '../src/inputs.ts'

type EventInputs = Extract<RecordInputs, { kind: 'events' }>

const PLAN_TEXT = '{"plan":1}'
const PLAN = sha256(PLAN_TEXT)

let folder: string
let delivery: MemoryDelivery
let release: Seeded

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-events-'))
  await writeFile(join(folder, 'plan.json'), PLAN_TEXT)
  await writeFile(join(folder, 'dossier.md'), '# Dossier\n')
})

afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(async () => {
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
  delivery.github.protect('staging')
  await delivery.record({ event: 'accepted', environment: 'integration', release: named() })
})

/** What run 700 would record. */
function records(
  events: EventInputs['events'],
  changes: Partial<EventInputs> = {},
  pipeline: Pipeline = delivery.open({ runId: '700', sha: release.commit })
): ReturnType<typeof recordsOfEvents> {
  return recordsOfEvents(
    {
      kind: 'events',
      events,
      release: undefined,
      environment: undefined,
      unit: undefined,
      plan: undefined,
      planPath: undefined,
      dossierPath: undefined,
      detail: undefined,
      ...changes
    },
    pipeline
  )
}

const named = (): { readonly digest: Digest; readonly commit: string } => ({
  digest: release.digest,
  commit: release.commit
})

/** Announces the plan in run 700. */
async function announce(): Promise<void> {
  await delivery.record(
    { event: 'planned', environment: 'staging', release: named(), plan: PLAN, approvals: [] },
    '700'
  )
}

const INTENT = (): Partial<EventInputs> => ({ release: release.digest, environment: 'staging', plan: PLAN })

describe('a build', () => {
  it('may have fetched thousands of things: they are told by a file, which no limit of the machine cuts off', async () => {
    const unit = { name: 'site', digest: sha256('site'), fingerprint: sha256('sources') }
    const resolvedDependencies = Array.from({ length: 2_000 }, (_, n) => ({
      uri: `https://packages.example/pool/main/p/package-${n}.deb`,
      digest: { sha256: sha256(String(n)).slice('sha256:'.length) }
    }))
    const detail = { builder: 'x', sandbox: true, resolvedDependencies }
    const detailPath = join(folder, 'facts.json')
    await writeFile(detailPath, JSON.stringify(detail))
    // What Linux takes as one variable of a program's environment.
    expect(JSON.stringify(detail).length).toBeGreaterThan(128 * 1024)

    const { drafts, attachments } = await records(['built'], { unit, detailPath })

    const [report = new Uint8Array()] = attachments ?? []
    expect(JSON.parse(Buffer.from(report).toString('utf8'))).toEqual(detail)
    expect(drafts).toMatchObject([
      { evidence: [{ type: 'build', digest: sha256(report) }], detail: { builder: 'x', sandbox: true } }
    ])
  })

  it.each([
    ['that is not there', 'nothing.json', /^The file of input detail-path cannot be read: .*nothing\.json/],
    ['that is no JSON', 'dossier.md', /^The file of input detail-path is not JSON/]
  ])('refuses a file of facts %s', async (_, file, message) => {
    await expect(records(['built'], { detailPath: join(folder, file) })).rejects.toThrow(message)
  })

  it('is recorded of its unit, whose kind is what the commit says', async () => {
    const unit = { name: 'site', digest: sha256('site'), fingerprint: sha256('sources') }

    const { drafts, attachments } = await records(['tested', 'built'], {
      unit,
      detail: { builder: 'x' }
    })

    const common = delivery.open({ runId: '700', sha: release.commit }).draft()
    const of = { ...common, unit: { ...unit, kind: 'bundle' }, detail: { builder: 'x' } }
    expect(drafts).toEqual([
      { ...of, event: 'tested' },
      { ...of, event: 'built' }
    ])
    expect(attachments).toEqual([])
  })

  it('keeps a long report beside its record, whole, and what can be read in it', async () => {
    const unit = { name: 'site', digest: sha256('site'), fingerprint: sha256('sources') }
    const resolvedDependencies = Array.from({ length: 40 }, (_, n) => ({
      uri: `https://example/${n}`,
      digest: { sha256: 'a' }
    }))
    const detail = { builder: 'x', sandbox: true, resolvedDependencies }

    const { drafts, attachments } = await records(['tested', 'built'], { unit, detail })

    const [report = new Uint8Array()] = attachments ?? []
    expect(JSON.parse(Buffer.from(report).toString('utf8'))).toEqual(detail)
    expect(drafts.map(({ event, evidence, detail: kept }) => ({ event, evidence, kept }))).toEqual([
      { event: 'tested', evidence: undefined, kept: { builder: 'x', sandbox: true } },
      { event: 'built', evidence: [{ type: 'build', digest: sha256(report) }], kept: { builder: 'x', sandbox: true } }
    ])
  })

  it('of a unit that the commit does not have is not recorded', async () => {
    const unit = { name: 'sight', digest: sha256('site'), fingerprint: sha256('sources') }

    await expect(records(['built'], { unit })).rejects.toThrow(/no unit "sight".*site/)
  })
})

describe('a release', () => {
  it('is archived with its document, so that its units can be told offline', async () => {
    const unknown = memoryDelivery()
    const pipeline = { ...unknown.open(), release: async () => release.document }

    const { drafts, attachments } = await records(['released'], { release: release.digest }, pipeline)

    expect(drafts).toMatchObject([{ evidence: [{ type: 'release', digest: release.digest }] }])
    expect(attachments?.map(content => JSON.parse(Buffer.from(content).toString('utf8')))).toEqual([release.document])
  })

  it('whose document has other bytes than the canonical ones is not announced', async () => {
    const pipeline = { ...delivery.open(), release: async () => ({ ...release.document, product: 'other' }) }

    await expect(records(['released'], { release: release.digest }, pipeline)).rejects.toThrow(
      `The document of release ${release.digest} is not canonical JSON`
    )
  })

  it('is announced with the commit of its document', async () => {
    const unknown = memoryDelivery()
    const pipeline = { ...unknown.open(), release: async () => release.document }

    const { drafts } = await records(['released'], { release: release.digest }, pipeline)

    expect(drafts).toMatchObject([{ event: 'released', release: named() }])
  })

  it('that was never announced is nothing to record a deployment of', async () => {
    const digest = sha256('nothing')

    await expect(records(['deployed'], { release: digest, environment: 'staging' })).rejects.toThrow(
      `The ledger holds no release ${digest}. Record \`released\` first.`
    )
  })
})

describe('a plan', () => {
  it('is recorded with the gate and the answers of before it (promise 5), and archived with its dossier', async () => {
    delivery.github.answer('700', 'staging', 'approved', { comment: 'of an earlier attempt' })

    const { drafts, attachments } = await records(['planned'], {
      ...INTENT(),
      planPath: join(folder, 'plan.json'),
      dossierPath: join(folder, 'dossier.md')
    })

    expect(drafts).toEqual([
      {
        ...delivery.open({ runId: '700', sha: release.commit }).draft(),
        event: 'planned',
        environment: 'staging',
        environmentId: 501,
        release: named(),
        plan: PLAN,
        dossier: sha256('# Dossier\n'),
        protection: {
          id: 501,
          environment: 'staging',
          reviewers: [{ type: 'User', id: '8', name: 'approver' }],
          preventSelfReview: true,
          adminBypass: false,
          branchPolicy: 'custom',
          refs: ['refs/heads/main']
        },
        detail: { authors: { accounts: [{ id: '7', login: 'author' }], unknown: [] } },
        approvals: [
          {
            userId: String(APPROVER.id),
            login: APPROVER.login,
            state: 'approved',
            comment: 'of an earlier attempt',
            seenAt: '2026-01-01T00:00:00.000Z'
          }
        ]
      }
    ])
    expect(attachments?.map(it => Buffer.from(it).toString('utf8'))).toEqual([PLAN_TEXT, '# Dossier\n'])
  })

  it('has the digest of its file when none is given', async () => {
    const { drafts } = await records(['planned'], {
      release: release.digest,
      environment: 'staging',
      planPath: join(folder, 'plan.json')
    })

    expect(drafts).toMatchObject([{ plan: PLAN }])
    expect(drafts[0]).not.toHaveProperty('dossier')
  })

  it('has no answers where nobody is asked', async () => {
    const { drafts } = await records(['planned'], { ...INTENT(), environment: 'integration' })

    expect(drafts[0]).not.toHaveProperty('approvals')
    expect(drafts[0]).not.toHaveProperty('detail')
    expect(drafts[0]?.protection).toMatchObject({ environment: 'integration', refs: ['refs/heads/main'] })
  })

  it('that is not what its digest names is refused', async () => {
    const plan = sha256('another')
    const planPath = join(folder, 'plan.json')

    await expect(records(['planned'], { ...INTENT(), plan, planPath })).rejects.toThrow(
      `The plan in ${planPath} hashes to ${PLAN}, but plan-digest is ${plan}.`
    )
  })

  it.each<[string, object, RegExp]>([
    ['it has no reviewers', { protection_rules: [] }, /^The gate of staging is open: it has no required reviewers/],
    ['any branch may deploy', { deployment_branch_policy: null }, /every branch may deploy to it/]
  ])('is not recorded for a gate that stops nobody, because %s (promise 5)', async (_, gate, message) => {
    delivery.github.protect('staging', gate)

    await expect(records(['planned'], INTENT())).rejects.toThrow(message)
  })
})

describe('an intent', () => {
  it('is recorded with the approval that it rests on (promise 5)', async () => {
    await announce()
    delivery.github.answer('700', 'staging', 'approved', { comment: 'go' })

    const { drafts } = await records(['started'], INTENT())

    expect(drafts).toMatchObject([
      { event: 'started', plan: PLAN, approvals: [{ login: 'approver', state: 'approved', comment: 'go' }] }
    ])
  })

  it.each<[string, 'rejected' | undefined, RegExp]>([
    ['nobody approved', undefined, /^This plan for staging has no approval/],
    ['somebody rejected', 'rejected', /was rejected by approver: "no"/]
  ])('is refused when %s', async (_, state, message) => {
    await announce()
    if (state !== undefined) delivery.github.answer('700', 'staging', state, { comment: 'no' })

    await expect(records(['started'], INTENT())).rejects.toThrow(message)
  })

  it('is refused when its plan was announced by another run, or is not named', async () => {
    await delivery.record({ event: 'planned', environment: 'staging', release: named(), plan: PLAN }, '699')
    delivery.github.answer('700', 'staging', 'approved')
    const message = 'No plan for staging was recorded in this run, so it cannot have been approved.'

    await expect(records(['started'], INTENT())).rejects.toThrow(message)
    await expect(records(['started'], { release: release.digest, environment: 'staging' })).rejects.toThrow(message)
  })

  it.each([
    ['failed', 'the last that the ledger holds of it in integration is `failed`'],
    ['withdrawn', 'the last that the ledger holds of it in integration is `withdrawn`']
  ] as const)(
    'is refused when the release %s in the environment before, whoever approved (promise 3)',
    async (event, message) => {
      await announce()
      delivery.github.answer('700', 'staging', 'approved')
      await delivery.record({ event, environment: 'integration', release: named(), detail: { reason: 'slow' } })

      await expect(records(['started'], INTENT())).rejects.toThrow(message)
    }
  )

  it('is refused of a release that was withdrawn where it is to go, unless it is a hotfix, which says why (promise 3)', async () => {
    const detail = { promotion: { kind: 'hotfix', reason: 'it was not the release' } }
    await delivery.record({ event: 'withdrawn', environment: 'staging', release: named(), detail: { reason: 'slow' } })
    await announce()
    delivery.github.answer('700', 'staging', 'approved')

    await expect(records(['started'], INTENT())).rejects.toThrow(
      /may not enter staging: it was withdrawn there \(record \d+: "slow"\)/
    )
    expect((await records(['started'], { ...INTENT(), detail })).drafts).toMatchObject([{ event: 'started', detail }])
  })

  it('is refused without a plan, also where nobody is asked', async () => {
    await expect(records(['started'], { release: release.digest, environment: 'integration' })).rejects.toThrow(
      /^The event started requires the input plan-digest/
    )
  })

  it('rests on nobody where nobody is asked', async () => {
    const { drafts } = await records(['started'], { ...INTENT(), environment: 'integration' })

    expect(drafts[0]).not.toHaveProperty('approvals')
    expect(drafts[0]?.protection).toMatchObject({ environment: 'integration', refs: ['refs/heads/main'] })
  })

  it('is not recorded at a gate that every branch may deploy to, though nobody is asked (promise 5)', async () => {
    delivery.github.protect('integration', { protection_rules: [], deployment_branch_policy: null })

    await expect(records(['started'], { ...INTENT(), environment: 'integration' })).rejects.toThrow(
      'The gate of integration is open: every branch may deploy to it.'
    )
  })
})

describe('events of one environment', () => {
  it('are recorded together', async () => {
    const { drafts } = await records(['planned', 'started'], { ...INTENT(), environment: 'integration' })

    expect(drafts.map(({ event }) => event)).toEqual(['planned', 'started'])
  })
})

describe('a deployment', () => {
  const intent = (run: string, plan = PLAN): Promise<unknown> =>
    delivery.record({ event: 'started', environment: 'staging', release: named(), plan }, run)
  const deployed = (changes: Partial<EventInputs> = {}): ReturnType<typeof records> =>
    records(
      ['deployed'],
      { ...INTENT(), ...changes },
      delivery.open({ runId: '700', sha: release.commit, temp: folder })
    )

  it('is recorded after its intent, once its plan was applied', async () => {
    await intent('700')
    await noteApplied({ temp: folder }, { environment: 'staging', plan: PLAN })

    const { drafts } = await deployed()

    expect(drafts).toMatchObject([{ event: 'deployed', environment: 'staging', environmentId: 501, release: named() }])
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
  const withdraw = (of: Seeded = release): ReturnType<typeof records> =>
    records(['withdrawn'], { release: of.digest, environment: 'integration', detail: { reason: 'orders fail' } })

  it('says why, and of which GitHub Environment', async () => {
    delivery.github.protect('integration', { id: 77 })

    const { drafts } = await withdraw()

    expect(drafts).toMatchObject([
      {
        event: 'withdrawn',
        environment: 'integration',
        environmentId: 77,
        release: named(),
        detail: { reason: 'orders fail' }
      }
    ])
  })

  it('of what is live names the releases that changed nothing there, and no others', async () => {
    const of = { environment: 'integration', release: named() }
    await delivery.record({ event: 'started', ...of }, '600')
    await delivery.record({ event: 'deployed', ...of }, '600')
    const same = await delivery.release(delivery.repository.add())
    const { digest, commit } = same
    await delivery.record({ event: 'unchanged', environment: 'integration', release: { digest, commit } }, '601')
    const other = await delivery.release(delivery.repository.add())

    expect((await withdraw()).drafts).toMatchObject([{ detail: { also: [digest] } }])
    expect((await withdraw(same)).drafts).toMatchObject([{ detail: { also: [release.digest] } }])
    expect((await withdraw(other)).drafts[0]?.detail).toEqual({ reason: 'orders fail' })
  })

  it('of what was found in place names what it is the same as, though others were found since, until something else is deployed', async () => {
    const deploy = async (run: string, { digest, commit }: Seeded): Promise<void> => {
      const of = { environment: 'integration', release: { digest, commit } }
      await delivery.record({ event: 'started', ...of }, run)
      await delivery.record({ event: 'deployed', ...of }, run)
    }
    const find = async (run: string): Promise<Seeded> => {
      const found = await delivery.release(delivery.repository.add())
      const of = { environment: 'integration', release: { digest: found.digest, commit: found.commit } }
      await delivery.record({ event: 'unchanged', ...of, detail: { sameAs: release.digest } }, run)
      return found
    }
    await deploy('600', release)
    const [forgotten, newest] = [await find('601'), await find('602')]

    expect((await withdraw(forgotten)).drafts).toMatchObject([{ detail: { also: [newest.digest, release.digest] } }])

    await deploy('603', await delivery.release(delivery.repository.add()))

    expect((await withdraw(forgotten)).drafts[0]?.detail).toEqual({ reason: 'orders fail' })
  })

  it('is not recorded from a branch that anyone may push to, though nobody asked before (promise 5)', async () => {
    delivery.github.answers.set('/repos/octo-org/shop/branches/main', { protected: false })

    await expect(
      records(['withdrawn'], { release: release.digest, environment: 'staging', detail: { reason: 'orders fail' } })
    ).rejects.toThrow(/^main is not protected on GitHub/)
    expect((await withdraw()).drafts).toHaveLength(1)
  })
})
