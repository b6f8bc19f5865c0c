import { mkdtemp, rm, symlink, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { openLayout } from '../src/layout.ts'
import { blobFile, image, writeLayout } from './image-layout.ts'

const IMAGE = image('app')

/** What may lie in the place of a file. */
const THINGS = new Map<string, (file: string) => Promise<unknown>>([
  ['a pipe', async file => runCommand('mkfifo', [file])],
  ['a device', async file => symlink('/dev/null', file)]
])

describe('a layout with something else where a file belongs', () => {
  let directory: string

  beforeEach(async () => {
    directory = await writeLayout(await mkdtemp(path.join(tmpdir(), 'sluice-layout-')), [IMAGE])
  })
  afterEach(async () => rm(directory, { recursive: true, force: true }))

  describe.each([...THINGS])('%s', (_, put) => {
    it.each(['oci-layout', 'index.json'])('is refused for %s', async name => {
      await rm(path.join(directory, name))
      await put(path.join(directory, name))

      await expect(openLayout(directory)).rejects.toThrow(
        `${name} cannot be read (it is a pipe or a device, not a regular file). Give the directory`
      )
    })

    it('is refused for a manifest', async () => {
      const file = blobFile(directory, IMAGE.digest)
      await rm(file)
      await put(file)
      const layout = await openLayout(directory)

      await expect(layout.manifest(IMAGE.digest)).rejects.toThrow(
        `does not hold ${IMAGE.digest}. Give a digest that it holds, or build it again.`
      )
    })
  })

  it.each(['oci-layout', 'index.json'])('is refused with a longer %s than a manifest may be', async name => {
    await truncate(path.join(directory, name), 4 * 1024 * 1024 + 1)

    await expect(openLayout(directory)).rejects.toThrow(
      `${name} cannot be read (it is 4194305 bytes long, and may have at most 4194304). Give the directory`
    )
  })
})
