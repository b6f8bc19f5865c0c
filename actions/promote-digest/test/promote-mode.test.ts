import { beforeEach, describe, expect, it } from '@jest/globals'
import { canonicalJson, type Digest, decodeRelease, encodeRelease, Failure, releaseId, sha256 } from '@sluice/core'
import type { Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, type Seeded } from '@sluice-lab/memory'
import { run } from '../src/run.ts'

let delivery: MemoryDelivery
let release: Seeded

beforeEach(async () => {
  delivery = memoryDelivery()
  release = await delivery.release(delivery.repository.add())
})

/** Moves the tags of staging, in run 700. */
function promote(
  changes: { readonly kind?: 'rollback'; readonly reason?: string; readonly units?: readonly string[] } = {},
  pipeline: Partial<Pipeline> = {}
): ReturnType<typeof run> {
  const inputs = { mode: 'promote', environment: 'staging', kind: 'release', reason: undefined } as const
  return run({ ...inputs, release: release.digest, ...changes }, { ...delivery.open({ runId: '700' }), ...pipeline })
}

/** @returns the number of the record. */
async function announce(detail: object = {}): Promise<number> {
  const { digest, commit } = release
  const of = { environment: 'staging', release: { digest, commit }, ...detail }
  return (await delivery.record({ event: 'started', ...of }, '700')).sequence
}

function imageOf({ document }: Seeded): Digest {
  return document.units['api']?.digest ?? sha256('')
}

