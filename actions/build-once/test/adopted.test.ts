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

async function adopt(name: 'api' | 'site', digest: Digest, ref = 'refs/heads/main'): Promise<number> {
  const unit = { name, kind: name === 'api' ? 'image' : 'bundle', digest, fingerprint: await fingerprint(name) }
  const run = { ...delivery.open().draft().run, ref }
  return (await delivery.record({ event: 'adopted', unit, run, detail: DETAIL }, '600')).sequence
}

const missing = async (): Promise<unknown> =>
  JSON.parse((await resolve(delivery.open({ sha: commit }))).outputs['missing'] ?? '')

describe('a digest without records of its build', () => {
  it('counts once it was adopted, tests and sandbox included, and not before', async () => {
    expect(await missing()).toEqual(['api', 'site'])

    await adopt('api', API)
    await adopt('site', SITE)

    expect(await missing()).toEqual([])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['another one was adopted', () => adopt('api', sha256('other'))],
    ['it was adopted on a branch that delivers nothing', () => adopt('api', API, 'refs/heads/feature')]
  ])('does not count where %s', async (_, record) => {
    await record()
    await adopt('site', SITE)

    expect(await missing()).toEqual(['api'])
  })

  it('is named in the release by the record that adopted it', async () => {
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
