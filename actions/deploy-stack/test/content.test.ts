import { readFile } from 'node:fs/promises'
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { publishedDigest } from '@sluice/bundle'
import { describeStacks } from '@sluice/cloudformation'
import { BUNDLE_MARKER, type Digest, decodePlan, type Plan, type Report } from '@sluice/core'
import { type Seeded, SHOP } from '@sluice-lab/memory'
import { DISTRIBUTED, type EmulatedAws, type EmulatedDelivery, SITE, startAws } from './emulated.ts'

let aws: EmulatedAws
let delivery: EmulatedDelivery

beforeAll(async () => {
  aws = await startAws()
}, 60_000)

afterAll(() => aws.stop())

beforeEach(() => {
  delivery = aws.deliver()
})

/** Plans and applies a release in a run, and records that it is deployed. */
async function deploy(release: Seeded, run: string): Promise<Report> {
  const planned = await delivery.plan(release, run)
  await delivery.begin(planned, release, run)
  await delivery.apply(planned, release, run)
  const { digest, commit } = release
  await delivery.record({ event: 'deployed', environment: 'staging', release: { digest, commit } }, run)
  return planned
}

async function bucket(): Promise<string> {
  return (
    (await describeStacks(delivery.session, ['shop-staging-site'])).get('shop-staging-site')?.outputs['BucketName'] ??
    ''
  )
}

async function put(Key: string, Body: string): Promise<void> {
  const Bucket = await bucket()
  await delivery.byHand(async s3 => s3.send(new PutObjectCommand({ Bucket, Key, Body })))
}

/** The files that a plan publishes. */
async function contentOf({ outputs }: Report): Promise<Plan['content']> {
  return decodePlan(await readFile(outputs['plan-path'] ?? ''), outputs['plan-digest'] as Digest).content
}

const siteOf = ({ document }: Seeded): Digest => document.units['site']?.digest as Digest

/** The text of a published file. */
async function text(Key: string): Promise<string | undefined> {
  const Bucket = await bucket()
  return delivery.byHand(async s3 => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString())
}

describe('the files of a bundle', () => {
  it('are counted and named in the plan by what becomes of them, and in the page (promise 4)', async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, n) => [`${String(n).padStart(2, '0')}.css`, 'x']))
    await deploy(await delivery.publish('one', {}, { 'a.js': 'a', 'b.js': 'b' }), '700')
    await deploy(await delivery.publish('one', {}, { 'a.js': 'a', 'c.js': 'c' }), '701')

    const planned = await delivery.plan(await delivery.publish('two', {}, { 'a.js': 'a', ...many }), '702')

    expect(await contentOf(planned)).toMatchObject([
      {
        files: {
          added: { count: 25, first: Object.keys(many).slice(0, 20) },
          changed: { count: 1, first: ['index.html'] },
          removed: { count: 1, first: ['b.js'] },
          kept: { count: 1, first: ['c.js'] },
          same: 1
        }
      }
    ])
    expect(planned.summary).toContain('| 25 added, 1 changed, 1 removed, 1 kept until the next bundle, 1 the same |')
    expect(planned.summary).toMatch(/^- added: `00\.css`, .*`19\.css` and 5 more$/m)
    expect(planned.summary).toContain('- removed: `b.js`\n- kept until the next bundle: `c.js`')
    expect(planned.summary).not.toContain('changed past Sluice')
  })

  it('are refused at planning where they would replace files of others', async () => {
    await deploy(await delivery.publish('one'), '700')
    await put('a.js', 'theirs')

    await expect(delivery.plan(await delivery.publish('two', {}, { 'a.js': 'ours' }), '701')).rejects.toThrow(
      'holds 1 file of this bundle that Sluice did not put there, as a.js.'
    )
  })

  it('are put again when somebody changed them past the marker, and the page warns of it', async () => {
    const release = await delivery.publish('one', {}, { 'a.js': 'a', 'b.js': 'b' })
    await deploy(release, '700')
    expect((await delivery.plan(release, '701')).outputs['has-changes']).toBe('false')
    await put('a.js', 'skimmer')
    const Bucket = await bucket()
    await delivery.byHand(async s3 => s3.send(new DeleteObjectCommand({ Bucket, Key: 'b.js' })))

    const planned = await deploy(release, '702')

    expect(planned.outputs['has-changes']).toBe('true')
    expect(await contentOf(planned)).toEqual([
      {
        ...{ unit: 'site', bucket: 'BucketName', digest: siteOf(release), live: siteOf(release), drifted: true },
        files: { added: { count: 1, first: ['b.js'] }, changed: { count: 1, first: ['a.js'] }, same: 1 }
      }
    ])
    expect(planned.summary).toContain(
      "> - **The bucket of `site` was changed past Sluice** since this bundle was published: 1 file changed: `a.js`; 1 file gone: `b.js`. Find out who did it; applying this plan puts the release's files back."
    )
    expect(planned.summary).toContain('| the same, as it was published | 1 added, 1 changed, 1 the same |')
    expect([await text('a.js'), await text('b.js')]).toEqual(['a', 'b'])
    expect((await delivery.plan(release, '703')).outputs['has-changes']).toBe('false')
  })

  it('are put again where delivery.yml has them cached otherwise, of which nobody has to be warned', async () => {
    const cached = SHOP.replace(
      'publish: BucketName',
      "publish: BucketName, cacheControl: [{ files: '*', value: no-cache }]"
    )
    await deploy(await delivery.publish('one'), '700')

    const planned = await deploy(await delivery.publish('one', { 'delivery.yml': cached }), '701')

    expect(await contentOf(planned)).toMatchObject([
      {
        drifted: true,
        cacheControl: [{ files: '*', value: 'no-cache' }],
        files: { headers: { count: 1, first: ['index.html'] }, same: 0 }
      }
    ])
    expect(planned.summary).not.toContain('changed past Sluice')
    const Bucket = await bucket()
    const page = await delivery.byHand(async s3 => s3.send(new HeadObjectCommand({ Bucket, Key: 'index.html' })))
    expect(page.CacheControl).toBe('no-cache')
  })
})