describe('after a deployment', () => {
  it('nothing moves without an intent on the ledger (promise 6)', async () => {
    await expect(promote()).rejects.toThrow(
      `This run has no \`started\` record for ${releaseId(release.digest)} in staging. Run record-audit with \`event: started\` first.`
    )
    expect(delivery.registry.changes).toEqual([])
  })

  it.each<[string, object]>([
    ['nothing of it', {}],
    ['another reason', { detail: { promotion: { kind: 'rollback', reason: 'haste' } } }],
    ['another kind', { detail: { promotion: { kind: 'hotfix', reason: 'orders fail' } } }]
  ])('nothing moves for a rollback whose intent says %s', async (_, detail) => {
    const intent = await announce(detail)

    await expect(promote({ kind: 'rollback', reason: 'orders fail' })).rejects.toThrow(
      `Record ${intent} is the intent to deploy to staging, but does not say that it is a rollback`
    )
    expect(delivery.registry.changes).toEqual([])
  })

  it.each<[string, (released: Seeded) => string, string]>([
    [
      'a release of another product',
      ({ document }) => encodeRelease({ ...document, product: 'bakery' }).text,
      'is a release of product "bakery", not of "shop"'
    ],
    ['a document that is no release', () => canonicalJson({ version: 2 }), 'is not a release document of version 1']
  ])('nothing moves for %s', async (_, textOf, message) => {
    const text = textOf(release)
    release = { ...release, digest: sha256(text) }
    await announce()
    const stored: Pipeline['release'] = async digest => decodeRelease(Buffer.from(text), digest, 'shop')

    await expect(promote({}, { release: stored })).rejects.toThrow(message)
    expect(delivery.registry.changes).toEqual([])
  })

  it('the first release gets the tag of the environment; bundles have none', async () => {
    await announce()

    const { outputs, summary } = await promote()

    const api = imageOf(release)
    expect(outputs).toEqual({ verdict: 'allowed', promoted: JSON.stringify({ api }) })
    expect(delivery.registry.changes).toEqual([`move shop/api:env-staging to ${api}`])
    expect(summary).toBe(
      `### staging holds ${releaseId(release.digest)}\n\n| image | before | now |\n| --- | --- | --- |\n| api | none | \`${api}\` |\n`
    )
    expect(delivery.log.lines).toEqual([`shop/api:env-staging moved to ${api}`])
    expect(delivery.log.groups).toEqual(['Move the tags of staging'])
  })

  it('what was there before keeps a tag, so that it does not expire, and gets it first', async () => {
    const before = sha256('before')
    delivery.registry.tags.set('shop/api:env-staging', before)
    await announce()

    const { summary } = await promote()

    expect(delivery.registry.changes).toEqual([
      `move shop/api:prev-staging to ${before}`,
      `move shop/api:env-staging to ${imageOf(release)}`
    ])
    expect(summary).toContain(`| api | \`${before}\` | \`${imageOf(release)}\` |`)
  })

  it('nothing moves where the tag is in place already, so that a second try keeps what was before (promise 7)', async () => {
    delivery.registry.tags.set('shop/api:env-staging', imageOf(release))
    await announce()

    const { outputs } = await promote()

    expect(delivery.registry.changes).toEqual([])
    expect(outputs['promoted']).toBe(JSON.stringify({ api: imageOf(release) }))
    expect(delivery.log.lines).toEqual([`shop/api:env-staging stays at ${imageOf(release)}`])
  })

  it.each<
    [string, Digest | undefined, readonly string[], (released: Seeded) => readonly (readonly [string, Digest])[]]
  >([
    ['of the environment', undefined, ['shop/api:env-staging'], released => [['env-staging', imageOf(released)]]],
    ['of what was before', sha256('before'), ['shop/api:prev-staging'], () => [['prev-staging', sha256('before')]]],
    [
      'of both',
      sha256('before'),
      ['shop/api:prev-staging', 'shop/api:env-staging'],
      released => [
        ['prev-staging', sha256('before')],
        ['env-staging', imageOf(released)]
      ]
    ]
  ])(
    'a tag %s that the registry does not move is a warning, with the command that moves it',
    async (_, before, fixed, leftOf) => {
      if (before !== undefined) delivery.registry.tags.set('shop/api:env-staging', before)
      delivery.registry.fixed = fixed
      await announce()

      const { outputs, summary } = await promote()

      const left = leftOf(release)
      expect(outputs).toEqual({ verdict: 'allowed', promoted: '{}' })
      expect(delivery.log.warnings).toEqual(
        left.map(
          ([tag, digest]) =>
            `shop/api:${tag} does not name ${digest}: TAG_INVALID: shop/api:${tag} is immutable. What is deployed is not affected. The summary has the command that moves the tag; the next deployment moves it, too.`
        )
      )
      for (const [tag, digest] of left) {
        expect(summary).toContain(`\`shop/api:${tag}\` does not name \`${digest}\``)
        expect(summary).toContain(`crane tag registry.shop.example/shop/api@${digest} ${tag}`)
      }
      expect(delivery.registry.changes).toEqual(
        [`move shop/api:prev-staging to ${before}`, `move shop/api:env-staging to ${imageOf(release)}`].filter(
          change => !change.includes('undefined') && !fixed.some(tag => change.includes(tag))
        )
      )
    }
  )

  it('in ECR the command puts the very manifest again, and refuses another', async () => {
    delivery.registry.fixed = ['shop/api:env-staging']
    await announce()

    const { summary } = await promote({}, { registryHost: '111111111111.dkr.ecr.eu-west-1.amazonaws.com' })

    const where = '--region eu-west-1 --registry-id 111111111111 --repository-name shop/api'
    expect(summary).toContain(
      `aws ecr put-image ${where} --image-tag env-staging --image-digest ${imageOf(release)} --image-manifest "$(aws ecr batch-get-image ${where} --image-ids imageDigest=${imageOf(release)} --accepted-media-types application/vnd.oci.image.manifest.v1+json `
    )
  })

  it('a registry that does not answer moves nothing, and fails nothing', async () => {
    await announce()
    const broken: Pipeline['registry'] = () => {
      throw new Failure('registry.shop.example does not answer.')
    }

    const { summary } = await promote({}, { registry: broken })

    expect(summary).toContain('| api | none | not moved |')
    expect(delivery.log.warnings).toEqual([
      `shop/api:env-staging does not name ${imageOf(release)}: registry.shop.example does not answer. What is deployed is not affected. The summary has the command that moves the tag; the next deployment moves it, too.`
    ])
  })

  it('a release document that cannot be read now moves nothing, and fails nothing', async () => {
    await announce()
    const broken: Pipeline['release'] = async () => {
      throw new Failure('registry.shop.example does not answer.')
    }

    const { outputs } = await promote({}, { release: broken })

    expect(outputs).toEqual({ verdict: 'allowed', promoted: '{}' })
    expect(delivery.log.warnings).toEqual([
      'No tag was moved: registry.shop.example does not answer. What is deployed is not affected; the next deployment moves them.'
    ])
    expect(delivery.registry.changes).toEqual([])
  })

  it('of a deployment that stopped halfway only the units that are done get their tags', async () => {
    await announce()

    const { outputs } = await promote({ units: ['site'] })

    expect(outputs['promoted']).toBe('{}')
    expect(delivery.registry.changes).toEqual([])
    expect((await promote({ units: ['api'] })).outputs['promoted']).toBe(JSON.stringify({ api: imageOf(release) }))
  })

  it('the registry is asked as the role that may promote to the environment', async () => {
    await announce()
    const purposes: unknown[] = []
    const pipeline = delivery.open({ runId: '700' })
    const registry: typeof pipeline.registry = purpose => {
      purposes.push(purpose)
      return delivery.registry
    }

    await run(
      { mode: 'promote', release: release.digest, environment: 'staging', kind: 'release', reason: undefined },
      { ...pipeline, registry }
    )

    expect(purposes).toEqual([{ environment: 'staging', may: 'promote' }])
  })
})
