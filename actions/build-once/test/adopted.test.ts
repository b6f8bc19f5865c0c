import { beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, sha256 } from '@sluice/core'
import { fingerprintOf, unitNamed } from '@sluice/delivery'
import { type MemoryDelivery, memoryDelivery, SHOP } from '@sluice-lab/memory'
import { release } from '../src/release-mode.ts'
import { resolve } from '../src/resolve-mode.ts'

const [API, SITE] = [sha256('api'), sha256('site')]
const DETAIL = { reason: 'the ledger was lost', checked: 'rebuilt, the same digest' }

let delivery: MemoryDelivery
let commit: string

beforeEach(async () => {
  delivery = memoryDelivery(SHOP.replace('context: api', 'context: api, test: check'))
  commit = delivery.repository.add()
  delivery.registry.tags.set(`shop/api:src-${(await fingerprint('api')).slice('sha256:'.length)}`, API)
  delivery.bundles.built.set(`site ${await fingerprint('site')}`, SITE)
})

async function fingerprint(unit: string): Promise<Digest> {
  return fingerprintOf(delivery.repository, commit, unitNamed(delivery.policy, unit))
}

async function say(event: 'adopted' | 'tested', name: 'api' | 'site', digest: Digest, ref: string): Promise<number> {
  const unit = { name, kind: name === 'api' ? 'image' : 'bundle', digest, fingerprint: await fingerprint(name) }
  const run = { ...delivery.open().draft().run, ref }
  const detail = event === 'adopted' ? { detail: DETAIL } : {}
  return (await delivery.record({ event, unit, run, ...detail }, '600')).sequence
}

async function adopt(name: 'api' | 'site', digest: Digest, ref = 'refs/heads/main'): Promise<number> {
  return say('adopted', name, digest, ref)
}

/** Of the two units only `api` has tests. */
async function pass(digest: Digest = API, ref = 'refs/heads/main'): Promise<number> {
  return say('tested', 'api', digest, ref)
}

const missing = async (): Promise<unknown> =>
  JSON.parse((await resolve(delivery.open({ sha: commit }))).outputs['missing'] ?? '')

describe('a digest without records of its build', () => {
  it('counts once it was adopted and passed the tests that its unit has, and not before', async () => {
    expect(await missing()).toEqual(['api', 'site'])

    await adopt('site', SITE)
    await pass()
    expect(await missing()).toEqual(['api'])
    await adopt('api', API)

    expect(await missing()).toEqual([])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['another one was adopted', async () => [await pass(), await adopt('api', sha256('other'))]],
    [
      'it was adopted on a branch that delivers nothing',
      async () => [await pass(), await adopt('api', API, 'refs/heads/feature')]
    ],
    ['it was adopted, and its tests did not pass', () => adopt('api', API)],
    ['the tests of another one passed', async () => [await pass(sha256('other')), await adopt('api', API)]],
    [
      'its tests passed on a branch that delivers nothing',
      async () => [await pass(API, 'refs/heads/feature'), await adopt('api', API)]
    ]
  ])('does not count where %s', async (_, record) => {
    await record()
    await adopt('site', SITE)

    expect(await missing()).toEqual(['api'])
  })

  it('does not count where it is on record as built without the sandbox that is demanded', async () => {
    await pass()
    const unit = { name: 'api', kind: 'image', digest: API, fingerprint: await fingerprint('api') } as const
    await delivery.record({ event: 'built', unit, detail: { sandbox: false } }, '590')
    await adopt('api', API)
    await adopt('site', SITE)

    expect(await missing()).toEqual(['api'])
    expect(delivery.log.lines[0]).toBe('api: to be built (built without a sandbox, which delivery.yml demands now)')
  })

  it('is named in the release by the record that adopted it', async () => {
    await pass()
    const [api, site] = [await adopt('api', API), await adopt('site', SITE)]
    const documents: string[] = []
    const pipeline = delivery.open({ sha: commit })
    const registry = Object.assign(Object.create(delivery.registry) as typeof delivery.registry, {
      putDocument: async (_name: string, text: string) => void documents.push(text)
    })

    await release({ ...pipeline, registry: () => registry })

    expect(JSON.parse(documents[0] ?? '')).toMatchObject({
      units: { api: { digest: API, adopted: api }, site: { digest: SITE, adopted: site } }
    })
  })
})
