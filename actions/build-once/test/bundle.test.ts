import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Report, sha256 } from '@sluice/core'
import { fingerprintOf, parseDelivery, unitNamed } from '@sluice/delivery'
import { openRepository } from '@sluice/git'
import type { Pipeline } from '@sluice/pipeline'
import { type MemoryDelivery, memoryDelivery, SHOP } from '@sluice-lab/memory'
import { type GitSandbox, sandboxAt } from '@sluice-lab/samples'
import { run } from '../src/run.ts'

let root: string
let temp: string
let product: GitSandbox
let commit: string
let delivery: MemoryDelivery

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-bundle-'))
  temp = join(root, 'temp')
  product = sandboxAt(await mkdtemp(join(root, 'product-')))
  await product.git('init', '-q', '-b', 'main')
  commit = await product.commit({
    'delivery.yml': SHOP,
    'api/Dockerfile': 'FROM scratch\n',
    'site/index.html': 'page\n',
    'infra/api.yml': 'Resources: {}\n',
    'infra/site.yml': 'Resources: {}\n',
    'runbooks/staging.md': '- [ ] Look\n'
  })
})

afterAll(() => rm(root, { recursive: true, force: true }))

beforeEach(() => {
  delivery = memoryDelivery()
})

function build(unit: string, layout?: string, changes: Partial<Pipeline> = {}): Promise<Report> {
  const repository = openRepository(product.directory)
  const pipeline = {
    ...delivery.open({ sha: commit, workspace: product.directory, temp }),
    repository,
    at: async () => parseDelivery(SHOP, 'delivery.yml'),
    ...changes
  }
  return run({ mode: 'build', unit, builder: 'auto', layout }, pipeline, { PATH: '/nowhere' })
}

describe('a bundle', () => {
  it("is packed from the commit's tree, and told with all that is to be recorded of it", async () => {
    const times = [1_000, 3_500]
    const clock = { now: () => times.shift() ?? 0, sleep: async () => undefined }

    const { outputs, summary } = await build('site', undefined, { clock })

    const of = await fingerprintOf(openRepository(product.directory), commit, unitNamed(delivery.policy, 'site'))
    const bytes = await readFile(outputs['layout'] ?? '')
    expect(outputs).toEqual({
      digest: sha256(bytes),
      fingerprint: of,
      layout: join(temp, 'sluice', 'builds', 'site.zip'),
      built: 'true',
      events: 'built',
      'detail-path': join(temp, 'sluice', 'builds', 'site.json')
    })
    const detail = JSON.parse(await readFile(outputs['detail-path'] ?? '', 'utf8')) as Readonly<Record<string, number>>
    expect(detail).toEqual({ files: 1, bytes: expect.any(Number) })
    expect(summary).toBe(
      [
        '### Built site',
        '',
        '|  |  |',
        '| --- | --- |',
        `| digest | \`${outputs['digest']}\` |`,
        `| fingerprint | \`${of}\` |`,
        '| tests | the unit has no test target |',
        '| time | 2.5 s |',
        '| files | `1` |',
        `| bytes | \`${detail['bytes']}\` |`,
        ''
      ].join('\n')
    )
    expect(delivery.log.lines).toEqual([`site: ${outputs['digest']} in 2.5 s`])
    expect(delivery.log.groups).toEqual(['Pack site'])
  })

  it('replaces what an earlier build left at its place, and leaves no copy of the tree behind', async () => {
    const layout = join(root, 'elsewhere', 'site.zip')
    const first = await build('site', layout)
    await writeFile(layout, 'left over')

    const second = await build('site', layout)

    expect([second.outputs['layout'], second.outputs['digest']]).toEqual([layout, first.outputs['digest']])
    expect(sha256(await readFile(layout))).toBe(first.outputs['digest'])
    expect((await readdir(temp)).filter(name => name.startsWith('sluice-tree-'))).toEqual([])
  })

  it('of a unit that the commit does not have is not built', async () => {
    await expect(build('sight')).rejects.toThrow(/no unit "sight".*It has: api, site/)
  })

  it('of files that are not committed is not built', async () => {
    await product.write({ 'site/notes.txt': 'not committed' })
    try {
      await expect(build('site')).rejects.toThrow('site/notes.txt')
    } finally {
      await rm(join(product.directory, 'site/notes.txt'))
    }
  })
})

describe('an image', () => {
  it('is not built where no builder is, and nothing is left at its place', async () => {
    await expect(build('api', join(root, 'image'))).rejects.toThrow(/^No builder was found \(buildkit: /)

    expect(await readdir(root)).not.toContain('image')
  })
})
