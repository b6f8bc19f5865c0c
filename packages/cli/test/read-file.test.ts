import { rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { sluice } from './captured.ts'
import { repositoryWith, storefront, temporaryFolder } from './storefront.ts'

describe('a delivery.yml that has no end', () => {
  let root: string
  let path: string

  beforeEach(async () => {
    root = await temporaryFolder()
    path = join(root, 'delivery.yml')
    await repositoryWith(root, { 'delivery.yml': storefront() })
    await rm(path)
  })
  afterEach(async () => rm(root, { recursive: true, force: true }))

  describe.each([
    ['validate', 'delivery.yml'],
    ['roles', 'delivery.yml'],
    ['verify', 'delivery.yml in \\S+'],
    ['status', 'delivery.yml in \\S+']
  ])('is refused by %s', (command, named) => {
    it.each<[string, () => Promise<unknown>]>([
      ['a pipe', async () => runCommand('mkfifo', [path])],
      ['a link to a device', async () => symlink('/dev/null', path)]
    ])('when it is %s', async (_, put) => {
      await put()

      const { code, err } = await sluice([command], { cwd: root })

      expect(code).toBe(1)
      expect(err).toMatch(
        new RegExp(`^${named} is a pipe or a device, which may have no end\\. Replace it with a regular file\\.\n$`)
      )
    })

    it('when it is longer than any', async () => {
      await writeFile(path, storefront())
      await truncate(path, 1024 * 1024 + 1)

      const { code, err } = await sluice([command], { cwd: root })

      expect(code).toBe(1)
      expect(err).toMatch(
        new RegExp(
          `^${named} has 1048577 bytes, which is far too long\\. Shorten the file, or name the right one\\.\n$`
        )
      )
    })
  })
})
