import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { repairIn } from './repaired.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

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

type Files = Readonly<Record<string, string | ((now: string) => string) | undefined>>

/** Commits to the branch as anyone may push; undefined removes a file, and a function changes what it says now. */
async function push(...commits: readonly Files[]): Promise<string> {
  clones += 1
  const clone = await product.another(`pushed-${clones}`)
  await git(clone, 'checkout', '-q', 'sluice-ledger')
  for (const files of commits) {
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) await git(clone, 'rm', '-q', path)
      else
        await writeFiles(clone, {
          [path]: typeof text === 'string' ? text : text(await git(clone, 'show', `HEAD:${path}`))
        })
    }
    await git(clone, 'add', '-A')
    await git(clone, 'commit', '-q', '-m', 'x')
  }
  await git(clone, 'checkout', '-q', 'main')
  return clone
}

/** What is wrong with the newest commit of a ledger, whatever its history says. */
async function wrongNow(clone: string): Promise<readonly string[]> {
  const { err } = await sluice(['verify'], { cwd: clone })
  return err.split('\n').filter(line => /^\S+: /.test(line) && !/: commit [0-9a-f]{12}: /.test(line))
}

const AB = 'ab'.repeat(32)
const KEY = `keys/${AB}.pem`
const counting = (sequence: number) => (now: string) => now.replace('"sequence":25', `"sequence":${sequence}`)

describe('what anyone may push', () => {
  it.each<[string, readonly Files[]]>([
    ['a record far beyond the newest', [{ 'records/0/30.json': 'x' }]],
    ['the next record, which HEAD.json does not count', [{ 'records/0/26.json': 'x', 'records/0/26.json.sig': 'x' }]],
    ['records of later numbers, which HEAD.json counts', [{ 'records/0/28.json': 'x', 'HEAD.json': counting(28) }]],
    ['a HEAD.json that counts too far', [{ 'HEAD.json': counting(50) }]],
    ['a record of the highest number that there is', [{ 'records/90071992547409/9007199254740991.json': 'x' }]],
    ['a HEAD.json that counts to the highest number', [{ 'HEAD.json': counting(Number.MAX_SAFE_INTEGER) }]],
    ['a HEAD.json that counts backwards', [{ 'HEAD.json': counting(20) }]],
    ['a HEAD.json of another product', [{ 'HEAD.json': now => now.replace('"storefront"', '"other"') }]],
    ['a HEAD.json that is none', [{ 'HEAD.json': '{' }]],
    ['no HEAD.json', [{ 'HEAD.json': undefined }]],
    ['a key that came and was changed', [{ [KEY]: 'x' }, { [KEY]: 'y' }]]
  ])('is put right by a repair, which the advice names, and not by force: %s', async (_, commits) => {
    const clone = await push(...commits)
    const [before, advice] = [await wrongNow(clone), await sluice(['repair'], { cwd: clone })]

    await repairIn(product, clone, undefined)

    expect(before).not.toEqual([])
    expect(advice.out).toMatch(/^What does not belong there can be removed, and HEAD\.json put right\./)
    expect(advice.out).toMatch(/\n {2}environment empty: builds and releases\n/)
    expect(await wrongNow(clone)).toEqual([])
    // Records that never were are not missing.
    expect(before.filter(line => line.includes('missing') && !line.startsWith('HEAD.json: '))).toEqual([])
    const { out } = await sluice(['repair'], { cwd: clone })
    expect(out).toMatch(
      /^Nothing is wrong with sluice-ledger as it is now: deliveries go on, and there is nothing to repair\.\nIts history has [12] commits? that did what none may do, .*: \w{12}(, \w{12})?\.\nNo record has to be lost for what a commit changed, removed or added by hand: make the later commits anew .*\n$/
    )
    const json = JSON.parse((await sluice(['repair', '--json'], { cwd: clone })).out) as object
    expect(json).toMatchObject({ verified: false, madeAnew: out.match(/\b[0-9a-f]{12}\b/g) })
    expect(json).not.toHaveProperty('command')
  })

  it.each<[string, readonly Files[]]>([
    ['a key of no record', [{ [KEY]: 'x' }, { [KEY]: undefined }]],
    ['a signature of no record', [{ 'records/0/30.json.sig': 'x' }, { 'records/0/30.json.sig': undefined }]],
    ['a record far beyond the newest', [{ 'records/0/30.json': 'x' }, { 'records/0/30.json': undefined }]],
    ['what is no file of a ledger', [{ 'README.md': 'x' }, { 'README.md': undefined }]]
  ])('stops no later repair where it came and went: %s', async (_, commits) => {
    const clone = await push(...commits, { 'HEAD.json': '{' })
    const advice = await sluice(['repair'], { cwd: clone })

    await repairIn(product, clone, undefined)

    expect(advice.out).toMatch(/^What does not belong there can be removed, and HEAD\.json put right\./)
    expect(await wrongNow(clone)).toEqual([])
  })
})
