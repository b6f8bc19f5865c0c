import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { type Digest, Failure, hexOf, sha256, UserError } from '@sluice/core'
import { bundleStore } from '@sluice/registry'
import { reply } from '@sluice-lab/servers'
import { BUCKET, bundleScene, fingerprint, OPS, sessionAt, storeAt } from './bundle-scene.ts'

const scene = bundleScene()
const { bundle, front, put, remove } = scene

describe('a bundle that is not what it is called', () => {
  it('is not sent', async () => {
    const { file } = await bundle('one')
    const store = storeAt(scene.ministack.url)
    const source = fingerprint()

    const error = await store.push('site', source, file, sha256('two')).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(
      `should hold 3 bytes with digest ${sha256('two')}, but holds others (${sha256('one')})`
    )
    expect(await store.resolve('site', source)).toBeUndefined()
    expect(await store.fetch('site', sha256('two'), path.join(scene.directory, 'two.zip'))).toBe(false)
  })

  it('is not sent when it cannot be read', async () => {
    const pushed = storeAt(scene.ministack.url).push(
      'site',
      fingerprint(),
      path.join(scene.directory, 'none.zip'),
      sha256('')
    )

    await expect(pushed).rejects.toThrow('none.zip cannot be read. Build it first.')
  })

  it('is not fetched, and leaves no file', async () => {
    const digest = sha256('asked')
    await put(`bundles/site/${hexOf(digest)}.zip`, 'another')
    const file = path.join(scene.directory, 'asked.zip')

    const error = await storeAt(scene.ministack.url)
      .fetch('site', digest, file)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain(`holds bytes of ${sha256('another')} instead of ${digest}. Do not use it.`)
    expect(await readdir(scene.directory)).toEqual([])
  })

  it('is not fetched to a full disk, which is named instead of S3', async () => {
    const digest = sha256('whole')
    await put(`bundles/site/${hexOf(digest)}.zip`, 'whole')
    const file = path.join(scene.directory, 'whole.zip')
    const full = { createWriteStream: () => createWriteStream('/dev/full') }
    const options = { session: sessionAt(scene.ministack.url), bucket: BUCKET, owner: OPS }

    const fetching = bundleStore(options, full).fetch('site', digest, file)

    await expect(fetching).rejects.toThrow(UserError)
    await expect(fetching).rejects.toThrow(
      `The bundle of site could not be written to ${file}: the disk is full (ENOSPC). Make room there and try again.`
    )
    expect(await readdir(scene.directory)).toEqual([])
  })

  it('is noticed where it was before the push', async () => {
    const { file, digest } = await bundle()
    await put(`bundles/site/${hexOf(digest)}.zip`, 'planted')

    const pushed = storeAt(scene.ministack.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`holds bytes of ${sha256('planted')} instead of ${digest}`)
  })

  it.each([
    ['replaced', (digest: Digest) => put(`bundles/site/${hexOf(digest)}.zip`, 'planted'), 'holds bytes of'],
    ['removed', (digest: Digest) => remove(`bundles/site/${hexOf(digest)}.zip`), '.zip is missing.']
  ])('is noticed under a fingerprint that is known: %s since', async (_, tamper, message) => {
    const store = storeAt(scene.ministack.url)
    const source = fingerprint()
    const { file, digest } = await bundle()
    await store.push('site', source, file, digest)
    await tamper(digest)

    const pushed = store.push('site', source, file, digest)

    await expect(pushed).rejects.toThrow(Failure)
    await expect(pushed).rejects.toThrow(message)
  })

  it('is noticed by the checksum that S3 has', async () => {
    const { file, digest } = await bundle()
    const lying = await front((request, response, forward) =>
      request.method === 'HEAD'
        ? reply(response, 200, { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') })
        : forward()
    )

    const pushed = storeAt(lying.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`holds bytes of sha256:${'0'.repeat(64)} instead of ${digest}`)
  })

  it('is noticed when S3 took it and does not have it', async () => {
    const { file, digest } = await bundle()
    const forgetful = await front((request, response, forward) =>
      request.method === 'HEAD' ? reply(response, 404) : forward()
    )

    const pushed = storeAt(forgetful.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`bundles/site/${hexOf(digest)}.zip is missing.`)
  })

  it('is noticed when it vanishes while it is checked', async () => {
    const { file, digest } = await bundle()
    const vanishing = await front((request, response, forward) => {
      if (request.method === 'HEAD') return reply(response, 200)
      return request.method === 'GET' && request.url?.includes('.zip') ? reply(response, 404) : forward()
    })

    const pushed = storeAt(vanishing.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(`holds bytes of nothing instead of ${digest}`)
  })

  it('is not named by a fingerprint that names nonsense', async () => {
    const source = fingerprint()
    await put(`bundles/site/src-${hexOf(source)}`, 'latest')

    const resolved = storeAt(scene.ministack.url).resolve('site', source)

    await expect(resolved).rejects.toThrow(`src-${hexOf(source)} is "latest", which is not a digest`)
  })

  it('is not named by a fingerprint that comes and goes', async () => {
    const { file, digest } = await bundle()
    const odd = await front((request, response, forward) => {
      if (request.method !== 'PUT' || !request.url?.includes('src-')) return forward()
      request.resume()
      reply(response, 412)
    })

    const pushed = storeAt(odd.url).push('site', fingerprint(), file, digest)

    await expect(pushed).rejects.toThrow(/lost bundles\/site\/src-\S+ again/)
  })
})

describe('a bundle store behind an unreliable network', () => {
  it('sends a bundle again that was interrupted', async () => {
    const { file, digest } = await bundle()
    let broken = 0
    const cut = await front((request, _response, forward) => {
      if (request.method !== 'PUT' || broken++ > 0) return forward()
      request.once('data', () => request.destroy())
    })

    expect(await storeAt(cut.url).push('site', fingerprint(), file, digest)).toEqual({ pushed: true })
    expect(broken).toBeGreaterThan(1)
  })

  it('fetches a bundle again that broke off', async () => {
    const { file, digest } = await bundle(randomBytes(1_000_000))
    await storeAt(scene.ministack.url).push('site', fingerprint(), file, digest)
    let broken = 0
    const cut = await front((_request, response, forward) => {
      if (broken++ > 0) return forward()
      response.writeHead(200, { 'content-length': '1000000' })
      response.write('short', () => response.destroy())
    })
    const back = path.join(scene.directory, 'back.zip')

    expect(await storeAt(cut.url).fetch('site', digest, back)).toBe(true)

    expect(sha256(await readFile(back))).toBe(digest)
  })

  it.each([
    [503, 2, 'SlowDown'],
    [400, 1, 'InvalidRequest']
  ])('repeats a PUT that failed by %d where that may help', async (status, times, code) => {
    const { file, digest } = await bundle()
    let asked = 0
    const failing = await front((request, response, forward) => {
      if (request.method !== 'PUT' || !request.url?.includes('.zip')) return forward()
      if (asked++ > 0) return forward()
      request.resume()
      reply(response, status, { 'content-type': 'application/xml' }, `<Error><Code>${code}</Code></Error>`)
    })

    const [outcome] = await Promise.allSettled([storeAt(failing.url).push('site', fingerprint(), file, digest)])

    expect(asked).toBe(times)
    expect(outcome?.status).toBe(times > 1 ? 'fulfilled' : 'rejected')
  })

  it('waits for another conditional write to end', async () => {
    const { file, digest } = await bundle()
    let busy = 0
    const conflicting = await front((request, response, forward) => {
      if (request.method !== 'PUT' || !request.url?.includes('src-') || busy++ > 0) return forward()
      request.resume()
      reply(
        response,
        409,
        { 'content-type': 'application/xml' },
        '<Error><Code>ConditionalRequestConflict</Code></Error>'
      )
    })

    expect(await storeAt(conflicting.url).push('site', fingerprint(), file, digest)).toEqual({ pushed: true })
    expect(busy).toBeGreaterThan(1)
  })
})

describe('a bundle store that cannot be used', () => {
  it('names a bucket that does not exist', async () => {
    const { file, digest } = await bundle()
    const store = storeAt(scene.ministack.url, 'sluice-none-111111111111')

    const error = await store.push('site', fingerprint(), file, digest).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain('Create the bucket sluice-none-111111111111 in the ops account')
  })

  it('names the grants that a role lacks', async () => {
    const denying = await front((request, response) => {
      request.resume()
      reply(
        response,
        403,
        { 'content-type': 'application/xml' },
        '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
      )
    })

    const error = await storeAt(denying.url)
      .resolve('site', fingerprint())
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(`Access Denied. Grant the role s3:GetObject and s3:ListBucket on ${BUCKET}`)
  })

  it('says what it was asked when S3 refuses it', async () => {
    const odd = await front((request, response) => {
      request.resume()
      reply(
        response,
        400,
        { 'content-type': 'application/xml' },
        '<Error><Code>InvalidArgument</Code><Message>odd</Message></Error>'
      )
    })

    const source = fingerprint()
    const error = await storeAt(odd.url)
      .resolve('site', source)
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(Failure)
    expect(String(error)).toContain(`S3 could not read ${BUCKET}/bundles/site/src-${hexOf(source)}: odd`)
  })

  it('passes on why the session has no credentials', async () => {
    const refused = {
      ...sessionAt(scene.ministack.url),
      credentials: () => Promise.reject(new UserError('The role could not be assumed.'))
    }
    const store = bundleStore({ session: refused, bucket: BUCKET })

    const fetched = store.fetch('site', sha256(''), path.join(scene.directory, 'x.zip'))

    await expect(fetched).rejects.toThrow(new UserError('The role could not be assumed.'))
  })
})
