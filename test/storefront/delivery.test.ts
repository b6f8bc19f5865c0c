import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { checkRepository, type Delivery, fingerprintOf, parseDelivery } from '@sluice/delivery'
import { openRepository } from '@sluice/git'

const example = fileURLToPath(new URL('../../examples/storefront', import.meta.url))

let clone = ''
let delivery: Delivery

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'sluice-storefront-'))
  await cp(example, clone, { recursive: true })
  delivery = parseDelivery(await readFile(join(clone, 'delivery.yml'), 'utf8'), 'delivery.yml')
  await git('init', '--quiet')
  await commit()
})

afterAll(() => rm(clone, { recursive: true, force: true }))

async function git(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand('git', [
    '-C',
    clone,
    '-c',
    'user.name=author',
    '-c',
    'user.email=author@example.com',
    ...args
  ])
  expect([code, stderr]).toEqual([0, ''])
}

async function commit(): Promise<string> {
  await git('add', '--all')
  await git('commit', '--quiet', '--no-gpg-sign', '--message', 'change')
  return openRepository(clone).head()
}

async function fingerprints(at: string): Promise<Readonly<Record<string, string>>> {
  const repository = openRepository(clone)
  const found = await Promise.all(
    delivery.units.map(async unit => [unit.name, await fingerprintOf(repository, at, unit)] as const)
  )
  return Object.fromEntries(found)
}

describe('the storefront', () => {
  it('has everything that its delivery.yml names', async () => {
    await checkRepository(delivery, openRepository(clone), await openRepository(clone).head())

    expect(delivery.units.map(unit => unit.name)).toEqual(['api', 'worker', 'site', 'report'])
    expect(delivery.environments.map(({ name, gate }) => [name, gate])).toEqual([
      ['integration', 'continuous'],
      ['staging', 'approval'],
      ['production', 'approval']
    ])
  })

  it.each([
    ['services/api/catalogue.json', ['api']],
    ['services/worker/greeting.txt', ['worker']],
    ['site/edition.txt', ['site']],
    ['report/index.mjs', ['report']],
    ['README.md', []],
    ['runbooks/production.md', []],
    ['infra/api.yml', []]
  ])('one byte of %s changes the fingerprint of exactly %j', async (file, units) => {
    const before = await fingerprints(await openRepository(clone).head())
    const bytes = await readFile(join(clone, file))
    const letter = bytes.findIndex((byte, at) => at > 0 && byte >= 97 && byte < 122)
    bytes[letter] = (bytes[letter] ?? 0) + 1
    await writeFile(join(clone, file), bytes)

    const after = await fingerprints(await commit())

    expect(Object.keys(before).filter(unit => before[unit] !== after[unit])).toEqual(units)
  })
})
