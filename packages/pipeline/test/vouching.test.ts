import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ManualClock, sha256, systemClock } from '@sluice/core'
import { parseDelivery, trustRulesOf } from '@sluice/delivery'
import { appendRecords } from '@sluice/ledger'
import { historyOf } from '../src/history-of.ts'
import { type Pipeline, writeRecords } from '../src/index.ts'
import { openVouching } from '../src/vouching.ts'
import { DELIVERY, type Hosted, hostProduct, REPOSITORY_ID } from './hosted.ts'

let hosted: Hosted
beforeEach(async () => {
  hosted = await hostProduct()
})
afterEach(async () => hosted.stop())

const RELEASE = { digest: sha256('release'), commit: '1'.repeat(40) }
const KEY = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }), kid: 'one' }
const KEYS = 'GET /.well-known/jwks'

describe('what GitHub vouches for', () => {
  it('is what a job writes, and what a delivery reads', async () => {
    const pipeline = await hosted.open()
    const before = hosted.host.requests.get(KEYS) ?? 0

    await writeRecords(pipeline, {
      drafts: [{ ...pipeline.draft(), event: 'released', release: RELEASE }]
    })

    expect(await historyOf(pipeline).released(RELEASE.digest)).toEqual(RELEASE)
    expect(await historyOf(pipeline).released(RELEASE.digest)).toEqual(RELEASE)
    // Once to read, once to write.
    expect((hosted.host.requests.get(KEYS) ?? 0) - before).toBe(2)
  })

  it('is no record of a job that has another environment', async () => {
    const pipeline = await hosted.open()
    const draft = { ...pipeline.draft(), event: 'started', environment: 'staging', release: RELEASE } as const

    const writing = writeRecords(pipeline, {
      drafts: [draft]
    })

    await expect(writing).rejects.toThrow(
      'behind the gate of staging, but GitHub says that the job named no environment'
    )
  })

  it('ends a delivery when somebody else wrote the newest record', async () => {
    const pipeline = await hosted.open()
    await appendRecords({
      store: pipeline.ledger,
      owner: { repository: String(REPOSITORY_ID), product: pipeline.policy.product },
      rules: trustRulesOf(pipeline.policy),
      clock: systemClock,
      log: { info: () => undefined },
      drafts: [{ ...pipeline.draft(), event: 'released', release: { ...RELEASE, digest: sha256('forged') } }]
    })

    await expect(historyOf(pipeline).released(RELEASE.digest)).rejects.toThrow(
      /^Ledger record \d+ cannot be trusted: GitHub does not vouch for it: there is no token beside it/
    )
  })

  it('is believed under a key that GitHub has replaced since once delivery.yml lists that key, and then without the list', async () => {
    const write = async (pipeline: Pipeline): Promise<unknown> =>
      writeRecords(pipeline, { drafts: [{ ...pipeline.draft(), event: 'released', release: RELEASE }] })
    await write(await hosted.open())
    hosted.host.replaceIssuerKey()

    await expect(write(await hosted.open())).rejects.toThrow(
      /If GitHub has replaced the key since \S+, list the old one in ledger\.issuerKeys of delivery\.yml/
    )
    const files = await hosted.git('--git-dir', hosted.bare, 'ls-tree', '-r', '--name-only', 'sluice-ledger')
    const [, hex] = /issuer\/(\w+)\.json/.exec(files) ?? []
    await hosted.commit({ 'delivery.yml': DELIVERY.replace('ledger: {', `ledger: { issuerKeys: ["sha256:${hex}"],`) })
    await write(await hosted.open())
    await hosted.commit({ 'delivery.yml': DELIVERY })

    expect(await historyOf(await hosted.open()).released(RELEASE.digest)).toEqual(RELEASE)
  })

  it('is believed under a key that GitHub began to use since the job asked for its keys, which it does once a minute at most', async () => {
    const write = async (pipeline: Pipeline): Promise<unknown> =>
      writeRecords(pipeline, { drafts: [{ ...pipeline.draft(), event: 'released', release: RELEASE }] })
    const pipeline = await hosted.open()
    const clock = new ManualClock()
    const vouching = openVouching({
      env: { GITHUB_API_URL: hosted.host.url, GITHUB_SERVER_URL: hosted.host.url },
      clock,
      policy: pipeline.policy
    })
    const look = async (): Promise<unknown> => historyOf({ ...pipeline, vouching }, 'now').released(RELEASE.digest)
    expect(await look()).toBeUndefined()
    hosted.host.replaceIssuerKey()
    await write(await hosted.open())
    const before = hosted.host.requests.get(KEYS) ?? 0

    await expect(look()).rejects.toThrow(/not signed by any key that is known to be the issuer's/)
    await expect(look()).rejects.toThrow(/not signed by any key/)
    expect((hosted.host.requests.get(KEYS) ?? 0) - before).toBe(0)
    clock.advance(60_000)

    expect(await look()).toEqual(RELEASE)
    expect(await look()).toEqual(RELEASE)
    expect((hosted.host.requests.get(KEYS) ?? 0) - before).toBe(1)
  })

  it('is asked for again when the issuer could not be reached', async () => {
    const down = [500, 500, 500, 500, 500, 500]
    const server = createServer((_, response) =>
      response.writeHead(down.shift() ?? 200).end(JSON.stringify({ keys: [KEY] }))
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const clock = { now: Date.now, sleep: async () => undefined }
    const vouching = openVouching({
      env: { GITHUB_API_URL: issuer },
      clock,
      policy: parseDelivery(DELIVERY, 'delivery.yml')
    })

    await expect(vouching.tokens()).rejects.toThrow(`The keys of the OIDC issuer ${issuer} could not be read: HTTP 500`)
    const { published, publishedNow, ...rules } = await vouching.tokens()
    server.close()

    expect(rules).toEqual({ issuer })
    expect(published?.thumbprints.size).toBe(1)
    expect(await publishedNow?.()).toBe(published)
  })
})
