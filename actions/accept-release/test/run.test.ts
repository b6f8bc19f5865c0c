import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { ManualClock, type Report, readChecks, readRunContext, releaseId, sha256, UserError } from '@sluice/core'
import { MemoryLog } from '@sluice-lab/memory'
import { type GitSandbox, STOREFRONT, sandboxAt, toolkitContext } from '@sluice-lab/samples'
import { run } from '../src/run.ts'

const RELEASE = sha256('release')
/** Every environment has an address: HTTP checks need one. */
const DELIVERY = STOREFRONT.replaceAll('gate: ', 'url: "https://shop.example", gate: ')
const TITLE = `${releaseId(RELEASE)} passed in staging`

let root: string
let temp: string
let product: GitSandbox
let shop: Server
let address: string
let log: MemoryLog

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-accept-'))
  temp = await mkdtemp(join(root, 'temp-'))
  product = sandboxAt(await mkdtemp(join(root, 'product-')))
  await product.git('init', '-q', '-b', 'main')
  shop = createServer((request, response) => response.writeHead(request.url === '/gone' ? 410 : 200).end('Welcome'))
  shop.listen(0, '127.0.0.1')
  await once(shop, 'listening')
  address = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
})

afterAll(async () => {
  shop.closeAllConnections()
  await new Promise<void>(resolve => shop.close(() => resolve()))
  await rm(root, { recursive: true, force: true })
})

beforeEach(() => {
  log = new MemoryLog()
})

interface Asked {
  readonly environment?: string
  readonly url?: string | undefined
  readonly env?: NodeJS.ProcessEnv
  readonly clock?: ManualClock
  readonly config?: string
}

/** Checks a commit that asks for these checks, and has these files. */
async function accept(
  checks: object,
  asked: Asked = {},
  files: Readonly<Record<string, string>> = {}
): Promise<Report> {
  const text = `${DELIVERY}accept: ${JSON.stringify(checks)}\n`
  const commit = await product.commit({ 'delivery.yml': text, ...files })
  // What is delivered later, or lies about, is not what is accepted.
  await product.commit({
    'delivery.yml': DELIVERY,
    ...Object.fromEntries(Object.keys(files).map(it => [it, 'later']))
  })
  return acceptCommit(commit, asked)
}

async function acceptCommit(
  commit: string,
  {
    environment = 'staging',
    url,
    env = { PATH: process.env['PATH'] },
    clock = new ManualClock(),
    config = 'delivery.yml'
  }: Asked = {}
): Promise<Report> {
  const variables = {
    GITHUB_REPOSITORY: 'octo-org/shop',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_JOB: 'accept',
    GITHUB_ACTOR: 'author',
    GITHUB_SHA: commit,
    GITHUB_REF: 'refs/heads/main',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_WORKSPACE: product.directory,
    RUNNER_TEMP: temp
  }
  const facts = readRunContext(toolkitContext(variables), variables)
  const inputs = { config, environment, commit, release: RELEASE, url }
  return run(inputs, { run: facts, env, log, clock, asRoot: [] })
}

async function refusal(accepted: Promise<Report>): Promise<UserError> {
  try {
    await accepted
  } catch (error: unknown) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('It was accepted.')
}

describe('a release passes', () => {
  it('when all checks do, each of which is shown with its time', async () => {
    const http = [{ path: '/' }, { path: '/gone', status: 410 }]

    const { outputs, summary } = await accept({ http, run: ['true'] }, { url: address })

    expect(outputs).toMatchObject({ checks: '3' })
    expect(summary).toBe(
      [
        `### ${TITLE}`,
        '',
        '|  | check | time | why |',
        '| --- | --- | --- | --- |',
        '| passed | `GET /` | 0.0 s |  |',
        '| passed | `GET /gone` | 0.0 s |  |',
        '| passed | `true` | 0.0 s |  |',
        ''
      ].join('\n')
    )
    expect(log.groups).toEqual(['Check by HTTP', "Run the product's own checks"])
  })

  it('and tells for the record what was asked, without what the job keeps secret', async () => {
    const env = { PATH: process.env['PATH'], ACTIONS_RUNTIME_TOKEN: 'runtime-token-1' }

    const { outputs } = await accept({ run: ['true runtime-token-1'] }, { env })

    expect(readChecks(outputs?.['results'] ?? '')).toEqual({
      version: 1,
      environment: 'staging',
      release: RELEASE,
      checks: [{ what: 'true ***', passed: true, seconds: 0 }]
    })
  })

  it('where nothing is asked, and the summary says so', async () => {
    const { outputs, summary } = await accept({})

    expect(outputs).toMatchObject({ checks: '0' })
    expect(summary).toBe(`### ${TITLE}\n\ndelivery.yml defines no acceptance checks.\n`)
    expect(await readdir(temp)).toEqual([])
  })

  it('by the files of its own commit, of which no copy is left', async () => {
    const { outputs } = await accept(
      { run: ['test "$(cat greeting.txt)" = hello', 'test ! -e .git'] },
      {},
      {
        'greeting.txt': 'hello'
      }
    )

    expect(outputs).toMatchObject({ checks: '2' })
    expect(await readdir(temp)).toEqual([])
  })
})

