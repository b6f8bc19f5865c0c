import { describe, expect, it } from '@jest/globals'
import { changed, gitSandbox, STOREFRONT } from '@sluice-lab/samples'
import { ConfigError, checkRepository, parseDelivery } from '../src/index.ts'

const FILES = {
  'services/api/Dockerfile': 'FROM scratch',
  'services/api/main.c': '1',
  'site/index.html': '<p>',
  'infra/api.yml': 'Resources: {}',
  'infra/site.yml': 'Resources: {}',
  'runbooks/production.md': '- [ ] look'
}

async function check(
  text: string,
  files: Readonly<Record<string, string>>,
  later: Readonly<Record<string, string>> = {}
): Promise<readonly string[]> {
  const { repository, commit, write } = await gitSandbox()
  const id = await commit(files)
  await write(later)
  try {
    await checkRepository(parseDelivery(text, 'delivery.yml'), repository, id)
    return []
  } catch (error: unknown) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(
      problem => `${problem.line}:${problem.column}: ${problem.message.replace(id.slice(0, 12), '<commit>')}`
    )
  }
}

function without(path: keyof typeof FILES): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(FILES).filter(([name]) => name !== path))
}

describe('checkRepository', () => {
  it('accepts a commit that has everything delivery.yml names', async () => {
    expect(await check(STOREFRONT, FILES)).toEqual([])
  })

  it.each([
    [
      'infra/api.yml',
      '9:101: units.api.stack.template: found "infra/api.yml", which is not in commit <commit>; the template must be a committed file'
    ],
    [
      'runbooks/production.md',
      '14:116: environments[2].runbook: found "runbooks/production.md", which is not in commit <commit>; the runbook must be a committed file'
    ],
    [
      'services/api/Dockerfile',
      '9:56: units.api.image.dockerfile: found "services/api/Dockerfile", which is not in commit <commit>; the Dockerfile must be a committed file'
    ],
    [
      'site/index.html',
      '10:27: units.site.bundle.path: found "site", which is not in commit <commit>; the bundle\'s folder must be a committed directory'
    ]
  ] as const)('names the line that asks for an absent %s', async (path, expected) => {
    expect(await check(STOREFRONT, without(path))).toEqual([expected])
  })

  it('asks for what makes a bundle as for what makes an image', async () => {
    const text = STOREFRONT.replace('bundle: { path: site }', 'bundle: { build: { context: site, target: files } }')

    expect(await check(text, FILES)).toEqual([
      '10:28: units.site.bundle.build.dockerfile: found "site/Dockerfile", which is not in commit <commit>; the Dockerfile must be a committed file'
    ])
    expect(await check(text, { ...FILES, 'site/Dockerfile': 'FROM scratch' })).toEqual([])
    expect(await check(text, { ...FILES, 'site/Dockerfile': 'FROM scratch' }, { 'site/index.html': 'x' })).toEqual([
      '10:39: units.site.bundle.build.context: found uncommitted changes in "site": "site/index.html"; commit, ignore or discard them'
    ])
  })

  it('does not take a file that is there but not committed', async () => {
    expect(await check(STOREFRONT, without('infra/api.yml'), { 'infra/api.yml': 'Resources: {}' })).toHaveLength(1)
  })

  it('does not take a folder for a file', async () => {
    expect(await check(changed('template: infra/api.yml', 'template: infra'), FILES)).toEqual([
      '9:101: units.api.stack.template: found "infra", which is a directory in commit <commit>; the template must be a committed file'
    ])
  })

  it('points at the unit for a path that is a default', async () => {
    const text = changed('context: services/api, dockerfile: Dockerfile, test: test', '')

    expect(await check(text, FILES)).toEqual([
      '9:19: units.api.image.dockerfile: found "Dockerfile", which is not in commit <commit>; the Dockerfile must be a committed file'
    ])
  })

  it('refuses uncommitted changes in a folder that a unit is built from', async () => {
    const later = { 'services/api/main.c': '2', 'services/api/extra.c': '1', 'site/new.html': '1' }

    expect(await check(STOREFRONT, FILES, later)).toEqual([
      '9:30: units.api.image.context: found uncommitted changes in "services/api": "services/api/main.c" and 1 more; commit, ignore or discard them',
      '10:27: units.site.bundle.path: found uncommitted changes in "site": "site/new.html"; commit, ignore or discard them'
    ])
  })

  it('does not mind uncommitted changes elsewhere', async () => {
    expect(await check(STOREFRONT, FILES, { 'notes.txt': 'x' })).toEqual([])
  })

  it('does not hold the work tree against a commit that is not checked out', async () => {
    const { repository, commit, write } = await gitSandbox()
    const older = await commit(FILES)
    await commit({ 'notes.txt': '1' })
    await write({ 'site/new.html': '1' })

    await expect(checkRepository(parseDelivery(STOREFRONT, 'delivery.yml'), repository, older)).resolves.toBeUndefined()
  })

  it('checks a delivery that a program put together too', async () => {
    const { repository, commit } = await gitSandbox()
    const id = await commit(without('infra/api.yml'))
    const delivery = { ...parseDelivery(STOREFRONT, 'elsewhere.yml') }

    await expect(checkRepository(delivery, repository, id)).rejects.toThrow(
      /^delivery\.yml:1:1: units\.api\.stack\.template/
    )
  })

  it('says which file of a folder no build would take over', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`

    const found = await check(STOREFRONT, { ...FILES, 'services/api/model.bin': pointer, 'site/a\\b': '' })

    expect(found).toEqual([
      expect.stringMatching(/units\.api\.image\.context: services\/api\/model\.bin is a Git LFS pointer/),
      expect.stringMatching(
        /units\.site\.bundle\.path: site\/a\\b cannot be part of a bundle: its name holds a backslash/
      )
    ])
  })

  it('does not take a fault of its own for one of the file', async () => {
    const broken = {
      head: async () => '1'.repeat(40),
      entryAt: async (_: string, path: string) => ({
        kind: path in FILES ? ('file' as const) : ('directory' as const)
      }),
      dirtyPaths: async () => [],
      checkFolder: async () => {
        throw new Error('the disk is gone')
      }
    }

    await expect(
      checkRepository(parseDelivery(STOREFRONT, 'delivery.yml'), broken as never, '1'.repeat(40))
    ).rejects.toThrow(new Error('the disk is gone'))
  })
})
