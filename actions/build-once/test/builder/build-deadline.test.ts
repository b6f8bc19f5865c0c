import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Failure } from '@sluice/core'
import { type Buildkit, ensureTools, startBuildkit, type Tools } from '@sluice-lab/servers'
import { type BuilderChoice, detectBuilder } from '../../src/builder/index.ts'
import { buildContext } from './context.ts'
import { recordedLog } from './recorded-log.ts'
import { copyShell } from './shell.ts'

let root = ''
let tools: Pick<Tools, 'buildkitd' | 'buildctl' | 'runc'>
let buildkit: Buildkit

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-build-deadline-'))
  tools = await ensureTools({ only: ['buildkitd', 'buildctl', 'runc'] })
  buildkit = await startBuildkit({ tools, directory: join(root, 'buildkit') })
}, 600_000)

afterAll(async () => {
  await buildkit.stop()
  await rm(root, { recursive: true, force: true })
})

// Of this process alone: what another run of the tests left behind is not looked for.
describe.each<[BuilderChoice, string]>([
  ['buildkit', `${process.pid}00001`],
  ['buildah', `${process.pid}00002`]
])('%s', (choice, seconds) => {
  it('is ended when a build takes too long, and so is the step that it was in', async () => {
    const copies = ['bin', 'lib', 'lib64'].map(folder => `COPY ${folder} /${folder}`)
    const step = `RUN ["/bin/sleep", "${seconds}"]`
    const context = await buildContext({ Dockerfile: ['FROM scratch', ...copies, step].join('\n') })
    await copyShell(context)
    await copyFile('/bin/sleep', join(context, 'bin/sleep'))
    const log = recordedLog()
    const env = {
      ...process.env,
      PATH: `${dirname(tools.buildctl)}:${process.env['PATH']}`,
      BUILDKIT_HOST: buildkit.address
    }
    const builder = await detectBuilder(choice, { env, sandbox: 'none', log })
    const request = { context, dockerfile: 'Dockerfile', args: {}, platforms: [], layout: join(context, 'image'), log }

    const building = builder.buildImage({ ...request, deadline: 9_000 }).catch((error: unknown) => error)
    const begun = await eventually(async () => sleeps(seconds))
    const error = await building

    expect(begun).toBe(true)
    expect(error).toBeInstanceOf(Failure)
    expect((error as Failure).message).toContain(`/Dockerfile was not built within 0.15 minutes by ${builder.name}`)
    expect(await eventually(async () => !(await sleeps(seconds)))).toBe(true)
    await rm(context, { recursive: true, force: true })
  }, 120_000)
})

/** Whether a process on this machine, or in a sandbox of it, sleeps for so long. */
async function sleeps(seconds: string): Promise<boolean> {
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commands = await Promise.all(processes.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return commands.includes(`/bin/sleep\0${seconds}\0`)
}

async function eventually(holds: () => Promise<boolean>): Promise<boolean> {
  for (let look = 0; look < 150; look++) {
    if (await holds()) return true
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return false
}
