import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand } from '@sluice/core'
import { describeCalls, type RehearsalReport } from '@sluice-lab/rehearsal'
import { ROOT } from './rehearsed.ts'

/** What `npm run rehearse` starts. */
const LAB = join(ROOT, 'lab/rehearsal/lib/main.js')

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-command-'))
})

afterAll(async () => rm(folder, { recursive: true, force: true }))

describe('two rehearsals at once', () => {
  let whole: Ended
  let report: RehearsalReport
  let lookAround: readonly { readonly command: string; readonly code: number; readonly output: string }[]
  let asked: Ended
  let askedPid = 0

  beforeAll(async () => {
    const path = join(folder, 'r.json')
    const first = start('node', [LAB, '--approve', 'all', '--report', path, '--keep'])
    const kept = whenKept(first)
    // A terminal of its own, with somebody who reads and types.
    const second = start('script', ['-qefc', `exec node ${LAB}`, '/dev/null'], {
      TERM: 'xterm',
      COLUMNS: '120'
    })
    second.onOutput(() => {
      if (askedPid === 0) askedPid = onlyChildOf(second.child.pid ?? 0)
    })
    answer(second, [
      ['Approve staging?', 'approve\n'],
      ['Comment:', 'fine for staging\n'],
      // Typed before production is asked about, so no answer to it.
      ['staging: approved', 'approve\n'],
      ['Approve production?', 'what?\n'],
      ['Approve production?', 'reject\n'],
      ['Comment:', 'not on a Friday\n']
    ])
    lookAround = await kept
    ;[whole, asked] = await Promise.all([first.ended, second.ended])
    report = JSON.parse(await readFile(path, 'utf8')) as RehearsalReport
  }, 300_000)

  it('deliver to production where everything is approved, exit code 0', () => {
    expect(whole.output).toContain('One digest went all the way.')
    expect(whole.code).toBe(0)
  })

  it('report release, environments, ledger and durations', () => {
    expect(report.release).toEqual({
      id: expect.stringMatching(/^r-[0-9a-f]{12}$/),
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      commit: expect.stringMatching(/^[0-9a-f]{40}$/)
    })
    expect(report.release?.digest.slice(7, 19)).toBe(report.release?.id.slice(2))
    expect(report.environments.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'integration accepted',
      'staging accepted',
      'production accepted'
    ])
    for (const environment of report.environments) {
      expect(environment.units).toEqual(report.environments[0]?.units)
      expect(Object.keys(environment.units).sort()).toEqual(['api', 'report', 'site', 'worker'])
      expect(environment.planDigest).toMatch(/^sha256:[0-9a-f]{64}$/)
    }
    expect(report.environments.map(({ approvals }) => approvals.length)).toEqual([0, 1, 1])
    expect(report.ledger).toEqual({ records: 18, verified: true, problems: [] })
    expect(report.calls.jobs).toBe(Object.keys(report.durations).filter(name => name.startsWith('job: ')).length)
    expect(whole.output).toContain(`${describeCalls(report.calls)}\n`)
    expect(Object.keys(report.durations)).toEqual(
      expect.arrayContaining(['servers', 'delivery', 'proof', 'job: build api'])
    )
  })

  it('show the person at the terminal what changes, ask again what is not understood, and end with code 3 on a rejection', () => {
    expect(asked.output).toContain('staging')
    expect(asked.output).toContain('storefront-staging-api')
    expect(asked.output).toContain('AWS::ECS::Service')
    expect(asked.output).toContain('Rejected: production by approver (not on a Friday)')
    expect(asked.code).toBe(3)
  })

  it('stay up with --keep, with command lines that work', () => {
    expect(lookAround.map(({ command }) => command.split(/\s/)[0])).toEqual(['ledger', 'registry', 'verify'])
    expect(lookAround.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(lookAround[0]?.output).toContain('records/0/18.json')
    expect(lookAround[1]?.output).toContain('env-production')
    expect(lookAround[2]?.output).toContain('18')
  })

  it('redraw and colour on terminals only', () => {
    expect(asked.output).toContain('\u001b[')
    expect(whole.output).not.toContain('\u001b')
  })

  it('leave no process and no folder behind', async () => {
    expect(await leftBy(whole.pid)).toEqual([])
    expect(askedPid).toBeGreaterThan(1)
    expect(await leftBy(askedPid)).toEqual([])
  })
})

describe('a rehearsal whose staging is rejected in advance', () => {
  it('ends with code 3, names who and why, and never reaches production', async () => {
    const path = join(folder, 'rejected.json')
    const { code, output } = await start('node', [LAB, '--approve', 'all', '--reject', 'staging', '--report', path])
      .ended
    const { environments, exitCode } = JSON.parse(await readFile(path, 'utf8')) as RehearsalReport

    expect(output).toContain('Rejected: staging by approver (rejected in advance: --reject staging)')
    expect(environments.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'integration accepted',
      'staging rejected',
      'production not-started'
    ])
    expect(environments[1]?.units).toEqual({})
    expect([code, exitCode]).toEqual([3, 3])
  }, 120_000)
})

