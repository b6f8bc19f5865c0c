import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { ensureTools } from '@sluice-lab/servers'
import { type ActEvent, runAct } from '../src/index.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'act-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

/** Runs one job with these steps. */
async function run(steps: readonly string[]): Promise<{ readonly code: number; readonly events: readonly ActEvent[] }> {
  const { act } = await ensureTools({ only: ['act'] })
  const [repository, own] = [join(directory, 'repository'), join(directory, 'own')]
  const workflow = '.github/workflows/steps.yml'
  for (const folder of [join(repository, '.github/workflows'), own]) await mkdir(folder, { recursive: true })
  const listed = steps.map(step => `      - continue-on-error: true\n        run: ${JSON.stringify(step)}\n`)
  await writeFile(
    join(repository, workflow),
    `on: push\njobs:\n  only:\n    runs-on: ubuntu-latest\n    steps:\n${listed.join('')}`
  )
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x']
  ])
    await runCommand('git', ['-C', repository, ...args])
  const events: ActEvent[] = []
  const code = await runAct({
    ...{ tools: { act }, repository, workflow, local: [], actor: 'author', token: 'x', env: {}, path: [] },
    ...{ eventName: 'push', event: {}, directory: own, signal: new AbortController().signal },
    onEvent: event => events.push(event)
  })
  return { code, events }
}

// Of 150 steps, act 0.2.89 lost the last line of one to three, and with it the only error that a run may have.
it('tells the last line of each step that fails', async () => {
  const numbers = Array.from({ length: 150 }, (_, n) => n)

  const { code, events } = await run(numbers.map(n => `echo last ${n}; exit 1`))

  const lines = new Set(events.flatMap(it => (it.kind === 'log' ? [it.text] : [])))
  expect(code).toBe(0)
  expect(numbers.filter(n => !lines.has(`last ${n}`))).toEqual([])
}, 120_000)

it('ends with a step that fails and leaves behind what still writes', async () => {
  const { code, events } = await run(['(while sleep 0.01; do echo more; done) & exit 1'])

  expect(code).toBe(0)
  expect(events.filter(it => it.kind === 'job-finished')).toMatchObject([{ result: 'success' }])
}, 120_000)
