import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fastRetry, ManualClock, sha256, UserError } from '@sluice/core'
import { connectRegistry, type Registry } from '@sluice/registry'
import { type Front, type Handler, startFront } from '@sluice-lab/servers'
import { type RealRegistry, startRealRegistry } from './real-registry.ts'

const TYPE = 'application/vnd.sluice.release.v1+json'

let real: RealRegistry
let registry: Registry
const fronts: Front[] = []

beforeAll(async () => {
  real = await startRealRegistry()
  registry = connect(real.host)
})

afterAll(async () => {
  await Promise.all(fronts.map(front => front.stop()))
  await real.stop()
})

function connect(host: string): Registry {
  return connectRegistry({ host, clock: new ManualClock(), policy: fastRetry })
}

async function front(handler?: Handler): Promise<Front> {
  const started = await startFront(real.url, handler)
  fronts.push(started)
  return started
}

describe('a document', () => {
  it('comes back by the digest of its own bytes', async () => {
    const text = '{"product":"storefront","umlaut":"ü"}'

    const digest = await registry.putDocument('shop/releases', text, { artifactType: TYPE })

    expect(digest).toBe(sha256(text))
    expect(Buffer.from((await registry.getDocument('shop/releases', digest)) ?? []).toString('utf8')).toBe(text)
  })

  it('is kept by an OCI artifact manifest with an empty config', async () => {
    const text = '{"kept":true}'
    const digest = await registry.putDocument('shop/kept', text, { artifactType: TYPE, tag: 'r-1' })

    const manifest: unknown = JSON.parse((await real.raw('shop/kept:r-1')).toString())

    expect(manifest).toEqual({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: TYPE,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 },
      layers: [{ mediaType: TYPE, digest, size: text.length }]
    })
  })

  it('is stored once: a second time takes two requests', async () => {
    await registry.putDocument('shop/twice', 'same', { artifactType: TYPE })
    const counted = await front()

    await connect(counted.host).putDocument('shop/twice', 'same', { artifactType: TYPE })

    expect(counted.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
  })

  it('does not take over the tag of another document', async () => {
    await registry.putDocument('shop/tagged', 'first', { artifactType: TYPE, tag: 'r-1' })

    const put = registry.putDocument('shop/tagged', 'second', { artifactType: TYPE, tag: 'r-1' })

    await expect(put).rejects.toThrow(UserError)
  })

  it('is absent where nobody put it', async () => {
    await registry.putDocument('shop/present', 'present', { artifactType: TYPE })

    expect(await registry.getDocument('shop/present', sha256('absent'))).toBeUndefined()
    expect(await registry.getDocument('shop/no-such-repository', sha256('absent'))).toBeUndefined()
  })

  it('is refused when its bytes were changed', async () => {
    const digest = await registry.putDocument('shop/changed', 'true', { artifactType: TYPE })
    const liar = await front((_request, _response, forward) =>
      forward(answer => ({ ...answer, body: Buffer.from('fals') }))
    )

    const got = connect(liar.host).getDocument('shop/changed', digest)

    await expect(got).rejects.toThrow(
      `returned content with digest ${sha256('fals')} for blob ${digest}. Do not use it.`
    )
  })

  it('is fetched again when its body broke off', async () => {
    const digest = await registry.putDocument('shop/truncated', 'complete', { artifactType: TYPE })
    let broken = 0
    const cutting = await front((_request, response, forward) => {
      if (broken++ > 0) return forward()
      response.writeHead(200, { 'content-length': '8' })
      response.write('comp', () => response.destroy())
    })

    const got = await connect(cutting.host).getDocument('shop/truncated', digest)

    expect(Buffer.from(got ?? []).toString()).toBe('complete')
    expect(broken).toBe(2)
  })

  it('ends where memory would', async () => {
    const endless = await front((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024)
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more)
      }
      more()
    })

    const got = connect(endless.host).getDocument('shop/endless', sha256('x'))

    await expect(got).rejects.toThrow('returned more than 16777216 bytes')
  })

  it('is not taken when it could not be fetched again', async () => {
    const put = registry.putDocument('shop/huge', 'x'.repeat(16 * 1024 * 1024 + 1), { artifactType: TYPE })

    await expect(put).rejects.toThrow('A document of 16777217 bytes is too large')
  })
})
