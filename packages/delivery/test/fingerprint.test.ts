import { describe, expect, it } from '@jest/globals'
import { type GitSandbox, gitSandbox } from '@sluice-lab/samples'
import { type BundleUnit, fingerprintOf, type Image, type ImageUnit } from '../src/index.ts'

const stack = { template: 'infra/api.yml', parameters: {}, parameterFiles: [], tags: {} }

function imageUnit(image: Partial<Image> = {}): ImageUnit {
  const defaults = { context: 'api', dockerfile: 'Dockerfile', secrets: [], args: {}, platforms: ['linux/amd64'] }
  return { name: 'api', kind: 'image', dependsOn: [], stack, image: { ...defaults, ...image } }
}

const bundle: BundleUnit = {
  name: 'site',
  kind: 'bundle',
  dependsOn: [],
  stack,
  bundle: { path: 'site', cacheControl: [] }
}

const FILES = {
  'api/Dockerfile': 'FROM scratch',
  'api/other/Dockerfile': 'FROM scratch',
  'site/index.html': '<p>',
  'README.md': '1'
}

async function start(): Promise<{ readonly git: GitSandbox; readonly commit: string }> {
  const git = await gitSandbox()
  return { git, commit: await git.commit(FILES) }
}

describe('fingerprintOf', () => {
  it('stays the same over commits, clones and names that do not touch the build', async () => {
    const { git, commit } = await start()
    const later = await git.commit({ 'README.md': '2' })
    const other = await start()

    const fingerprint = await fingerprintOf(git.repository, commit, imageUnit())

    expect(fingerprint).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(await fingerprintOf(git.repository, later, imageUnit())).toBe(fingerprint)
    expect(await fingerprintOf(other.git.repository, other.commit, imageUnit())).toBe(fingerprint)
    const elsewhere = {
      ...imageUnit(),
      name: 'renamed',
      stack: { template: 'x.yml', tags: {}, parameterFiles: [], parameters: { A: 'b' } }
    }
    expect(await fingerprintOf(git.repository, commit, elsewhere)).toBe(fingerprint)
  })

  it('does not look at the work tree', async () => {
    const { git, commit } = await start()
    const before = await fingerprintOf(git.repository, commit, bundle)
    await git.write({ 'site/index.html': 'changed', 'site/new.html': 'new' })

    expect(await fingerprintOf(git.repository, commit, bundle)).toBe(before)
  })

  it.each<[string, Partial<Image>]>([
    ['target', { target: 'release' }],
    ['build arguments', { args: { VERSION: '1' } }],
    ['platforms', { platforms: ['linux/amd64', 'linux/arm64'] }],
    ['the name of the Dockerfile', { dockerfile: 'other/Dockerfile' }]
  ])('changes with %s', async (_, image) => {
    const { git, commit } = await start()

    expect(await fingerprintOf(git.repository, commit, imageUnit(image))).not.toBe(
      await fingerprintOf(git.repository, commit, imageUnit())
    )
  })

  it('changes with one byte, a file mode or a new file in the folder', async () => {
    const { git, commit } = await start()
    const seen = [await fingerprintOf(git.repository, commit, bundle)]
    for (const files of [{ 'site/index.html': '<q>' }, { 'site/b': '' }]) {
      seen.push(await fingerprintOf(git.repository, await git.commit(files), bundle))
    }
    await git.git('update-index', '--chmod=+x', 'site/b')
    await git.git('commit', '-q', '-m', 'mode')
    seen.push(await fingerprintOf(git.repository, await git.repository.head(), bundle))

    expect(new Set(seen).size).toBe(4)
  })

  it('is indifferent to the order of build arguments and platforms', async () => {
    const { git, commit } = await start()
    const one = imageUnit({ args: { A: '1', B: '2' }, platforms: ['linux/amd64', 'linux/arm64'] })
    const other = imageUnit({ args: { B: '2', A: '1' }, platforms: ['linux/arm64', 'linux/amd64'] })

    expect(await fingerprintOf(git.repository, commit, one)).toBe(await fingerprintOf(git.repository, commit, other))
  })

  it('tells an image from a bundle of the same folder', async () => {
    const { git, commit } = await start()
    const same = { ...bundle, bundle: { path: 'api', cacheControl: [] } }

    expect(await fingerprintOf(git.repository, commit, same)).not.toBe(
      await fingerprintOf(git.repository, commit, imageUnit())
    )
  })

  it('tells a bundle that a Dockerfile makes from an image, a folder and another stage, and not by its tests', async () => {
    const { git, commit } = await start()
    const made = (build: object) =>
      fingerprintOf(git.repository, commit, {
        ...bundle,
        bundle: {
          build: { context: 'api', dockerfile: 'Dockerfile', secrets: [], args: {}, ...build },
          cacheControl: []
        }
      })

    const all = [
      await made({}),
      await made({ target: 'files' }),
      await made({ args: { A: '1' } }),
      await made({ dockerfile: 'other/Dockerfile' }),
      await fingerprintOf(git.repository, commit, imageUnit()),
      await fingerprintOf(git.repository, commit, { ...bundle, bundle: { path: 'api', cacheControl: [] } })
    ]

    expect(new Set(all).size).toBe(all.length)
    expect(await made({ test: 'test', secrets: ['TOKEN'] })).toBe(all[0])
  })

  it('names the unit and the path that a commit lacks', async () => {
    const { git, commit } = await start()

    await expect(fingerprintOf(git.repository, commit, imageUnit({ dockerfile: 'absent' }))).rejects.toThrow(
      `Unit api is built from api/absent, which does not exist in commit ${commit}. Commit it, or correct the path in delivery.yml.`
    )
  })

  it('takes the whole repository for a context of a dot', async () => {
    const { git, commit } = await start()
    const root = imageUnit({ context: '.', dockerfile: 'api/Dockerfile' })
    const later = await git.commit({ 'README.md': '2' })

    expect(await fingerprintOf(git.repository, later, root)).not.toBe(await fingerprintOf(git.repository, commit, root))
  })
})
