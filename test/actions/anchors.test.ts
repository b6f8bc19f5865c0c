import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand, sha256 } from '@sluice/core'
import { accessTo } from '@sluice-lab/rehearsal'
import { openScene, type Scene, type Seed, type StepRun, seedOf, VIRTUAL_CLOCK } from '../harness/index.ts'

let scene: Scene
let seed: Seed
let commit: string
/** Where the branch stands, as Sluice left it, and how many records it has. */
let tip: string
let records = 2
let builds = 0

beforeAll(async () => {
  scene = await openScene()
  seed = seedOf(scene)
  commit = await scene.commit('first')
  expect(await build()).toMatchObject({ exitCode: 0 })
  expect(await build()).toMatchObject({ exitCode: 0 })
  tip = await git('rev-parse', REF)
}, 60_000)

// Everything that an attack did to the branch is undone: what is anchored stays.
afterEach(() => git('update-ref', REF, tip))
afterAll(() => scene.stop())

const REF = 'refs/heads/sluice-ledger'

async function git(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand('git', [`--git-dir=${scene.world.product.bare}`, ...args])
  if (code !== 0) throw new Error(stderr)
  return stdout.toString('utf8').trim()
}

/** A job of a delivery that records something of its own. */
async function build(env: Readonly<Record<string, string>> = {}): Promise<StepRun> {
  const inputs = { event: 'built', unit: 'site', digest: sha256(`site ${++builds}`), fingerprint: sha256('sources') }
  return scene.run(commit).step('record-audit', inputs, { job: 'bundle', env })
}

/** How many records are anchored of builds and releases. */
async function anchored(): Promise<number | undefined> {
  const { delivery, aws } = scene.world
  const { region, credentials } = accessTo(delivery, delivery.registry.account, aws.url)
  const s3 = new S3Client({ region, credentials, endpoint: aws.url, forcePathStyle: true })
  try {
    const { bucket = '', product = '' } = delivery.ledger.anchors ?? {}
    const listing = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${product}/product/` }))
    return listing.KeyCount
  } finally {
    s3.destroy()
  }
}

/** What a job says that finds out: it waits first, since GitHub may be late. */
async function refusal(): Promise<string> {
  const { exitCode, errors } = await build(VIRTUAL_CLOCK)
  expect(exitCode).toBe(1)
  return errors.join('\n')
}

/** What names the newest record. */
function missing(but: string): RegExp {
  return new RegExp(`^Record ${records} of product is anchored \\(sha256:[0-9a-f]{64}\\), but ${but}`)
}

describe('a ledger that is anchored stops the next delivery, which names the missing record, once somebody', () => {
  it('has put the branch back', async () => {
    await git('update-ref', REF, `${tip}~1`)

    expect(await refusal()).toMatch(missing(`the ledger ends at record ${records - 1}: someone put the branch back`))
  }, 60_000)

  it('has deleted it, so that it would begin anew', async () => {
    await git('update-ref', '-d', REF)

    expect(await refusal()).toMatch(missing('there is no ledger branch'))
    await expect(git('rev-parse', '--verify', '--quiet', REF)).rejects.toThrow()
  }, 60_000)

  it('has emptied it', async () => {
    await git('update-ref', REF, (await git('rev-list', '--max-parents=0', tip)) || tip)

    expect(await refusal()).toMatch(missing('the ledger ends at record 0'))
  }, 60_000)

  it('has put it back and let others carry it on', async () => {
    await git('update-ref', REF, `${tip}~1`)
    await seed.record({ event: 'failed', environment: 'integration' })
    await seed.record({ event: 'failed', environment: 'integration' })

    expect(await refusal()).toMatch(missing(`the newest record of product on the ledger is ${records - 1}`))
  }, 60_000)
})

describe('a process that died between its commit and its anchor', () => {
  it('is repaired by the next one, which anchors both', async () => {
    const unit = { name: 'site', kind: 'bundle', digest: sha256('unanchored'), fingerprint: sha256('sources') }
    const before = (await anchored()) ?? 0
    await seed.record({ event: 'built', unit })
    expect(await anchored()).toBe(before)

    expect(await build()).toMatchObject({ exitCode: 0, errors: [] })

    expect(await anchored()).toBe(before + 2)
    tip = await git('rev-parse', REF)
    records += 2
  })
})
