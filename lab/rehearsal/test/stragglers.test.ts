import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { endStragglers } from '../src/stragglers.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stragglers-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

it('ends what works below a folder, also what is started while it looks', async () => {
  // As many as come up in a second or two, and none of them stays longer than a minute.
  const script = 'echo begun; i=0; while [ $i -lt 2000 ]; do sleep 60 & i=$((i+1)); done'
  const busy = spawn('sh', ['-c', script], { cwd: directory, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const gone = once(busy, 'exit')
  await once(busy.stdout, 'data')

  await endStragglers(directory)

  await gone
  expect(await below(directory)).toEqual([])
})

it('leaves alone what works elsewhere', async () => {
  const other = await mkdtemp(join(tmpdir(), 'stragglers-'))
  const elsewhere = spawn('sleep', ['60'], { cwd: other, stdio: 'ignore' })
  const gone = once(elsewhere, 'exit')

  await endStragglers(directory)

  expect(await below(other)).toEqual([elsewhere.pid])
  elsewhere.kill('SIGKILL')
  await gone
  await rm(other, { recursive: true })
})

async function below(folder: string): Promise<readonly number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc'))
    if (/^\d+$/.test(name) && (await readlink(`/proc/${name}/cwd`).catch(() => '')) === folder) found.push(Number(name))
  return found
}
