import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { repairIn } from './repaired.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

const RECORD = 'records/0/26.json'
let root: string
let product: DeliveredProduct
let clones = 0

beforeAll(async () => {
  root = await temporaryFolder()
  product = await deliverProduct(root)
}, 120_000)

afterAll(async () => {
  await product.stop()
  await rm(root, { recursive: true, force: true })
})

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { e, kty, n } = publicKey.export({ format: 'jwk' })
const KEY_FILE = JSON.stringify({ e, kty, n })

/** A token by a key of one's own. */
function tokenOf(claims: object): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'RS256', kid: 'mine', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}\n`
}

/** What whoever may push can do, without a key and a token of GitHub's: one ordinary commit with a record. */
async function plant({ claims, date }: { readonly claims?: object; readonly date?: string }): Promise<string> {
  clones += 1
  const clone = await product.another(`planted-${clones}`)
  await git(clone, 'checkout', '-q', 'sluice-ledger')
  const before = await git(clone, 'show', 'HEAD:HEAD.json')
  const { hash } = JSON.parse(before) as { readonly hash: string }
  const newest = await git(clone, 'show', 'HEAD:records/0/25.json')
  const record = newest
    .replace('"sequence":25', '"sequence":26')
    .replace(/"previous":"[^"]+"/, `"previous":"${hash}"`)
    .replace(/"id":"1004"/, '"id":"666"')
  const own = sha256(record)
  const head = before.replace('"sequence":25', '"sequence":26').replace(hash, own)
  await writeFiles(clone, { [RECORD]: record, 'newest.json': record, 'HEAD.json': head })
  if (claims !== undefined) {
    const [, said = ''] = (await git(clone, 'show', 'HEAD:records/0/25.jwt')).split('.')
    const others = JSON.parse(Buffer.from(said, 'base64url').toString()) as object
    await writeFiles(clone, {
      'records/0/26.jwt': tokenOf({ ...others, aud: own.replace('sha256:', 'sluice:'), ...claims }),
      [`issuer/${createHash('sha256').update(KEY_FILE).digest('hex')}.json`]: KEY_FILE
    })
  }
  await git(clone, 'add', '-A')
  await git(clone, 'commit', '-q', '-m', 'Plant')
  if (date !== undefined) await redate(clone, date)
  await git(clone, 'checkout', '-q', 'main')
  return clone
}

/** The newest commit again, with a date that `git commit` would not take. */
async function redate(clone: string, date: string): Promise<void> {
  const text = (await git(clone, 'cat-file', 'commit', 'HEAD')).replace(/^(committer .*>) \d+/m, `$1 ${date}`)
  await writeFile(join(clone, '.git', 'redated'), `${text}\n`)
  const oid = await git(clone, 'hash-object', '-t', 'commit', '-w', '.git/redated')
  await git(clone, 'reset', '-q', '--hard', oid.trim())
}

describe('a record that someone planted', () => {
  it.each<[string, Parameters<typeof plant>[0]]>([
    ['beside a token of a moment that no calendar has', { claims: { nbf: 0, iat: 9e12, exp: 9e12 + 1 } }],
    ['beside a token of the year 9999', { claims: { nbf: 0, iat: 253_402_300_798, exp: 253_402_300_799 } }],
    ['in a commit of a moment that no calendar has', { date: '99999999999999' }]
  ])(
    '%s is found, told and left out',
    async (_, planted) => {
      const clone = await plant(planted)

      const verified = await sluice(['verify'], { cwd: clone })
      expect(verified.code).toBe(1)
      expect(verified.out + verified.err).toContain(RECORD)
      const repair = await sluice(['repair'], { cwd: clone })
      expect(repair.out + repair.err).toContain(RECORD)
      const status = await sluice(['status'], { cwd: clone })
      expect(status.out + status.err).not.toContain('Invalid time')

      await repairIn(product, clone, 'staging')
      const after = await sluice(['verify'], { cwd: clone })
      expect([after.code, after.out]).toEqual([
        0,
        expect.stringContaining('record 26 is not valid, and record 27 leaves it out')
      ])
    },
    60_000
  )
})
