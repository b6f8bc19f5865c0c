import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { rehearse } from '../src/rehearse.ts'

describe('sluice rehearse', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-lab-'))
  })
  afterEach(async () => rm(folder, { recursive: true, force: true }))

  /** A lab that ends with what it was asked for. */
  const lab = async (source: string): Promise<string> => {
    const file = join(folder, 'lab', 'main.mjs')
    await mkdir(join(folder, 'lab'))
    await writeFile(file, source)
    return file
  }

  it('ends as the lab ends, which reads its arguments itself', async () => {
    const file = await lab('process.exitCode = process.argv.slice(2).join(" ") === "--reject staging" ? 3 : 1')

    expect(await rehearse(['--reject', 'staging'], file)).toBe(3)
  })

  it('says how to get the lab where there is none', async () => {
    const file = join(folder, 'nowhere', 'main.js')

    await expect(rehearse([], file)).rejects.toThrow(
      'Rehearsals run in a clone of Sluice, and this program is not in one. Clone the Sluice repository and run there: npm run rehearse'
    )
  })

  it('says how to build the lab of a clone in which it is not built', async () => {
    await writeFile(join(folder, 'package.json'), '{}')

    await expect(rehearse([], join(folder, 'lib', 'main.js'))).rejects.toThrow(
      `The rehearsal in ${folder} is not built. Run: npm run rehearse`
    )
  })

  it('counts a lab that was killed as failed', async () => {
    expect(await rehearse([], await lab('process.kill(process.pid, "SIGKILL")'))).toBe(1)
  })
})
