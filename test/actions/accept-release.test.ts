import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ChecksReport, readChecks, runCommand, sha256 } from '@sluice/core'
import { type BundleRun, inRepository, obeyed, readActionFile, runBundle } from '../harness/index.ts'

const RELEASE = sha256('release')

let folder: string
let work: string
let server: Server
let address: string
/** How the shop answers, by path. */
const answers = new Map<string, () => { readonly status: number; readonly body: string }>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-accept-'))
  work = join(folder, 'product')
  await mkdir(work)
  await git('init', '--quiet', '--initial-branch=main')
  server = createServer((request, response) => {
    const { status, body } = answers.get(request.url ?? '')?.() ?? { status: 404, body: 'no such page' }
    response.writeHead(status).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
  await rm(folder, { recursive: true, force: true })
})

async function git(...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=author', '-c', 'user.email=author@shop.example']
  const { code, stdout, stderr } = await runCommand('git', ['-C', work, ...identity, ...args])
  if (code !== 0) throw new Error(stderr)
  return stdout.toString('utf8').trim()
}

/** A commit whose delivery.yml has these acceptance checks. */
async function commitWith(accept: object, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const shop = await readFile(inRepository('test', 'harness', 'shop', 'delivery.yml'), 'utf8')
  await writeFile(join(work, 'delivery.yml'), `${shop}\naccept: ${JSON.stringify(accept)}\n`)
  for (const [path, text] of Object.entries(files)) await writeFile(join(work, path), text)
  await git('add', '--all')
  await git('commit', '--quiet', '--allow-empty', '--message', 'change')
  return git('rev-parse', 'HEAD')
}

async function accept(
  commit: string,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {}
): Promise<BundleRun> {
  return runBundle({
    action: 'accept-release',
    inputs: { environment: 'staging', commit, release: RELEASE, 'environment-url': address, ...inputs },
    env: {
      GITHUB_WORKSPACE: work,
      GITHUB_REPOSITORY: 'octo-org/shop',
      GITHUB_REPOSITORY_ID: '1',
      GITHUB_RUN_ID: '1',
      GITHUB_JOB: 'accept',
      GITHUB_ACTOR: 'author',
      GITHUB_SHA: commit,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_EVENT_NAME: 'push',
      ...env
    }
  })
}

/** What the record gets to hold of checks: how they ended, and nothing else. */
function reportOf(checks: readonly object[]): object {
  return {
    version: 1,
    environment: 'staging',
    release: RELEASE,
    checks: checks.map(check => ({ ...check, seconds: expect.any(Number) }))
  }
}

function reported(run: BundleRun): ChecksReport | undefined {
  return readChecks(run.outputs['results'] ?? '')
}

