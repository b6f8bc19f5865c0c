import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { evidencePath, runCommand, sha256 } from '@sluice/core'
import { trustRulesOf } from '@sluice/delivery'
import { readLedgerFiles, recordPath, verifyHistory, verifyLedger } from '@sluice/ledger'
import {
  openScene,
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
let folder: string

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  release = await seed.release(await scene.commit('first'))
  folder = await mkdtemp(join(tmpdir(), 'sluice-planted-'))
}, 60_000)

afterAll(async () => {
  await scene.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Pushes to the ledger, as whoever may push can: files with their texts, or `undefined` for those that go. */
async function push(changes: (clone: string) => Promise<Readonly<Record<string, string | undefined>>>): Promise<void> {
  const { delivery, product } = scene.world
  const clone = await mkdtemp(join(folder, 'clone-'))
  const git = async (...args: readonly string[]): Promise<void> => {
    const who = ['-c', 'user.name=m', '-c', 'user.email=m@shop.example']
    const { code, stderr } = await runCommand('git', [...who, ...args])
    if (code !== 0) throw new Error(stderr)
  }
  await git('clone', '-q', '-b', delivery.ledger.branch, product.bare, clone)
  for (const [path, text] of Object.entries(await changes(clone))) {
    if (text === undefined) await rm(join(clone, path))
    else {
      await mkdir(dirname(join(clone, path)), { recursive: true })
      await writeFile(join(clone, path), text)
    }
  }
  await git('-C', clone, 'add', '-A')
  await git('-C', clone, 'commit', '-q', '-m', 'By hand')
  await git('-C', clone, 'push', '-q')
}

/** Plants a record that nobody signed, with files beside it. */
async function plant(beside: Readonly<Record<string, string>>): Promise<void> {
  await push(async clone => {
    const text = await readFile(join(clone, 'HEAD.json'), 'utf8')
    const { sequence, hash } = JSON.parse(text) as { sequence: number; hash: string }
    const record = (await readFile(join(clone, recordPath(sequence)), 'utf8'))
      .replace(`"sequence":${sequence}`, `"sequence":${sequence + 1}`)
      .replace(/"previous":"[^"]+"/, `"previous":"${hash}"`)
      .replace(/("run":\{"attempt":1,"id":)"\d+"/, '$1"666"')
    const head = text.replace(`"sequence":${sequence}`, `"sequence":${sequence + 1}`).replace(hash, sha256(record))
    return { ...beside, [recordPath(sequence + 1)]: record, 'newest.json': record, 'HEAD.json': head }
  })
}

/** A job that records something, and reads the ledger for it. */
async function deliver(job: string): Promise<StepRun> {
  const { digest, fingerprint } = release.units['site'] ?? {}
  const inputs = { event: 'built', unit: 'site', digest: digest ?? '', fingerprint: fingerprint ?? '' }
  return scene.run(release.commit).step('record-audit', inputs, { job })
}

/** What is wrong with the ledger, and with how it came to be. */
async function problems(): Promise<readonly string[]> {
  const { delivery, product, github } = scene.world
  const where = { directory: product.bare, branch: delivery.ledger.branch }
  const files = await readLedgerFiles(where)
  const { problems } = await verifyLedger({ files, ...trustRulesOf(delivery), tokens: { issuer: github.url } })
  return [...problems, ...(await verifyHistory(where.directory, where.branch))].map(it => `${it.path}: ${it.problem}`)
}

describe('an anchored ledger on which somebody planted a record', () => {
  it('verifies and delivers after its repair, whatever lay beside the record and whatever evidence is gone', async () => {
    const named = { release: { digest: release.digest, commit: release.commit } }
    await seed.record({ event: 'failed', environment: 'production', ...named })
    await plant({
      [evidencePath(sha256('x'))]: 'x',
      [`keys/${'ab'.repeat(32)}.pem`]: 'x',
      [`issuer/${'ab'.repeat(32)}.json`]: 'x',
      'records/0/77.json.sig': 'x',
      'README.md': 'x'
    })
    expect((await deliver('stopped')).exitCode).toBe(1)

    expect((await repairRun(scene, 'production', 'planted')).repaired).toMatchObject({ exitCode: 0, errors: [] })
    expect(await deliver('goes-on')).toMatchObject({ exitCode: 0, errors: [] })
    expect(await problems()).toEqual([])

    const gone = evidencePath(release.digest)
    await push(async () => ({ [gone]: undefined }))
    await seed.record({ event: 'failed', environment: 'production', ...named })
    await plant({})
    expect((await repairRun(scene, 'production', 'planted again')).repaired).toMatchObject({ exitCode: 0, errors: [] })
    expect(await deliver('goes-on-again')).toMatchObject({ exitCode: 0, errors: [] })
    expect(await problems()).toEqual(
      expect.arrayContaining([expect.stringMatching(new RegExp(`^${gone}: commit \\w+: it was removed$`))])
    )
  }, 180_000)
})
