import { generateKeyPairSync, sign } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand, sha256 } from '@sluice/core'
import type { Signer } from '@sluice/ledger'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { repairStaging } from './repaired.ts'
import { git, temporaryFolder } from './storefront.ts'

/** Record 20 is the failure of a release in staging, record 25 a plan there: both were signed with the key that ends after 19. */
describe('a key of staging that delivery.yml ends too early', () => {
  let root: string
  let product: DeliveredProduct
  let clone: string
  let text: string

  beforeEach(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root)
    clone = await product.another('ended')
    await git(clone, 'branch', '-f', 'sluice-ledger', 'origin/sluice-ledger')
    text = await readFile(join(clone, 'delivery.yml'), 'utf8')
  }, 60_000)
  afterEach(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  const fresh = localSigner()
  const key = (): string => product.trust.find(it => it.startsWith('staging='))?.slice('staging='.length) ?? ''

  /** Ends the key of staging, and lists another one. */
  const end = async (until: number): Promise<void> => {
    const { fingerprint } = await fresh.publicKey()
    const entry = `    - { key: "${key()}", signs: [staging] }\n`
    const ended = `    - { key: "${key()}", signs: [staging], until: ${until} }\n    - { key: "${fingerprint}", signs: [staging] }\n`
    await writeFile(join(clone, 'delivery.yml'), text.replace(entry, ended))
    await git(clone, 'commit', '-q', '-a', '-m', `End the key after ${until}`)
  }
  const repaired = async (): Promise<void> =>
    repairStaging({ ...product, signer: name => (name.startsWith('staging') ? fresh : product.signer(name)) }, clone)

  it('is what repair says before all else: which records would be forgotten, and which until takes them', async () => {
    await end(19)

    const [shown, json] = [await sluice(['repair'], { cwd: clone }), await sluice(['repair', '--json'], { cwd: clone })]

    expect(shown.code).toBe(1)
    expect(shown.out).not.toMatch(/Nothing is lost|never valid/)
    expect(shown.out).toContain(
      `\nOf these, 2 records are signed after record 19, where ledger.trust ends key ${key()}. Nothing else speaks against them:\n`
    )
    expect(shown.out).toMatch(
      /\n +20 failed staging r-[0-9a-f]{12} at \S+ \(run 1002\)\n +25 planned staging r-[0-9a-f]{12} .*\nIf the key did not leak, write until: 25 instead of 19 in delivery\.yml: then they count, and there is nothing to repair of them\.\n/
    )
    expect(shown.out).toMatch(/Leave them out only if the key leaked .* is forgotten, also a failure/)
    expect(JSON.parse(json.out)).toMatchObject({
      disowned: [
        { kind: 'ended', key: key(), until: 19, records: [{ sequence: 20, event: 'failed' }, { sequence: 25 }] }
      ]
    })
    const { err } = await sluice(['validate'], { cwd: clone })
    expect(err.match(/write until: \d+/g)).toEqual(['write until: 25', 'write until: 25'])
  })

  it('can be put right after a repair: another one leaves out the first, and the records count again', async () => {
    await end(19)
    await repaired()
    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({ code: 0 })
    await end(25)

    const validated = await sluice(['validate'], { cwd: clone })
    expect(validated.code).toBe(1)
    expect(validated.err).toMatch(/record 20: left out by record 26 .* if the key leaked, write until: 19; if not, /)
    const { out } = await sluice(['repair'], { cwd: clone })
    expect(out).toContain('Record 26 is a repair itself: it left out 2 records (20, 25), which count again without it.')

    await repaired()

    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({ code: 0 })
    const shown = JSON.parse((await sluice(['verify', '--json'], { cwd: clone })).out)
    expect(shown.skipped.map((it: { sequence: number }) => it.sequence)).toEqual([26])
    expect(await sluice(['validate'], { cwd: clone })).toMatchObject({ code: 0 })
  })

  it('is found by the recipe of the docs, which no repair leads astray that quotes the key', async () => {
    await end(19)
    await repaired()
    const recipe = /^git grep .*$/m.exec(
      await readFile(new URL('../../../docs/delivery-yml.md', import.meta.url), 'utf8')
    )
    const command = (recipe?.[0] ?? '')
      .replace('sha256:2222…', key())
      .replace('sluice-ledger-storefront', 'sluice-ledger')

    const { stdout } = await runCommand('bash', ['-c', `cd ${clone} && ${command}`])

    expect(stdout.toString().trim()).toBe('sluice-ledger:records/0/25.json')
  })
})

function localSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const made = { pem, fingerprint: sha256(publicKey.export({ type: 'spki', format: 'der' })) }
  return { publicKey: async () => made, sign: async bytes => sign('sha256', bytes, privateKey) }
}
