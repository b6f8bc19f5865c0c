import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readChecks, runCommand, sha256 } from '@sluice/core'
import { ensureTools } from '@sluice-lab/servers'
import { type BundleRun, inRepository, obeyed, runBundle } from '../harness/index.ts'

let folder: string
let work: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-accept-attacks-'))
  work = join(folder, 'product')
  await mkdir(work)
  await git('init', '--quiet', '--initial-branch=main')
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function git(...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=author', '-c', 'user.email=author@shop.example']
  const { code, stdout, stderr } = await runCommand('git', ['-C', work, ...identity, ...args])
  if (code !== 0) throw new Error(stderr)
  return stdout.toString('utf8').trim()
}

/** A commit whose delivery.yml has these commands as acceptance checks. */
async function commitWith(...run: readonly string[]): Promise<string> {
  const shop = await readFile(inRepository('test', 'harness', 'shop', 'delivery.yml'), 'utf8')
  await writeFile(join(work, 'delivery.yml'), `${shop}\naccept: ${JSON.stringify({ run })}\n`)
  await git('add', '--all')
  await git('commit', '--quiet', '--allow-empty', '--message', 'change')
  return git('rev-parse', 'HEAD')
}

const TOKEN = 'eyJ-the-runtime-token'

function variablesOf(commit: string): Readonly<Record<string, string>> {
  return {
    GITHUB_WORKSPACE: work,
    GITHUB_REPOSITORY: 'octo-org/shop',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_JOB: 'accept',
    GITHUB_ACTOR: 'author',
    GITHUB_SHA: commit,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_NAME: 'push',
    ACTIONS_RUNTIME_TOKEN: TOKEN,
    ACTIONS_RESULTS_URL: 'https://results-receiver.actions.githubusercontent.com/'
  }
}

async function accept(...commands: readonly string[]): Promise<BundleRun> {
  const commit = await commitWith(...commands)
  return runBundle({
    action: 'accept-release',
    inputs: { environment: 'staging', commit, release: sha256('release') },
    env: variablesOf(commit),
    piped: true
  })
}

/** Does something with the value `$value` that a variable has in a process from which the command descends. */
function withVariable(name: string, what: string): string {
  const read = `tr '\\0' '\\n' </proc/$p/environ 2>/dev/null | sed -n 's/^${name}=//p' || true`
  const parent = "sed -n 's/^PPid:[^0-9]*//p' /proc/$p/status"
  return `p=$PPID; while [ "$p" -gt 0 ]; do value=$(${read}); if [ -n "$value" ]; then { ${what}; } || true; fi; p=$(${parent}); done`
}

/** Whether a process of the machine has this text on its command line. */
async function runs(text: string): Promise<boolean> {
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(processes.map(id => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return lines.some(line => line.split('\0').includes(text))
}

async function until(condition: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await condition()) return true
    await sleep(100)
  }
  return false
}

describe('a command of the product that turns against its job', () => {
  it('finds the token of the runner in no process', async () => {
    const { exitCode, lines } = await accept(
      withVariable('ACTIONS_RUNTIME_TOKEN', 'echo "found $value"'),
      withVariable('ACTIONS_RESULTS_URL', 'echo "found $value"')
    )

    expect(exitCode).toBe(0)
    expect(lines.filter(line => line.includes(TOKEN) || line.startsWith('found '))).toEqual([])
  })

  it("writes nothing to the job's summary, which the next gate's approver reads", async () => {
    const forged = 'Security review passed'

    const { exitCode, summary } = await accept(withVariable('GITHUB_STEP_SUMMARY', `echo '### ${forged}' >>"$value"`))

    expect(exitCode).toBe(0)
    expect(summary).toMatch(/^### r-[0-9a-f]{12} passed in staging\n/)
    expect(summary.split('\n').filter(line => line === `### ${forged}`)).toEqual([])
  })

  it.each(['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE'])('writes nothing to %s', async name => {
    const command = withVariable(name, 'echo A=99 >>"$value" && echo written')

    const { outputs, lines } = await accept(command)

    expect(outputs).toEqual({ checks: '1', results: expect.any(String) })
    expect(readChecks(outputs['results'] ?? '')?.checks).toEqual([
      { what: command.slice(0, 300), passed: true, seconds: expect.any(Number) }
    ])
    expect(lines).not.toContain('written')
  })

  it('prints nothing where the runner obeys it, not even by the output of another process', async () => {
    const { exitCode, lines } = await accept(
      'for out in /proc/$PPID/fd/1 /proc/$PPID/fd/2; do echo "::notice::forged" >"$out" || true; done'
    )

    expect(exitCode).toBe(0)
    expect(obeyed(lines).filter(line => line.includes('::notice::') && !line.includes('for out in'))).toEqual([])
  })

  it('leaves no process behind, not even in a session of its own', async () => {
    const seconds = `${100_000 + process.pid}.5`

    const { exitCode } = await accept(`setsid sleep ${seconds} </dev/null >/dev/null 2>&1 & sleep 0.3`)

    expect(exitCode).toBe(0)
    expect(await runs(seconds)).toBe(false)
  })

  it('is another user without privileges, in a folder of its own', async () => {
    const { exitCode, lines } = await accept(
      'echo "user $(id -u) of $(id -G)"; grep -E "^(NoNewPrivs|Cap(Prm|Eff|Bnd|Amb)):" /proc/self/status | tr -d "\\t"',
      'touch "$HOME/a" "$TMPDIR/b" c && echo "wrote below $(pwd)"'
    )

    expect(exitCode).toBe(0)
    expect(lines).toContain('user 65534 of 65534')
    expect(lines).toContain('NoNewPrivs:1')
    expect(lines.filter(line => /^Cap(Prm|Eff|Bnd|Amb):0+$/.test(line))).toHaveLength(4)
    expect(lines).toContain('wrote below /mnt/checkout')
  })
})

describe('an action that is ended', () => {
  it('takes the command with it that it was waiting for', async () => {
    const seconds = `${200_000 + process.pid}.5`
    const commit = await commitWith(`setsid sleep ${seconds} & sleep ${seconds}`)
    const { node24 } = await ensureTools({ only: ['node24'] })
    const temp = await mkdtemp(join(folder, 'temp-'))
    const action: ChildProcess = spawn(node24, [inRepository('dist', 'accept-release', 'index.js')], {
      stdio: 'ignore',
      env: {
        ...variablesOf(commit),
        PATH: process.env['PATH'],
        RUNNER_TEMP: temp,
        INPUT_CONFIG: 'delivery.yml',
        INPUT_ENVIRONMENT: 'staging',
        INPUT_COMMIT: commit,
        INPUT_RELEASE: sha256('release')
      }
    })
    const ended = once(action, 'exit')
    const started = await until(async () => runs(seconds))

    action.kill('SIGKILL')
    await ended

    expect(started).toBe(true)
    expect(await until(async () => !(await runs(seconds)))).toBe(true)
  })
})
