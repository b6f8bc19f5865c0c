import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { type Installation, install } from '../src/installation.ts'
import { startParent } from './parent.ts'
import { scratchDirectory } from './scratch.ts'

const source = JSON.stringify(new URL('../src/installation.ts', import.meta.url).href)

/** Something to install that counts how often it was. */
function sample(more: Partial<Installation> = {}): { installation: Installation; filled: () => number } {
  let filled = 0
  return {
    filled: () => filled,
    installation: {
      name: 'sample',
      title: 'sample 1.2.3',
      verb: 'Building',
      pins: 'pins',
      inPlace: false,
      async fill(directory) {
        filled++
        mkdirSync(directory)
        await writeFile(join(directory, 'program'), `made by fill ${filled}`)
      },
      ...more
    }
  }
}

describe('an installation', () => {
  it('is made once, and says what it does and how long it took', async () => {
    const tools = join(scratchDirectory(), '.tools')
    const { installation, filled } = sample()
    const lines: string[] = []

    const directory = await install(tools, installation, line => lines.push(line))
    await install(tools, installation, line => lines.push(line))

    expect(filled()).toBe(1)
    expect(readFileSync(join(directory, 'program'), 'utf8')).toBe('made by fill 1')
    expect(lines).toEqual(['Building sample 1.2.3 …', expect.stringMatching(/^Building sample 1\.2\.3 … \d+ s$/)])
  })

  it.each([true, false])('is the same one when it is reached by a link (in place: %s)', async inPlace => {
    const [tools, link] = [scratchDirectory(), join(scratchDirectory(), 'link')]
    symlinkSync(tools, link)
    const { installation, filled } = sample({ inPlace })

    const directory = await install(tools, installation, () => undefined)

    expect(await install(link, installation, () => undefined)).toBe(directory)
    expect(filled()).toBe(1)
  })

  it.each([true, false])('is made anew when its pins change (in place: %s)', async inPlace => {
    const tools = scratchDirectory()
    const { installation, filled } = sample({ inPlace })

    await install(tools, installation, () => undefined)
    const directory = await install(tools, { ...installation, pins: 'other pins' }, () => undefined)

    expect(filled()).toBe(2)
    expect(readFileSync(join(directory, 'program'), 'utf8')).toBe('made by fill 2')
  })

  it.each([true, false])('is made anew when it was interrupted (in place: %s)', async inPlace => {
    const tools = scratchDirectory()
    const { installation } = sample({ inPlace })
    const interrupted: Installation = {
      ...installation,
      async fill(directory) {
        mkdirSync(directory)
        writeFileSync(join(directory, 'half'), '')
        throw new Error('interrupted')
      }
    }

    await expect(install(tools, interrupted, () => undefined)).rejects.toThrow('interrupted')
    const directory = await install(tools, installation, () => undefined)

    expect(existsSync(join(directory, 'program'))).toBe(true)
    expect(existsSync(join(directory, 'half'))).toBe(false)
  })

  it('that failed leaves the one before usable under its own pins', async () => {
    const tools = scratchDirectory()
    const { installation, filled } = sample()
    await install(tools, installation, () => undefined)

    const broken = { ...installation, pins: 'new', fill: () => Promise.reject(new Error('no compiler')) }
    await expect(install(tools, broken, () => undefined)).rejects.toThrow('no compiler')
    await install(tools, installation, () => undefined)

    expect(filled()).toBe(1)
  })

  it('is made by one of two who ask at the same time', async () => {
    const tools = scratchDirectory()
    const { installation, filled } = sample()
    const lines: string[] = []

    await Promise.all([1, 2, 3].map(() => install(tools, installation, line => lines.push(line))))

    expect(filled()).toBe(1)
    expect(lines).toContain('Waiting for another process that installs sample 1.2.3 …')
  })

  it('is made anew when the one who made it was killed halfway, and nothing of that one keeps running', async () => {
    const tools = scratchDirectory()
    const { installation } = sample()
    const parent = await startParent(`
      const { install } = await import(${source})
      await install(${JSON.stringify(tools)}, {
        name: 'sample', title: 'sample', verb: 'Building', pins: 'pins', inPlace: false,
        fill: async (directory, run) => {
          await run('mkdir', [directory])
          print('half')
          await run('sleep', ['600'])
        }
      }, () => undefined)
    `)

    parent.child.kill('SIGKILL')
    await parent.exited
    const directory = await install(tools, installation, () => undefined)

    expect(readFileSync(join(directory, 'program'), 'utf8')).toBe('made by fill 1')
  })

  it('that fails says which command failed and what it printed last', async () => {
    const tools = scratchDirectory()
    const { installation } = sample({
      fill: (_, run) => run('sh', ['-c', 'echo it does not compile; exit 4'])
    })

    await expect(install(tools, installation, () => undefined)).rejects.toThrow(
      /^sh -c .* failed with code 4\. .*sample\.log:\nit does not compile$/s
    )
  })
})
