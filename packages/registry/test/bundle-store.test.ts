import { createHash } from 'node:crypto'
import { open, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { hexOf, parseDigest, sha256, UserError } from '@sluice/core'
import { reply } from '@sluice-lab/servers'
import { bundleScene, fingerprint, OPS, storeAt } from './bundle-scene.ts'

const scene = bundleScene()
const { bundle, front } = scene

describe('a bundle', () => {
  it('is found by its fingerprint and comes back by its digest', async () => {
    const store = storeAt(scene.ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()

    const pushed = await store.push('site', source, file, digest)

    const back = path.join(scene.directory, 'back.zip')
    expect(pushed).toEqual({ pushed: true })
    expect(await store.resolve('site', source)).toBe(digest)
    expect(await store.fetch('site', digest, back)).toBe(true)
    expect(await readFile(back)).toEqual(await readFile(file))
  })

  it('is looked for and put only into a bucket of the ops account, whoever took its name', async () => {
    const owners: unknown[] = []
    const s3 = await front((request, _response, forward) => {
      owners.push(request.headers['x-amz-expected-bucket-owner'])
      return forward()
    })
    const store = storeAt(s3.url)
    const source = fingerprint()
    const { file, digest } = await bundle()

    await store.push('site', source, file, digest)
    await store.resolve('site', source)
    await store.fetch('site', digest, path.join(scene.directory, 'owned.zip'))

    expect(owners.length).toBeGreaterThan(5)
    expect(new Set(owners)).toEqual(new Set([OPS]))
  })

  it('is stored once', async () => {
    const store = storeAt(scene.ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()
    await store.push('site', source, file, digest)

    expect(await store.push('site', source, file, digest)).toEqual({ pushed: false })
  })

  it('is not sent again under another fingerprint', async () => {
    const store = storeAt(scene.ministack.url)
    const { file, digest } = await bundle()
    await store.push('site', fingerprint(), file, digest)
    const second = fingerprint()

    expect(await store.push('site', second, file, digest)).toEqual({ pushed: false })
    expect(await store.resolve('site', second)).toBe(digest)
  })

  it('of another unit with the same fingerprint is another bundle', async () => {
    const store = storeAt(scene.ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()
    await store.push('site', source, file, digest)

    expect(await store.resolve('docs', source)).toBeUndefined()
  })

  it('is absent where nobody pushed it', async () => {
    const store = storeAt(scene.ministack.url)
    const file = path.join(scene.directory, 'none.zip')

    expect(await store.resolve('site', fingerprint())).toBeUndefined()
    expect(await store.fetch('site', sha256('absent'), file)).toBe(false)
    expect(await readdir(scene.directory)).toEqual([])
  })

  it('is refused for a fingerprint that was built to another digest, naming both', async () => {
    const store = storeAt(scene.ministack.url)
    const source = fingerprint()
    const first = await bundle()
    const second = await bundle()
    await store.push('site', source, first.file, first.digest)

    const error = await store.push('site', source, second.file, second.digest).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`is immutable and already points to ${first.digest}, not ${second.digest}.`)
    expect(await store.resolve('site', source)).toBe(first.digest)
  })

  it('has another place for a fingerprint, where the first holds what does not count', async () => {
    const store = storeAt(scene.ministack.url)
    const source = fingerprint()
    const [planted, second] = [await bundle(), await bundle()]
    await store.push('site', source, planted.file, planted.digest)

    expect(await store.push('site', source, second.file, second.digest, 1)).toEqual({ pushed: true })

    expect(await store.resolve('site', source)).toBe(planted.digest)
    expect(await store.resolve('site', source, 1)).toBe(second.digest)
    expect(await store.resolve('site', source, 2)).toBeUndefined()
    await expect(store.push('site', source, planted.file, planted.digest, 1)).rejects.toThrow(/src-\w+\.1 is immutable/)
  })

  it('lets one of two win that are pushed at once for one fingerprint', async () => {
    const source = fingerprint()
    const bundles = [await bundle(), await bundle()]
    let waiting: (() => void) | undefined
    // Both have looked before either writes.
    const meeting = await front(async (request, _response, forward) => {
      if (request.method === 'PUT' && request.url?.includes('src-')) {
        if (waiting === undefined) await new Promise<void>(resolve => (waiting = resolve))
        else waiting()
      }
      await forward()
    })
    const store = storeAt(meeting.url)

    const outcomes = await Promise.allSettled(
      bundles.map(({ file, digest }) => store.push('site', source, file, digest))
    )

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const winner = bundles[outcomes.findIndex(({ status }) => status === 'fulfilled')]
    expect(await store.resolve('site', source)).toBe(winner?.digest)
  })

  it('is not sent over one that somebody else stored meanwhile', async () => {
    const { file, digest } = await bundle()
    const store = storeAt(scene.ministack.url)
    let looked = false
    const racing = await front(async (request, response, forward) => {
      if (request.method !== 'HEAD' || looked) return forward()
      looked = true
      await store.push('site', fingerprint(), file, digest)
      reply(response, 404)
    })

    expect(await storeAt(racing.url).push('site', fingerprint(), file, digest)).toEqual({ pushed: false })
  })

  it('may be pushed twice at once', async () => {
    const source = fingerprint()
    const { file, digest } = await bundle()
    const store = storeAt(scene.ministack.url)

    await Promise.all([store.push('site', source, file, digest), store.push('site', source, file, digest)])

    expect(await store.resolve('site', source)).toBe(digest)
  })

  it('needs no more memory when it is large', async () => {
    const size = 96 * 1024 * 1024
    const file = path.join(scene.directory, 'large.zip')
    const handle = await open(file, 'w')
    await handle.truncate(size)
    await handle.close()
    const digest = parseDigest(`sha256:${createHash('sha256').update(Buffer.alloc(size)).digest('hex')}`)
    let stored = false
    const sink = await front((request, response, forward) => {
      if (request.method === 'PUT' && request.url?.includes('.zip')) {
        stored = true
        request.resume().on('end', () => reply(response, 200))
        return
      }
      if (request.method === 'HEAD') {
        if (!stored) return reply(response, 404)
        return reply(response, 200, { 'x-amz-checksum-sha256': Buffer.from(hexOf(digest), 'hex').toString('base64') })
      }
      return forward()
    })
    const before = process.memoryUsage().rss
    let peak = before
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 10)

    const pushed = await storeAt(sink.url).push('site', fingerprint(), file, digest)

    clearInterval(timer)
    expect(pushed).toEqual({ pushed: true })
    expect(peak - before).toBeLessThan(size * 0.75)
  })
})
