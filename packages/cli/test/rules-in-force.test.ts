import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, storefront, temporaryFolder, writeFiles } from './storefront.ts'

describe('a ledger that is judged by other rules than those in force', () => {
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

  it.each(['verify', 'status', 'repair'])('is said to be, by sluice %s', async command => {
    const clone = await product.another(`other-${command}`)
    const text = await git(clone, 'show', 'HEAD:delivery.yml')
    await writeFiles(clone, { 'delivery.yml': `# of a branch\n${text}\n` })

    const { err } = await sluice([command], { cwd: clone })

    expect(err).toMatch(
      /^delivery\.yml in .*other-\w+ is not the one of origin's default branch main, as last fetched: .* Check out that branch, and pull, .* If another one is the default branch by now: git fetch --prune && git remote set-head origin --auto$/m
    )
  })

  it('is said to be, of a default branch that has no name', async () => {
    const clone = await product.another('unnamed')
    await git(clone, 'update-ref', '--no-deref', 'refs/remotes/origin/HEAD', 'HEAD')
    const text = await git(clone, 'show', 'HEAD:delivery.yml')
    await writeFiles(clone, { 'delivery.yml': `# of a branch\n${text}\n` })

    expect((await sluice(['verify'], { cwd: clone })).err).toContain("origin's default branch, as last fetched: ")
  })

  it('is not, where the clone has the rules in force, or no default branch to tell them by', async () => {
    const clone = await product.another('bare-of-origin')
    const same = await sluice(['verify'], { cwd: clone })
    await git(clone, 'remote', 'set-head', 'origin', '--delete')
    const text = await git(clone, 'show', 'HEAD:delivery.yml')
    await writeFiles(clone, { 'delivery.yml': `# of a branch\n${text}\n` })
    const unknown = await sluice(['verify'], { cwd: clone })

    expect([same.err, unknown.err]).toEqual(['', ''])
  })
})

describe('what is no number of a repository', () => {
  it('is named', async () => {
    const { code, err } = await sluice(['verify', '--repository=octo-org/shop'], { cwd: '/' })

    expect(code).toBe(2)
    expect(err).toContain('--repository was given "octo-org/shop". Give GitHub\'s number of the repository')
  })

  it('is named where roles are printed', async () => {
    const numbers = ['--owner-id=1', '--repository-id=x']
    const root = await temporaryFolder()
    await writeFiles(root, { 'delivery.yml': storefront() })
    const [name, id] = [
      await sluice(['roles', '--repository=shop', ...numbers], { cwd: root }),
      await sluice(['roles', '--repository=octo-org/shop', ...numbers], { cwd: root })
    ]

    expect(name.err).toContain('--repository OWNER/NAME is needed, and "shop" is none')
    expect(id.err).toContain('--repository-id NUMBER is needed, and "x" is none')
    await rm(root, { recursive: true, force: true })
  })
})
