import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { inRepository } from '../harness/index.ts'

const STARTER = inRepository('scripts', 'small-starter.cjs')

/** Starts git twice: itself, since nobody else is there yet, and then by the small process. Of each time, tells what came of it. */
const TWICE = `
const { spawn } = require('node:child_process')
const { setTimeout: sleep } = require('node:timers/promises')

const once = ({ args, length = 0, options, aborted }) => new Promise(resolve => {
  const abort = new AbortController()
  const child = spawn('git', args, { stdio: ['pipe', 'pipe', 'pipe'], ...options, signal: abort.signal })
  const said = { out: '', err: '', events: [] }
  child.stdout.on('data', part => { said.out += part })
  child.stderr.on('data', part => { said.err += part })
  child.stdin.on('error', () => undefined)
  child.on('exit', (code, signal) => said.events.push(['exit', code, signal]))
  child.on('error', ({ name, code, path }) => said.events.push(['error', name, code, path]))
  child.on('close', () => resolve({ ...said, parent: parentOf(said.out) }))
  if (aborted) sleep(300).then(() => abort.abort())
  else child.stdin.end('x'.repeat(length))
})
const parentOf = out => /^parent (\\d+)$/m.exec(out)?.[1] === String(process.pid)

const [asked, who] = JSON.parse(process.argv[2])
void (async () => {
  const before = await once(asked)
  for (let n = 0; n < 200 && (await once({ args: who })).parent; n += 1) await sleep(50)
  console.log(JSON.stringify([before, await once(asked)]))
})()
`

/** Tells who started git: in a shell that git starts, which is told of git. */
const WHO = ['-c', `alias.who=!echo parent $(cut -d' ' -f4 /proc/$PPID/stat)`, 'who']

interface Asked {
  readonly args: readonly string[]
  /** So much it gets to read. */
  readonly length?: number
  readonly options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }
  readonly aborted?: boolean
}

interface Said {
  readonly out: string
  readonly err: string
  readonly events: readonly unknown[]
  readonly parent: boolean
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-starter-test-'))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

async function twice(asked: Asked): Promise<readonly [Said, Said]> {
  const program = join(folder, 'twice.cjs')
  await writeFile(program, TWICE)
  const env = { ...process.env, TMPDIR: folder }
  return new Promise((resolve, reject) => {
    execFile('node', ['--require', STARTER, program, JSON.stringify([asked, WHO])], { env }, (error, stdout) => {
      if (error === null) resolve(JSON.parse(stdout) as [Said, Said])
      else reject(error)
    })
  })
}

describe('a small process that starts git for the test runner', () => {
  it.each<readonly [string, Asked]>([
    ['ends well, with much to read', { args: ['hash-object', '--stdin'], length: 1_000_000 }],
    ['says what is wrong', { args: ['no-such-command'] }],
    ['is somewhere else', { args: ['rev-parse', '--show-toplevel'], options: { cwd: inRepository('test') } }],
    [
      'has other variables',
      { args: ['var', 'GIT_EDITOR'], options: { env: { GIT_EDITOR: 'ours', PATH: process.env['PATH'] ?? '' } } }
    ],
    ['has no folder to run in', { args: ['--version'], options: { cwd: '/no/such/folder' } }],
    ['is ended', { args: ['cat-file', '--batch'], options: { cwd: inRepository() }, aborted: true }]
  ])('makes no difference where git %s', async (_, asked) => {
    const [itself, byStarter] = await twice(asked)

    expect(byStarter).toEqual(itself)
  })

  it('is the one that starts it, as soon as it is there', async () => {
    const [itself, byStarter] = await twice({ args: WHO })

    expect([itself.parent, byStarter.parent]).toEqual([true, false])
  })

  it('leaves nothing behind', async () => {
    await twice({ args: ['--version'] })

    const left = async () => (await readdir(folder)).filter(name => name !== 'twice.cjs')
    for (const end = Date.now() + 10_000; Date.now() < end && (await left()).length > 0; ) await sleep(50)
    expect(await left()).toEqual([])
  })
})
