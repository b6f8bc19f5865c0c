import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { LedgerRecord } from '@sluice/core'
import { trustRulesOf } from '@sluice/delivery'
import { readLedgerFiles, verifyHistory, verifyLedger } from '@sluice/ledger'
import { parse, stringify } from 'yaml'
import {
  openScene,
  recordsOn,
  repairRun,
  type Scene,
  type Seed,
  type SeededRelease,
  type StepRun,
  seedOf
} from '../harness/index.ts'

let scene: Scene
let seed: Seed
let release: SeededRelease

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  release = await seed.release(await scene.commit('first'))
}, 60_000)

afterAll(() => scene.stop())

/** What of a release a record names. */
const named = (): Pick<LedgerRecord, 'release'> => ({ release: { digest: release.digest, commit: release.commit } })

/** Says on the default branch which record was the last that a key signed. */
async function revoke(signer: string, until: number): Promise<void> {
  const text = await readFile(join(scene.world.product.work, 'delivery.yml'), 'utf8')
  const file = parse(text) as { ledger: { trust: { key: string; signs: readonly string[] }[] } }
  const trust = [
    ...file.ledger.trust.map(it => (it.signs.includes(signer) ? { ...it, until } : it)),
    { key: `sha256:${'e'.repeat(64)}`, signs: [signer], from: until + 1 }
  ]
  await scene.write('delivery.yml', stringify({ ...file, ledger: { ...file.ledger, trust } }))
  await scene.commit(`revoke the key of ${signer}`)
}

/** The jobs of repair.yml. */
async function repair(environment: string): Promise<StepRun> {
  const { preview, repaired } = await repairRun(scene, environment, 'the key leaked')
  if (preview.exitCode === 0)
    expect(preview.summary).toMatch(/^### To be left out: production\n\nReason given: the key leaked\n/)
  return repaired
}

/** A job that records something, and reads the ledger for it. */
async function deliver(unit: string): Promise<StepRun> {
  const { digest, fingerprint } = release.units['site'] ?? {}
  const inputs = { event: 'built', unit, digest: digest ?? '', fingerprint: fingerprint ?? '' }
  return scene.run(release.commit).step('record-audit', inputs, { job: 'bundle' })
}

describe('a ledger on which somebody forged with a stolen key', () => {
  it('stops once the key is revoked, is repaired by one run, and delivers and verifies again', async () => {
    const { delivery, product, github } = scene.world
    await seed.record({ event: 'failed', environment: 'production', ...named() })
    const good = (await seed.ledger.head())?.sequence ?? 0
    // The thief has a token of a job besides: while the key counts, so does what it says.
    const forged = await seed.record({ event: 'deployed', environment: 'production', ...named() })

    await revoke('production/intent', good)
    const stopped = await deliver('site')
    expect(stopped.errors).toEqual([
      expect.stringMatching(
        new RegExp(`^Ledger record ${forged.sequence} cannot be trusted: .* in records up to ${good} only`)
      )
    ])

    const repaired = await repair('production')
    expect({ code: repaired.exitCode, errors: repaired.errors }).toEqual({ code: 0, errors: [] })
    expect(repaired.outputs['sequence']).toBe(String(good + 2))
    expect(repaired.summary).toMatch(/^### Repaired: production\n/)
    expect((await recordsOn(seed.ledger)).at(-1)).toMatchObject({
      event: 'repaired',
      key: { signer: 'production/outcome' },
      detail: { reason: 'the key leaked', good: { sequence: good }, skipped: [{ sequence: forged.sequence }] }
    })

    expect(await deliver('site')).toMatchObject({ exitCode: 0, errors: [] })
    const where = { directory: product.bare, branch: delivery.ledger.branch }
    const { trust, ...rules } = trustRulesOf(delivery)
    const report = await verifyLedger({
      files: await readLedgerFiles(where),
      ...rules,
      trust: trust.map(it => (it.signs.includes('production/intent') ? { ...it, until: good } : it)),
      tokens: { issuer: github.url }
    })
    expect(report).toMatchObject({ problems: [], skipped: [{ sequence: forged.sequence, by: good + 2 }] })
    expect(await verifyHistory(where.directory, where.branch)).toEqual([])
    // Nothing is left to repair, and nothing that is valid is left out.
    expect((await repair('production')).errors).toEqual([expect.stringMatching(/^There is nothing to repair in /)])
  }, 120_000)
})