function expectRefusal(run: BundleRun, message: RegExp, outputs: readonly string[] = []): void {
  expect(run.errors).toEqual([expect.stringMatching(message)])
  expect([run.exitCode, Object.keys(run.outputs)]).toEqual([1, outputs])
  expect(run.summary).toMatch(/^### Accept the release: refused\n/)
  expect(run.lines.join('\n')).not.toMatch(/^\s+at /m)
}

describe('a check by HTTP', () => {
  it('passes when status and text are as delivery.yml says', async () => {
    answers.set('/shop', () => ({ status: 200, body: 'Welcome to the Shop' }))
    answers.set('/gone', () => ({ status: 410, body: '' }))
    const http = [
      { path: '/shop', status: 200, contains: 'the Shop' },
      { path: '/gone', status: 410 }
    ]

    const run = await accept(await commitWith({ http }))

    const { exitCode, outputs, summary, errors } = run
    expect([exitCode, errors, outputs]).toEqual([0, [], { checks: '2', results: expect.any(String) }])
    expect(reported(run)).toEqual(
      reportOf([
        { what: 'GET /shop', passed: true },
        { what: 'GET /gone', passed: true }
      ])
    )
    expect(Object.keys(outputs)).toEqual(Object.keys((await readActionFile('accept-release')).outputs))
    expect(summary).toContain('passed in staging')
    expect(summary).toContain('`GET /shop`')
  })
})

describe('a check of the product itself', () => {
  it("runs in a copy of the release's commit, and knows what it checks", async () => {
    const script = 'echo "$ENVIRONMENT $RELEASE $COMMIT $ENVIRONMENT_URL" && cat greeting.txt && ls -A'
    const commit = await commitWith({ run: [script] }, { 'greeting.txt': 'of the release\n' })
    await commitWith({ run: ['false'] }, { 'greeting.txt': 'of a later commit' })
    await writeFile(join(work, 'greeting.txt'), 'not committed')

    const { exitCode, lines, outputs } = await accept(commit)

    expect([exitCode, outputs['checks']]).toEqual([0, '1'])
    expect(lines).toContain(`staging ${RELEASE} ${commit} ${address}`)
    expect(lines).toContain('of the release')
    expect(lines).not.toContain('.git')
  })

  it('gets none of the tokens and credentials of the job', async () => {
    const secrets = {
      GITHUB_TOKEN: 'secret-1',
      ACTIONS_RUNTIME_TOKEN: 'secret-2',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret-3',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://secret-4.actions.githubusercontent.com',
      AWS_ACCESS_KEY_ID: 'secret-5',
      AWS_SECRET_ACCESS_KEY: 'secret-6',
      AWS_SESSION_TOKEN: 'secret-7',
      NPM_TOKEN: 'secret-8',
      SSH_AUTH_SOCK: '/secret-9',
      NODE_OPTIONS: '--no-warnings'
    }
    const commit = await commitWith({ run: ['env | sort', 'export -p'] })

    const { exitCode, lines } = await accept(commit, {}, secrets)

    expect(exitCode).toBe(0)
    expect(lines.join('\n')).not.toMatch(/secret-\d|--no-warnings/)
    expect(lines.filter(line => /^(INPUT_|GITHUB_|ACTIONS_|RUNNER_|AWS_)/.test(line))).toEqual([])
    expect(lines).toContain('ENVIRONMENT=staging')
  })

  it('prints nothing that the runner would obey, whether it passes or fails', async () => {
    const hostile = [
      '::error::forged',
      '::set-output name=checks::99',
      '::stop-commands::x',
      '::add-mask::staging',
      '##[error]forged',
      '  ::warning::indented',
      '</code><script>alert(1)</script>`@octocat`|'
    ]
    await writeFile(join(work, 'hostile.txt'), `${hostile.join('\n')}\n`)
    const passing = await commitWith({ run: ['cat hostile.txt', 'cat hostile.txt >&2'] })
    const failing = await commitWith({ run: ['cat hostile.txt; exit 3', 'echo "::error::in the command"; false'] })

    const runs = [await accept(passing), await accept(failing)]

    for (const { lines, summary } of runs) {
      expect(lines).toEqual(expect.arrayContaining(hostile))
      const commands = obeyed(lines).filter(line => /^\s*::|##\[/.test(line))
      expect(commands.filter(line => !/^::(group|endgroup|error)::/.test(line))).toEqual([])
      expect(commands.filter(line => line.startsWith('::error::'))).toHaveLength(lines === runs[1]?.lines ? 1 : 0)
      expect(summary).not.toMatch(/<script|<\/code>[^ ]/)
    }
    expect(runs.map(({ exitCode, outputs }) => [exitCode, outputs])).toEqual([
      [0, { checks: '2', results: expect.any(String) }],
      [1, { results: expect.any(String) }]
    ])
    expect(runs.map(run => reported(run)?.checks.map(({ passed }) => passed))).toEqual([
      [true, true],
      [false, false]
    ])
  })

  it('that fails is told with its exit code and its last words', async () => {
    const commit = await commitWith({ run: ['true', 'echo first; echo last words; exit 7', 'echo never | false'] })

    const run = await accept(commit)

    expectRefusal(run, /^2 of 3 acceptance checks failed in staging: /, ['results'])
    expect(reported(run)).toEqual(
      reportOf([
        { what: 'true', passed: true },
        {
          what: 'echo first; echo last words; exit 7',
          passed: false,
          reason: expect.stringContaining('exit code 7: first / last words')
        },
        { what: 'echo never | false', passed: false, reason: expect.stringContaining('exit code 1') }
      ])
    )
    expect(run.lines.join('\n')).toContain('exit code 7: first / last words')
    expect(run.summary).toContain('exit code 7: first / last words')
    expect(run.summary).toContain('| passed | `true` |')
  })
})

describe('nothing is accepted', () => {
  it('in an environment that does not exist', async () => {
    expectRefusal(
      await accept(await commitWith({}), { environment: 'stagin' }),
      /delivery\.yml has no environment "stagin" \(did you mean "staging"\?\)/
    )
  })
})