describe('the caches of a distribution', () => {
  const INVALIDATING = SHOP.replace('publish: BucketName', 'publish: BucketName, invalidate: DistributionId')

  it('forget the files that others take the place of, and the log says so', async () => {
    const release = await delivery.publish('one', { 'delivery.yml': INVALIDATING, 'infra/site.yml': DISTRIBUTED })

    const planned = await deploy(release, '700')

    expect(await contentOf(planned)).toMatchObject([{ invalidates: 'DistributionId' }])
    expect(delivery.log.lines.join('\n')).toMatch(/site: 1 file published, 0 removed; caches of E[A-Z0-9]+ invalidated/)
    expect(await publishedDigest(delivery.session, await bucket())).toBe(siteOf(release))
  })

  it.each([
    [
      SITE.replace('Resources:', "Conditions: { Never: !Equals ['', x] }\nResources:").replace(
        'Outputs:',
        'Outputs:\n  DistributionId: { Condition: Never, Value: E2NOBODYS }'
      ),
      'The stack of site has no output DistributionId, which delivery.yml names as the distribution to invalidate.'
    ],
    [
      SITE.replace('Outputs:', 'Outputs:\n  DistributionId: { Value: E2NOBODYS }'),
      'CloudFront could not invalidate E2NOBODYS: '
    ]
  ])(
    'are asked for before the bucket says that it holds the bundle: nothing is taken for published',
    async (site, message) => {
      const release = await delivery.publish('one', { 'delivery.yml': INVALIDATING, 'infra/site.yml': site })

      await expect(deploy(release, '700')).rejects.toThrow(message)
      expect(await publishedDigest(delivery.session, await bucket())).toBeUndefined()
    }
  )
})

it('is not planned where the template has no output that delivery.yml names', async () => {
  const text = SHOP.replace('publish: BucketName', 'publish: BucketNames')
  const release = await delivery.publish('one', { 'delivery.yml': text, 'infra/site.yml': SITE })

  await expect(delivery.plan(release, '700')).rejects.toThrow(
    'The template of unit site has no output BucketNames, which delivery.yml names in units.site.bundle.publish (did you mean "BucketName"?).'
  )
})

describe('a bucket in which a job died while it published', () => {
  it('takes another bundle, and the plan names the one that it holds a part of', async () => {
    const [one, two, three] = [
      await delivery.publish('one'),
      await delivery.publish('two'),
      await delivery.publish('three')
    ]
    await deploy(one, '700')
    await put(BUNDLE_MARKER, `${siteOf(two)} over ${siteOf(one)}`)

    const planned = await deploy(three, '701')

    expect(await contentOf(planned)).toMatchObject([{ digest: siteOf(three), live: siteOf(two) }])
    expect(await publishedDigest(delivery.session, await bucket())).toBe(siteOf(three))
  })

  it('takes the same bundle again, in the place of the one before', async () => {
    const [one, two] = [await delivery.publish('one'), await delivery.publish('two')]
    await deploy(one, '700')
    await put(BUNDLE_MARKER, `${siteOf(two)} over ${siteOf(one)}`)

    const planned = await deploy(two, '701')

    expect(await contentOf(planned)).toMatchObject([{ digest: siteOf(two), live: siteOf(one) }])
    expect(await publishedDigest(delivery.session, await bucket())).toBe(siteOf(two))
  })
})
