import { readFile } from 'node:fs/promises'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { publishedDigest } from '@sluice/bundle'
import { describeStacks } from '@sluice/cloudformation'
import { BUNDLE_MARKER, type Digest, decodePlan, type Plan, type Report } from '@sluice/core'
import type { Seeded } from '@sluice-lab/memory'
import { type EmulatedAws, type EmulatedDelivery, startAws } from './emulated.ts'

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