describe('a check of the product itself', () => {
  it('knows what it checks, and of the job no more than where its programs are (promise 9)', async () => {
    const env = {
      PATH: process.env['PATH'],
      HOME: '/home/shop',
      LANG: 'C',
      LC_ALL: 'C',
      TZ: 'UTC',
      TMPDIR: temp,
      CI: 'true',
      GITHUB_TOKEN: 'secret',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
      AWS_SECRET_ACCESS_KEY: 'secret'
    }

    await accept({ run: ['env'] }, { env, url: address })

    const seen = Object.fromEntries(
      log.foreign
        .join('\n')
        .split('\n')
        .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
    )
    const { PATH, LANG, LC_ALL, TZ, CI } = env
    const passedOn = { PATH, LANG, LC_ALL, TZ, CI }
    const home = { HOME: '/mnt/home', TMPDIR: '/mnt/tmp' }
    expect(seen).toMatchObject({ ...passedOn, ...home, ENVIRONMENT: 'staging', RELEASE, ENVIRONMENT_URL: address })
    expect(seen['COMMIT']).toMatch(/^[0-9a-f]{40}$/)
    const own = [
      'ENVIRONMENT',
      'RELEASE',
      'COMMIT',
      'ENVIRONMENT_URL',
      'PWD',
      'OLDPWD',
      'SHLVL',
      '_',
      ...Object.keys(home)
    ]
    expect(Object.keys(seen).filter(name => !(name in passedOn) && !own.includes(name))).toEqual([])
  })

  it('is told no address where there is none, and nothing that the job does not have', async () => {
    await accept({ run: ['echo "${ENVIRONMENT_URL-none} ${TZ-none}"'] })

    expect(log.foreign).toEqual(['none none'])
  })

  it.each<[string, string]>([
    ['uses a variable that is not set', 'echo "$NOT_SET"; true'],
    ['fails before the end of a pipe', 'false | true'],
    ['fails before its end', 'false; true']
  ])('fails when it %s', async (_, command) => {
    expect((await refusal(accept({ run: [command] }))).message).toContain('1 of 1 acceptance checks failed in staging')
  })

  it('prints what the runner could obey as text from outside, and keeps its last three lines as the reason', async () => {
    const command = 'echo one; echo two; echo ::error::forged; echo three; exit 7'

    const { message, details } = await refusal(accept({ run: ['true', command] }))

    expect(message).toBe(
      `1 of 2 acceptance checks failed in staging: ${command}. The release cannot enter the next environment.`
    )
    expect(details).toContain('| passed | `true` | 0.0 s |  |')
    expect(details).toContain(
      `| **failed** | \`${command}\` | 0.0 s | \`exit code 7: two / ::error::forged / three\` |`
    )
    expect(log.foreign).toEqual([
      '',
      'one\ntwo\n::error::forged\nthree',
      `${command}: exit code 7: two / ::error::forged / three`
    ])
    expect(log.lines).toEqual([])
    expect(await readdir(temp)).toEqual([])
  })

  it('shows no more of a reason than fits into a table', async () => {
    const { details } = await refusal(accept({ run: [`printf '%0600d' 1; exit 3`] }))

    expect(details).toContain(`\`exit code 3: ${'0'.repeat(500 - 'exit code 3: '.length)}\` |`)
  })

  it('is timed', async () => {
    const clock = new ManualClock()
    const times = [1_000, 2_500]
    clock.now = () => times.shift() ?? 0

    const { summary } = await accept({ run: ['true'] }, { clock })

    expect(summary).toContain('| passed | `true` | 1.5 s |')
  })
})

describe('nothing is accepted', () => {
  it('when a page does not answer as it should, and all that failed is named', async () => {
    const http = [{ path: '/', contains: 'Shop' }, { path: '/gone' }, { path: '/gone', status: 410 }]

    const { message, details } = await refusal(accept({ http }, { url: address }))

    expect(message).toBe(
      '2 of 3 acceptance checks failed in staging: GET /, GET /gone. The release cannot enter the next environment.'
    )
    expect(details).toMatch(/\| \*\*failed\*\* \| `GET \/` \| \d+\.\d s \| `the response does not contain "Shop"` \|/)
    expect(log.foreign).toEqual([
      'GET /: the response does not contain "Shop"',
      'GET /gone: answered 410 instead of 200'
    ])
  })

  it('when pages are to be checked and nobody knows where they are', async () => {
    expect((await refusal(accept({ http: [{}] }))).message).toMatch(
      /^delivery\.yml has HTTP checks, but the environment has no URL/
    )
  })

  it('in an environment that the commit does not have', async () => {
    expect((await refusal(accept({}, { environment: 'stagin' }))).message).toMatch(
      /delivery\.yml has no environment "stagin" \(did you mean "staging"\?\)/
    )
  })

  it('of a commit that is not there', async () => {
    expect((await refusal(acceptCommit('0'.repeat(40)))).message).toMatch(/^Commit 0{40} is not in /)
  })

  it('of a commit without delivery.yml', async () => {
    const commit = await product.commit({ 'delivery.yml': DELIVERY })

    expect((await refusal(acceptCommit(commit, { config: 'other.yml' }))).message).toMatch(
      /^other\.yml does not exist in commit/
    )
  })
})
