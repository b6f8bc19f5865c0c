import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type LedgerRecord, sha256 } from '@sluice/core'
import { disownedLines } from '../src/disowned-records.ts'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, temporaryFolder } from './storefront.ts'

/** All records are genuine: what delivery.yml says is wrong. */
describe('sluice repair, where delivery.yml as it is now is all that speaks against records,', () => {
  let root: string
  let product: DeliveredProduct

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root)
  }, 60_000)
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  const key = (): string => product.trust.find(it => it.startsWith('staging='))?.slice('staging='.length) ?? ''

  /** A clone in which delivery.yml says something else. */
  const changed = async (name: string, change: (text: string) => string): Promise<string> => {
    const clone = await product.another(name)
    await git(clone, 'branch', '-f', 'sluice-ledger', 'origin/sluice-ledger')
    const path = join(clone, 'delivery.yml')
    const text = await readFile(path, 'utf8')
    const now = change(text)
    expect(now).not.toBe(text)
    await writeFile(path, now)
    await git(clone, 'commit', '-q', '-a', '-m', 'Change the rules')
    return clone
  }
  const repair = async (clone: string): Promise<{ readonly out: string; readonly json: object }> => {
    const { code, out } = await sluice(['repair'], { cwd: clone })
    expect(code).toBe(1)
    return { out, json: JSON.parse((await sluice(['repair', '--json'], { cwd: clone })).out) }
  }

  it('names the entry of a key that was replaced, not ended, which makes the ledger whole again', async () => {
    const other = sha256('another key')
    const clone = await changed('replaced', text => text.replace(key(), other))

    const { out, json } = await repair(clone)

    const signers = 'staging/plan, staging/intent, staging/outcome'
    const entry = `{ key: "${key()}", signs: [${signers}], until: 25 }`
    expect(out).not.toMatch(/Nothing is lost/)
    expect(out).toContain(`signed with key ${key()}, which ledger.trust does not list for ${signers}`)
    expect(out).toContain(
      `If it was listed once (git log --oneline -S ${key()} -- delivery.yml tells), put its entry back in delivery.yml: ${entry}: then they count`
    )
    expect(out).toMatch(/Leave them out only if the key was never listed and Sluice did not write them/)
    expect(json).toMatchObject({ disowned: [{ kind: 'unlisted', key: key() }] })
    const told = await git(clone, 'log', '--format=%s', '-S', key(), '--', 'delivery.yml')
    expect(told.split('\n')).toContain('Change the rules')

    const path = join(clone, 'delivery.yml')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace(/^ {2}trust:\n/m, `  trust:\n    - ${entry}\n`))
    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({ code: 0 })
  })

  it('says so of keys that were given by hand, too', async () => {
    const clone = await product.another('by-hand')
    const others = product.trust.filter(it => !it.startsWith('staging=')).flatMap(it => ['--trust', it])

    const { out } = await sluice(['repair', ...others], { cwd: clone })

    expect(out).toContain(
      `If it is a key of the product, add --trust staging/plan=${key()}@-25 --trust staging/intent=${key()}@-25`
    )
  })

  it('names the from of a key that is said to begin too late', async () => {
    const clone = await changed('early', text =>
      text.replace(`"${key()}", signs: [staging] }`, `"${key()}", signs: [staging], from: 22 }`)
    )

    const { out, json } = await repair(clone)

    expect(out).toContain('If the key was in use before, write from: 5 instead of 22 in delivery.yml: then they count')
    expect(json).toMatchObject({ disowned: [{ kind: 'early', from: 22 }] })
  })

  it('names the until of a default branch that was renamed, and ended too early', async () => {
    const clone = await changed('renamed', text =>
      text.replace(/^ledger:\n/m, `ledger:\n  formerBranches: [{ name: main, until: 24 }]\n`)
    )
    await git(clone, 'checkout', '-q', '-b', 'trunk')
    await git(clone, 'update-ref', 'refs/remotes/origin/trunk', 'HEAD')
    await git(clone, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk')

    const { out, json } = await repair(clone)

    expect(out).not.toMatch(/Nothing is lost/)
    expect(out).toContain('of runs of main after record 24, where ledger.formerBranches ends it')
    expect(out).toContain(
      'If main was the default branch when it was written, write ledger.formerBranches: [{ name: "main", until: 25 }] instead of 24 in delivery.yml: then it counts'
    )
    expect(json).toMatchObject({
      disowned: [{ kind: 'branch', branch: 'main', until: 24, records: [{ sequence: 25 }] }]
    })

    const path = join(clone, 'delivery.yml')
    await writeFile(path, (await readFile(path, 'utf8')).replace('until: 24', 'until: 25'))
    expect(await sluice(['verify'], { cwd: clone })).toMatchObject({ code: 0 })
  })

  it('asks of a product and of a branch that delivery.yml does not know whether they were called so', () => {
    const records = [{ sequence: 7, event: 'declared', time: '2026-01-02T14:00:00.000Z', run: { id: '1001' } }]
    const [of, branch] = [{ kind: 'product', product: 'shop' } as const, { kind: 'branch', branch: 'x"y' } as const]

    const lines = disownedLines(
      [of, branch].map(by => ({ by, records: records as unknown as readonly LedgerRecord[] })),
      'delivery.yml'
    )

    expect(lines).toEqual(
      expect.arrayContaining([
        "Of these, 1 record is about product shop, which is none of this product's names. Nothing else speaks against it:",
        'If the product was called so, add shop to ledger.formerly of delivery.yml: then it counts, and there is nothing to repair of it.',
        'Of these, 1 record is of runs of x"y, which is none of the delivery refs. Nothing else speaks against it:',
        'If x"y was the default branch when it was written, write ledger.formerBranches: [{ name: "x\\"y", until: 7 }] in delivery.yml: then it counts, and there is nothing to repair of it.'
      ])
    )
  })
})
