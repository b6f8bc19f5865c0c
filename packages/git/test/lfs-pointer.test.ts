import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { gitSandbox, temporaryFolder } from '@sluice-lab/samples'
import { exportTree } from '../src/index.ts'

const out = async (): Promise<string> => join(await temporaryFolder(), 'out')

describe('a Git LFS pointer in what is built', () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 123456\n`

  it.each(['image', 'bundle'] as const)('refuses a Git LFS pointer in an %s by its name', async purpose => {
    const { directory, commit, repository } = await gitSandbox()
    const id = await commit({ 'site/logo.png': pointer, 'site/index.html': '' })
    const message = /^site\/logo\.png is a Git LFS pointer: the commit does not hold the file itself/

    const exporting = exportTree({ repository: directory, commit: id, path: 'site', into: await out(), purpose })

    await expect(exporting).rejects.toThrow(message)
    await expect(repository.checkFolder(id, 'site', purpose)).rejects.toThrow(message)
  })

  it.each([
    ['with Windows line ends', pointer.replaceAll('\n', '\r\n')],
    ['with an empty line before it', `\n${pointer}`],
    ['with an empty line within it', pointer.replace('\noid', '\n\noid')],
    ['with blanks before it', ` \t${pointer}`],
    ['of an extension', pointer.replace('\noid', `\next-0-case sha256:${'b'.repeat(64)}\noid`)],
    ['with a digest in capitals', pointer.replace(/a{64}/, 'A'.repeat(64))],
    [
      'of the first name of the format',
      pointer.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')
    ],
    ['of the second name of the format', pointer.replace('git-lfs.github.com', 'hawser.github.com')]
  ])('refuses a Git LFS pointer %s', async (_, content) => {
    const { commit, repository } = await gitSandbox()
    const id = await commit({ 'site/logo.png': content })

    await expect(repository.checkFolder(id, 'site', 'bundle')).rejects.toThrow(/^site\/logo\.png is a Git LFS pointer/)
  })

  it('writes what only speaks of Git LFS, and a pointer where files are looked at as they are', async () => {
    const { directory, commit, repository } = await gitSandbox()
    const id = await commit({ 'a/notes.md': `# LFS\n\n${pointer}`, 'a/long': `${pointer}${'x'.repeat(2000)}` })
    const pointing = await commit({ 'a/logo.png': pointer })
    const into = await out()

    await expect(repository.checkFolder(id, 'a', 'bundle')).resolves.toBeUndefined()
    await exportTree({ repository: directory, commit: pointing, path: '.', into, purpose: 'checkout' })

    expect(await readFile(join(into, 'a/logo.png'), 'utf8')).toBe(pointer)
  })
})
