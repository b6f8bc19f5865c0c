import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { canonicalJson, runCommand, sha256 } from '@sluice/core'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

let root: string
let product: DeliveredProduct

beforeAll(async () => {
  root = await temporaryFolder()
  product = await deliverProduct(root)
  const shown = await runCommand('git', ['-C', product.clone, 'show', 'origin/sluice-ledger:records/0/25.json'])
  const anchor = canonicalJson({ sequence: 25, hash: sha256(shown.stdout) })
  await writeFiles(join(root, 'bucket'), { [`storefront/environments/staging/${'9'.repeat(13)}74`]: anchor })
})
afterAll(async () => {
  await product.stop()
  await rm(root, { recursive: true, force: true })
})

const verify = (cwd: string, folder = join(root, 'bucket')): ReturnType<typeof sluice> =>
  sluice(['verify', '--anchors', folder], { cwd })

describe('sluice verify --anchors', () => {
  it('verifies a ledger that holds what is anchored', async () => {
    expect(await verify(product.clone)).toMatchObject({ code: 0, err: '' })
  })

  it('finds out that a ledger was put back, which verifies without them', async () => {
    const clone = await product.another('put-back')
    await git(clone, 'branch', '-f', 'sluice-ledger', 'origin/sluice-ledger~1')

    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({ code: 0 })
    const { code, err } = await verify(clone)

    expect(code).toBe(1)
    expect(err).toMatch(
      /^records\/0\/25\.json: it is anchored for environments\/staging \(sha256:[0-9a-f]{64}\), but the ledger does not have it\n/m
    )
  })

  it('says that a folder cannot be read, or holds no anchors', async () => {
    expect((await verify(product.clone, join(root, 'nowhere'))).err).toContain('Name the folder that the anchors were')
    expect((await verify(product.clone, product.clone)).err).toContain('there is no anchor of storefront')
  })
})