describe('a rehearsal that is interrupted', () => {
  it.each(['Prepare', '✓ resolve', '✓ release', '✓ integration · deploy'])(
    'by Ctrl-C after %j ends with code 130 and leaves nothing behind',
    async moment => {
      const run = start('node', [LAB, '--approve', 'all'])
      run.onOutput(output => {
        if (output.includes(moment)) run.child.kill('SIGINT')
      })

      const { code, pid } = await run.ended

      expect(code).toBe(130)
      expect(await leftBy(pid)).toEqual([])
    },
    120_000
  )

  it('by Ctrl-C at the question of a gate ends with code 130, and nobody has rejected anything', async () => {
    const run = start('script', ['-qefc', `exec node ${LAB}`, '/dev/null'], { TERM: 'xterm' })
    let pid = 0
    run.onOutput(() => {
      if (pid === 0) pid = onlyChildOf(run.child.pid ?? 0)
    })
    answer(run, [['Approve staging?', '\u0003']])

    const { code, output } = await run.ended

    expect(code).toBe(130)
    expect(output).not.toMatch(/rejected|Rejected/)
    expect(await leftBy(pid)).toEqual([])
  }, 120_000)

  it('by SIGKILL takes its servers and jobs with it', async () => {
    const run = start('node', [LAB, '--approve', 'all'])
    run.onOutput(output => {
      if (output.includes('✓ resolve')) run.child.kill('SIGKILL')
    })
    const { pid } = await run.ended

    const deadline = Date.now() + 30_000
    while ((await processesOf(pid)).length > 0 && Date.now() < deadline)
      await new Promise(resolve => setTimeout(resolve, 200))

    expect(await processesOf(pid)).toEqual([])
  }, 120_000)
})

describe('a rehearsal that cannot start', () => {
  it.each([
    [[], /no terminal.*staging.*--approve all/],
    [['--approve', 'stagging'], /stagging is not an environment.*staging, production/],
    [['--approve', 'integration'], /integration is not an environment with an approval gate/],
    [['--aprove', 'all'], /--aprove/]
  ])('%j says why, and what to do, exit code 2', async (args, message) => {
    const { code, output } = await start('node', [LAB, ...args]).ended

    expect(output).toMatch(message)
    expect(output.trim().split('\n').length).toBe(1)
    expect(code).toBe(2)
  })

  it('explains itself with --help', async () => {
    const { code, output } = await start('node', [LAB, '--help']).ended

    for (const word of ['--approve', '--reject', '--report', '--keep', '--verbose', 'Exit codes', '130'])
      expect(output).toContain(word)
    expect(code).toBe(0)
  })
})

interface Ended {
  readonly code: number
  /** Standard output and standard error. */
  readonly output: string
  readonly pid: number
}

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  onOutput(listener: (output: string) => void): void
}

function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(file, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  const listeners: ((output: string) => void)[] = []
  const take = (chunk: Buffer): void => {
    output += chunk.toString('utf8')
    for (const listener of listeners) listener(output)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  child.stdin.on('error', () => undefined)
  if (file !== 'script') child.stdin.end()
  const ended = new Promise<Ended>(resolve => {
    child.on('close', code => resolve({ code: code ?? -1, output, pid: child.pid ?? 0 }))
  })
  return { child, ended, onOutput: listener => listeners.push(listener) }
}

/** Types each answer when its question shows up after the answers before it. */
function answer(started: Started, script: readonly (readonly [string, string])[]): void {
  let seen = 0
  let next = 0
  started.onOutput(output => {
    for (;;) {
      const entry = script[next]
      if (entry === undefined) return
      const at = output.indexOf(entry[0], seen)
      if (at < 0) return
      seen = at + entry[0].length
      next += 1
      started.child.stdin?.write(entry[1])
    }
  })
}

/** Waits until the servers are kept up, runs what the rehearsal proposes to look around with, and ends it as a person would. */
async function whenKept(
  started: Started
): Promise<readonly { readonly command: string; readonly code: number; readonly output: string }[]> {
  const output = await new Promise<string>(resolve => {
    started.onOutput(text => {
      if (/^ {2}verify .*\n/m.test(text)) resolve(text)
    })
    // One that failed keeps nothing up.
    void started.ended.then(ended => resolve(ended.output))
  })
  const results: { readonly command: string; readonly code: number; readonly output: string }[] = []
  for (const name of ['ledger', 'registry', 'verify']) {
    const line = new RegExp(`^ {2}${name} +(.*)$`, 'm').exec(output)?.[1] ?? 'false'
    const { code, stdout, stderr } = await runCommand('sh', ['-c', line])
    results.push({ command: name, code, output: `${stdout.toString('utf8')}${stderr}` })
  }
  started.child.kill('SIGINT')
  return results
}

/** `script` runs the program as its child. */
function onlyChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}

/** Worlds that rehearsals of this clone have made. */
async function worlds(): Promise<readonly string[]> {
  try {
    return await readdir(join(ROOT, '.rehearsal'))
  } catch {
    return []
  }
}

async function leftBy(pid: number): Promise<readonly string[]> {
  const processes = await processesOf(pid)
  return [...processes, ...(await worlds()).filter(name => name.includes(`-${pid}-`))]
}

/** Processes that work in the world of a rehearsal, or were given it on their command line. */
async function processesOf(pid: number): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const place = `${await readlink(`/proc/${name}/cwd`)} ${(await readFile(`/proc/${name}/cmdline`, 'utf8')).replaceAll('\0', ' ')}`
      if (place.includes(join(ROOT, '.rehearsal', `world-${pid}-`))) found.push(`${name} ${place}`)
    } catch {
      // Ended meanwhile.
    }
  }
  return found
}
