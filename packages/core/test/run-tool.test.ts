import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Failure, runTool } from '../src/index.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice tool-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const PATH = { PATH: process.env['PATH'] ?? '' }
const node = (script: string, ...args: string[]) => runTool(process.execPath, ['-e', script, ...args], { env: {} })

describe('a tool', () => {
  it('gets its arguments as they are, without a shell, and leaves exact bytes', async () => {
    const { code, stdout } = await node(
      'process.stdout.write(Buffer.from([0, 255, 10])); process.stdout.write(process.argv.slice(1).join("|"))',
      '$HOME "quoted" \\',
      '',
      '; exit 3'
    )

    expect(code).toBe(0)
    expect(stdout).toEqual(Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from('$HOME "quoted" \\||; exit 3')]))
  })

  it('is found along the PATH that it is given, also in a folder with a space', async () => {
    await writeFile(join(folder, 'own-tool'), '#!/bin/sh\necho "own $1"\n')
    await chmod(join(folder, 'own-tool'), 0o755)
    await writeFile(join(folder, 'plain-file'), '')

    const { stdout } = await runTool('own-tool', ['argument'], { env: { PATH: `/nowhere:${folder}` } })

    expect(stdout.toString()).toBe('own argument\n')
    const missing = runTool('plain-file', [], { env: { PATH: folder } })
    await expect(missing).rejects.toThrow(Failure)
    await expect(missing).rejects.toThrow(`plain-file could not be run: it is not on the PATH (${folder})`)
    await expect(runTool('own-tool', [], { env: {} })).rejects.toThrow('it is not on the PATH ()')
  })

  it('sees the environment that it is given', async () => {
    const script = 'console.log(process.env.GIVEN, process.env.HOME, process.env.NONE)'

    const { stdout } = await runTool(process.execPath, ['-e', script], { env: { GIVEN: 'x', NONE: undefined } })

    expect(stdout.toString()).toBe('x undefined undefined\n')
  })

  it('may end at once', async () => {
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => (await runTool('true', [], { env: PATH })).code)
    )

    expect(new Set(codes)).toEqual(new Set([0]))
  })

  it('is heard on both streams, with characters that arrive in parts', async () => {
    const script = `
      const text = Buffer.from('grün\\n')
      process.stdout.write(text.subarray(0, 3))
      setTimeout(() => { process.stdout.write(text.subarray(3)); process.stderr.write('late') }, 50)`

    const { stdout, stderr } = await runTool(process.execPath, ['-e', script], { env: {} })

    expect(stdout.toString()).toBe('grün\n')
    expect(stderr).toBe('late')
  })

  it('that fails, or is killed, says so by its code', async () => {
    expect((await node('process.exit(7)')).code).toBe(7)
    expect((await node('process.kill(process.pid, "SIGKILL")')).code).toBe(128)
  })

  it('that cannot be started is a failure', async () => {
    await expect(runTool('/nowhere/tool', [], { env: {} })).rejects.toThrow(/^\/nowhere\/tool could not be run: /)
  })
})
