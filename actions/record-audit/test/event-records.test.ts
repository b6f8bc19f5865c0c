import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { APPROVER, memoryDelivery, PROTECTION } from '@sluice-lab/memory'
import { type EventScene, eventScene, PLAN, PLAN_TEXT, planFolder } from './event-scene.ts'

let folder: string
let scene: EventScene

beforeAll(async () => {
  folder = await planFolder()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

beforeEach(async () => {
  scene = await eventScene()
})

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

    const { drafts, attachments } = await scene.records(['built'], { unit, detailPath })

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
    await expect(scene.records(['built'], { detailPath: join(folder, file) })).rejects.toThrow(message)
  })

  it('is recorded of its unit, whose kind is what the commit says', async () => {
    const unit = { name: 'site', digest: sha256('site'), fingerprint: sha256('sources') }

    const { drafts, attachments } = await scene.records(['tested', 'built'], {
      unit,
      detail: { builder: 'x' }
    })

    const common = scene.delivery.open({ runId: '700', sha: scene.release.commit }).draft()
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

    const { drafts, attachments } = await scene.records(['tested', 'built'], { unit, detail })

    const [report = new Uint8Array()] = attachments ?? []
    expect(JSON.parse(Buffer.from(report).toString('utf8'))).toEqual(detail)
    expect(drafts.map(({ event, evidence, detail: kept }) => ({ event, evidence, kept }))).toEqual([
      { event: 'tested', evidence: undefined, kept: { builder: 'x', sandbox: true } },
      { event: 'built', evidence: [{ type: 'build', digest: sha256(report) }], kept: { builder: 'x', sandbox: true } }
    ])
  })

  it('of a unit that the commit does not have is not recorded', async () => {
    const unit = { name: 'sight', digest: sha256('site'), fingerprint: sha256('sources') }

    await expect(scene.records(['built'], { unit })).rejects.toThrow(/no unit "sight".*site/)
  })
})

describe('a release', () => {
  it('is archived with its document, so that its units can be told offline', async () => {
    const unknown = memoryDelivery()
    const pipeline = { ...unknown.open(), release: async () => scene.release.document }

    const { drafts, attachments } = await scene.records(['released'], { release: scene.release.digest }, pipeline)

    expect(drafts).toMatchObject([{ evidence: [{ type: 'release', digest: scene.release.digest }] }])
    expect(attachments?.map(content => JSON.parse(Buffer.from(content).toString('utf8')))).toEqual([
      scene.release.document
    ])
  })

  it('whose document has other bytes than the canonical ones is not announced', async () => {
    const pipeline = {
      ...scene.delivery.open(),
      release: async () => ({ ...scene.release.document, product: 'other' })
    }

    await expect(scene.records(['released'], { release: scene.release.digest }, pipeline)).rejects.toThrow(
      `The document of release ${scene.release.digest} is not canonical JSON`
    )
  })

  it('is announced with the commit of its document', async () => {
    const unknown = memoryDelivery()
    const pipeline = { ...unknown.open(), release: async () => scene.release.document }

    const { drafts } = await scene.records(['released'], { release: scene.release.digest }, pipeline)

    expect(drafts).toMatchObject([{ event: 'released', release: scene.named() }])
  })

  it('that was never announced is nothing to record a deployment of', async () => {
    const digest = sha256('nothing')

    await expect(scene.records(['deployed'], { release: digest, environment: 'staging' })).rejects.toThrow(
      `The ledger holds no release ${digest}. Record \`released\` first.`
    )
  })
})

describe('a plan', () => {
  it('is recorded with the gate and the answers of before it (promise 5), and archived with its dossier', async () => {
    scene.delivery.github.answer('700', 'staging', 'approved', { comment: 'of an earlier attempt' })

    const { drafts, attachments } = await scene.records(['planned'], {
      ...scene.intent(),
      planPath: join(folder, 'plan.json'),
      dossierPath: join(folder, 'dossier.md')
    })

    expect(drafts).toEqual([
      {
        ...scene.delivery.open({ runId: '700', sha: scene.release.commit }).draft(),
        event: 'planned',
        environment: 'staging',
        environmentId: 501,
        release: scene.named(),
        plan: PLAN,
        dossier: sha256('# Dossier\n'),
        protection: PROTECTION,
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
    const { drafts } = await scene.records(['planned'], {
      release: scene.release.digest,
      environment: 'staging',
      planPath: join(folder, 'plan.json')
    })

    expect(drafts).toMatchObject([{ plan: PLAN }])
    expect(drafts[0]).not.toHaveProperty('dossier')
  })

  it('has no answers where nobody is asked', async () => {
    const { drafts } = await scene.records(['planned'], { ...scene.intent(), environment: 'integration' })

    expect(drafts[0]).not.toHaveProperty('approvals')
    expect(drafts[0]).not.toHaveProperty('detail')
    expect(drafts[0]?.protection).toMatchObject({ environment: 'integration', refs: ['refs/heads/main'] })
  })

  it('that is not what its digest names is refused', async () => {
    const plan = sha256('another')
    const planPath = join(folder, 'plan.json')

    await expect(scene.records(['planned'], { ...scene.intent(), plan, planPath })).rejects.toThrow(
      `The plan in ${planPath} hashes to ${PLAN}, but plan-digest is ${plan}.`
    )
  })

  it.each<[string, object, RegExp]>([
    ['it has no reviewers', { protection_rules: [] }, /^The gate of staging is open: it has no required reviewers/],
    ['any branch may deploy', { deployment_branch_policy: null }, /every branch may deploy to it/]
  ])('is not recorded for a gate that stops nobody, because %s (promise 5)', async (_, gate, message) => {
    scene.delivery.github.protect('staging', gate)

    await expect(scene.records(['planned'], scene.intent())).rejects.toThrow(message)
  })
})
