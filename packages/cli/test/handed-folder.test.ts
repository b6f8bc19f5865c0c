import { access, chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, temporaryFolder, writeFiles } from './storefront.ts'

/** Every command that reads a folder, as an auditor calls it there. */
const COMMANDS: readonly (readonly string[])[] = [
  ['verify'],
  ['verify', '--json'],
  ['status'],
  ['status', '--json'],
  ['validate'],
  ['roles', '--repository', 'octo-org/shop', '--repository-id', '123456', '--owner-id', '42']
]

let root: string
let product: DeliveredProduct
let clone: string
let clones = 0
const sent: unknown[] = []
const { fetch } = globalThis

beforeAll(async () => {
  root = await temporaryFolder()
  product = await deliverProduct(root)
})
afterAll(async () => {
  await product.stop()
  await rm(root, { recursive: true, force: true })
})

beforeEach(async () => {
  clone = await product.another(`handed-${++clones}`)
  sent.length = 0
  globalThis.fetch = async (...request) => {
    sent.push(request[0])
    throw new Error('Nothing may be fetched.')
  }
})
afterEach(() => {
  globalThis.fetch = fetch
})

const mark = (): string => `${clone}-ran`

async function hasRun(): Promise<boolean> {
  return access(mark()).then(
    () => true,
    () => false
  )
}

/** Settings of the folder that make git start programs: for a look at the work tree, for an object that is missing, for output. */
async function layTraps(): Promise<void> {
  const trap = `touch ${mark()}; false`
  const settings: Readonly<Record<string, string>> = {
    'core.fsmonitor': trap,
    'core.sshCommand': trap,
    'core.pager': trap,
    'remote.origin.uploadpack': trap,
    'remote.origin.promisor': 'true',
    'remote.origin.partialclonefilter': 'blob:none',
    'core.repositoryformatversion': '1',
    'extensions.partialClone': 'origin',
    'filter.trap.clean': trap,
    'filter.trap.smudge': trap
  }
  for (const [name, value] of Object.entries(settings)) await git(clone, 'config', name, value)
  await writeFiles(clone, { '.git/info/attributes': '* filter=trap\n' })
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
    const file = join(clone, '.git/hooks', hook)
    await writeFile(file, `#!/bin/sh\n${trap}\n`)
    await chmod(file, 0o755)
  }
}

describe('a folder that somebody handed over', () => {
  it.each(COMMANDS.map(argv => [argv.join(' '), argv] as const))(
    'is read by sluice %s, which runs nothing of it and fetches nothing',
    async (_, argv) => {
      await layTraps()

      await sluice(argv, { cwd: clone })

      expect([await hasRun(), sent]).toEqual([false, []])
    }
  )

  it.each(['verify', 'status'])('and lacks objects is not completed by sluice %s', async command => {
    await layTraps()
    // All that the clone has but its refs: each object would have to be fetched.
    await rm(join(clone, '.git/objects'), { recursive: true })
    await writeFiles(clone, { '.git/objects/info/empty': '', '.git/objects/pack/empty': '' })

    const { code } = await sluice([command], { cwd: clone })

    expect([code === 0, await hasRun(), sent]).toEqual([false, false, []])
  })

  it('would run what it holds under plain git', async () => {
    await layTraps()

    await git(clone, 'status').catch(() => undefined)

    expect(await hasRun()).toBe(true)
  })
})
