import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sluice } from './captured.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, temporaryFolder } from './storefront.ts'

interface Rules {
  readonly repository: string
  readonly products: readonly string[]
  readonly tokens: { readonly known?: readonly string[] }
  readonly policies: {
    readonly whole: boolean
    readonly branches: readonly object[]
    readonly commits: Readonly<Record<string, Readonly<Record<string, { readonly digest: string }>>>>
  }
}

describe('sluice verify --write-rules', () => {
  let root: string
  let product: DeliveredProduct
  let clones = 0

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(join(root, 'signed'))
  }, 60_000)
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  /** What it writes of a clone that was changed. */
  async function written(change: (clone: string) => Promise<void>, ...argv: readonly string[]): Promise<Rules> {
    const clone = await product.another(`clone-${++clones}`)
    await change(clone)
    const { err } = await sluice(['verify', '--write-rules', 'RULES.json', ...argv], { cwd: clone })
    expect(err).not.toContain('could not')
    return JSON.parse(await readFile(join(clone, 'RULES.json'), 'utf8')) as Rules
  }

  it('tells whose ledger it is, and what each commit of the default branch said', async () => {
    const { repository, products, tokens, policies } = await written(async () => undefined)

    expect({ repository, products, tokens: tokens.known }).toEqual({ repository: '123456', products: ['storefront'] })
    expect(policies).toMatchObject({ whole: true, branches: [{ name: 'main' }] })
    expect(Object.values(policies.commits).map(Object.keys)).toEqual([['delivery.yml']])
  })

  it('tells nothing of a commit whose file this version does not read, and of one without it that there is none', async () => {
    const { policies } = await written(async clone => {
      const text = await readFile(join(clone, 'delivery.yml'), 'utf8')
      await git(clone, 'rm', '-q', 'delivery.yml')
      await git(clone, 'commit', '-q', '-m', 'Remove the rules')
      for (const next of [`${text}later: 1\n`, text]) {
        await writeFile(join(clone, 'delivery.yml'), next)
        await git(clone, 'add', 'delivery.yml')
        await git(clone, 'commit', '-q', '-m', 'Change the rules')
      }
      await git(clone, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
    })

    expect(Object.values(policies.commits).map(Object.keys)).toEqual([['delivery.yml'], [], ['delivery.yml']])
    expect(policies.whole).toBe(true)
  })

  it('does not say that it has all where a policy counts by its text alone, since its commit is gone', async () => {
    const { policies } = await written(async clone => {
      await git(clone, 'checkout', '-q', '--orphan', 'rewritten')
      await git(clone, 'commit', '-q', '-m', 'Begin anew')
      await git(clone, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
    })

    expect(policies.whole).toBe(false)
    expect(Object.keys(policies.commits)).toHaveLength(1)
  })

  it('tells no policies where the clone does not say which branch has them', async () => {
    const { policies } = await written(
      async clone => {
        await git(clone, 'branch', 'sluice-ledger', 'origin/sluice-ledger')
        await git(clone, 'remote', 'remove', 'origin')
      },
      ...product.trust.flatMap(it => ['--trust', it])
    )

    expect(policies).toEqual({ whole: false, branches: [], commits: {} })
  })

  it('leaves no rules of an earlier time where it does not get to its end', async () => {
    const file = join(product.clone, 'OLD.json')
    await writeFile(file, '{}')

    const { code } = await sluice(['verify', '--write-rules', file, '--branch', 'absent'], { cwd: product.clone })

    expect(code).toBe(1)
    await expect(stat(file)).rejects.toThrow('ENOENT')
  })

  it('says of a folder that it cannot be written', async () => {
    const { code, err } = await sluice(['verify', '--write-rules', '.'], { cwd: product.clone })

    expect(code).toBe(1)
    expect(err).toMatch(/ could not be written: .*Name a file in a folder that is there\.\n$/)
  })

  it('says of a file that cannot be written which one, and what to name', async () => {
    const file = join('missing', 'RULES.json')
    const { code, err } = await sluice(['verify', '--write-rules', file], { cwd: product.clone })

    expect(code).toBe(1)
    expect(err).toMatch(/RULES\.json could not be written: .*ENOENT.*\. Name a file in a folder that is there\.\n$/)
  })
})
