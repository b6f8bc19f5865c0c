import { generateKeyPairSync } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

describe('sluice verify --issuer-keys', () => {
  let root: string
  let product: DeliveredProduct

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root)
  })
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  const verifyWith = async (content: string): ReturnType<typeof sluice> => {
    await writeFiles(root, { 'keys.json': content })
    return sluice(['verify', `--directory=${product.clone}`, '--issuer-keys=keys.json'], { cwd: root })
  }

  it('takes the tokens of a key that someone saw GitHub publish', async () => {
    const path = await git(product.clone, 'ls-tree', '--name-only', 'origin/sluice-ledger', 'issuer/')
    const key = JSON.parse(await git(product.clone, 'show', `origin/sluice-ledger:${path.trim()}`)) as object

    const { code, out, err } = await verifyWith(JSON.stringify({ keys: [{ ...key, kid: 'one', use: 'sig' }] }))

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Verified.')
  })

  it('refuses those of a key that only the ledger says to be GitHub’s', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

    const { code, err } = await verifyWith(
      JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] })
    )

    expect(code).toBe(1)
    expect(err).toMatch(
      /^issuer\/[0-9a-f]{64}\.json: it vouches for records 1 to 25, but no one has seen the issuer publish it\. If it did, and has replaced it since, list it in ledger\.issuerKeys of delivery\.yml: /m
    )
  })

  it('takes those of a key that delivery.yml names as one that GitHub published once', async () => {
    const path = await git(product.clone, 'ls-tree', '--name-only', 'origin/sluice-ledger', 'issuer/')
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const text = await git(product.clone, 'show', 'origin/main:delivery.yml')
    const known = `issuerKeys: ["sha256:${/[0-9a-f]{64}/.exec(path)?.[0]}"]`
    await writeFiles(root, {
      'known.yml': text.replace(/^ledger:\n/m, `ledger:\n  ${known}\n`),
      'keys.json': JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] })
    })

    const { code, err } = await sluice(
      ['verify', `--directory=${product.clone}`, '--config=../known.yml', '--issuer-keys=keys.json'],
      { cwd: root }
    )

    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  it('is asked for where the ledger alone says that its keys are GitHub’s', async () => {
    const { out } = await sluice(['verify', `--directory=${product.clone}`], { cwd: root })

    expect(out).toMatch(/^keys {9}of GitHub as the ledger has them: --online, or --issuer-keys FILE, proves/m)
  })

  it.each([
    ['is none', '{}', 'holds no RSA keys'],
    ['has other keys only', '{"keys":[{"kty":"EC","kid":"one"}]}', 'holds no RSA keys'],
    ['is not JSON', 'keys', 'could not be read']
  ])('says how to get the file when it %s', async (_, content, said) => {
    const { code, err } = await verifyWith(content)

    expect(code).toBe(1)
    expect(err).toContain(`keys.json ${said}`)
    expect(err).toContain('curl -fsS https://token.actions.githubusercontent.com/.well-known/jwks -o github-keys.json')
  })

  it('names the file when it is not there', async () => {
    const missing = join(root, 'nowhere.json')

    const { err } = await sluice(['verify', `--directory=${product.clone}`, `--issuer-keys=${missing}`], { cwd: root })

    expect(err).toContain(`${missing} could not be read`)
  })
})
