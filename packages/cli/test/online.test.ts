import { generateKeyPairSync } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

describe('sluice verify --online', () => {
  let root: string
  let server: Server
  let issuer: string
  let product: DeliveredProduct
  /** The key of the tokens on the ledger, and one that came after it. */
  let [own, newer]: object[] = []
  /** What the issuer publishes, and what it was asked. */
  let published: readonly unknown[] = []
  const asked: unknown[] = []

  beforeAll(async () => {
    root = await temporaryFolder()
    server = createServer((request, response) => {
      asked.push(request.url, request.headers.authorization)
      response.end(JSON.stringify({ keys: published }))
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    product = await deliverProduct(root, { signed: true, issuer })
    const path = await git(product.clone, 'ls-tree', '--name-only', 'origin/sluice-ledger', 'issuer/')
    own = { ...JSON.parse(await git(product.clone, 'show', `origin/sluice-ledger:${path.trim()}`)), kid: 'own' }
    newer = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }), kid: 'newer' }
  })
  afterAll(async () => {
    await new Promise(resolve => server.close(resolve))
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  const verify = async (...more: readonly string[]): ReturnType<typeof sluice> =>
    sluice(['verify', `--directory=${product.clone}`, `--issuer=${issuer}`, ...more], { cwd: root })

  it('takes the tokens of keys that the issuer publishes now, and says nothing but the question', async () => {
    published = [newer, own]
    asked.length = 0

    const { code, out, err } = await verify('--online')

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).not.toMatch(/^keys /m)
    expect(asked).toEqual(['/.well-known/jwks', undefined])
  })

  it('asks nobody where it was not told to', async () => {
    asked.length = 0

    const { out } = await verify()

    expect(out).toMatch(/^keys {9}of GitHub as the ledger has them: --online, or --issuer-keys FILE, proves/m)
    expect(asked).toEqual([])
  })

  it('refuses the tokens of a key that the issuer does not publish', async () => {
    published = [newer]

    const { code, err } = await verify('--online')

    expect(code).toBe(1)
    expect(err).toMatch(/^issuer\/[0-9a-f]{64}\.json: it vouches for records 1 to 25, but no one has seen the issuer/m)
  })

  it('takes those of a key that somebody saved, too', async () => {
    published = [newer]
    await writeFiles(root, { 'keys.json': JSON.stringify({ keys: [own] }) })

    expect(await verify('--online', '--issuer-keys=keys.json')).toMatchObject({ code: 0, err: '' })
  })

  it('says what is wrong with an issuer that is no address', async () => {
    const { code, err } = await sluice(['verify', `--directory=${product.clone}`, '--issuer=github', '--online'])

    expect(code).toBe(1)
    expect(err).toMatch(/^The issuer of OIDC tokens is "github\/\.well-known\/jwks", which is not a URL\./)
  })
})
