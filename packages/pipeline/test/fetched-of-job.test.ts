import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand, sha256 } from '@sluice/core'
import { gitServer } from '../src/git-server.ts'
import type { Pipeline } from '../src/index.ts'
import { DELIVERY, type Hosted, hostProduct, REPOSITORY } from './hosted.ts'

const SECTIONS = ['sections/product/state.json', 'newest.json']

let hosted: Hosted
let root: string
let token: string
let calls: number
let fetches: number
let said: number

beforeAll(async () => {
  hosted = await hostProduct()
  root = await mkdtemp(join(tmpdir(), 'sluice-fetched-'))
  token = hosted.host.createToken(REPOSITORY, { contents: 'read' })
  hosted.host.on('request', ({ path }) => {
    if (path.endsWith('/info/refs')) fetches += 1
  })
  await hosted.record({ event: 'failed', environment: 'staging' })
})

afterAll(async () => {
  await hosted.stop()
  await rm(root, { recursive: true, force: true })
})

beforeEach(() => {
  calls = hosted.host.calls.length
  fetches = 0
  said = hosted.log.length
})

/** A step of a job whose clone does not have the ledger. */
async function step(job: string, key: string | undefined = token): Promise<Pipeline> {
  const run = { temp: join(root, job), serverUrl: hosted.host.url }
  const pipeline = await hosted.open({ run, ...(key === undefined ? {} : { token: key }) })
  // The policy was asked for.
  calls = hosted.host.calls.length
  return pipeline
}

describe('the ledger of a job whose clone does not have it', () => {
  it('is fetched with git, without a call of the API, once for all steps of the job', async () => {
    const first = await (await step('one')).ledger.head(SECTIONS, 'job')
    const fetched = fetches
    const second = await (await step('one')).ledger.head(SECTIONS, 'job')

    expect(first?.sequence).toBe(1)
    expect([...(first?.files.keys() ?? [])].sort()).toEqual(['newest.json'])
    expect(second).toEqual(first)
    expect(fetched).toBeGreaterThan(0)
    expect([fetches, hosted.host.calls.length - calls]).toEqual([fetched, 0])
  })

  it('is asked of the API where a look must be of now', async () => {
    const head = await (await step('now')).ledger.head(SECTIONS)

    expect([head?.sequence, fetches, hosted.host.calls.length - calls]).toEqual([1, 0, 1])
  })

  it('is asked of the API where git cannot fetch it, which is said once', async () => {
    const { ledger } = await step('refused', 'ghs_unknown')

    expect((await ledger.head(SECTIONS, 'job'))?.sequence).toBe(1)
    expect((await ledger.head(SECTIONS, 'job'))?.sequence).toBe(1)
    const told = hosted.log.slice(said).filter(line => line.includes('could not be read with git'))
    expect(told).toEqual([expect.stringMatching(/^The ledger could not be read with git, so GitHub's API is asked/)])
    expect(fetches).toBe(1)
  })

  it('is asked of the API where nothing may be fetched', async () => {
    const run = { temp: join(root, 'without'), serverUrl: hosted.host.url }
    const { ledger } = await hosted.open({ run })

    expect((await ledger.head(SECTIONS, 'job'))?.sequence).toBe(1)
    expect(fetches).toBe(0)
  })
})

describe('a record of before a change of delivery.yml, in a run whose clone does not have the default branch,', () => {
  let own: Hosted

  beforeAll(async () => {
    own = await hostProduct()
  })
  afterAll(() => own.stop())

  it('is judged by the one of then', async () => {
    const [then, now] = ['main, stable, legacy', 'main, stable'].map(refs => `${DELIVERY}deliverFrom: [${refs}]\n`) as [
      string,
      string
    ]
    const commit = await own.commit({ 'delivery.yml': then })
    const before = await own.git('rev-parse', 'HEAD~1')
    await own.git('push', '--quiet', own.bare, `${before}:refs/heads/stable`)
    const policy = { path: 'delivery.yml', commit, digest: sha256(then) }
    await own.record({ event: 'failed', environment: 'staging', policy }, { ref: 'refs/heads/legacy' })
    await own.commit({ 'delivery.yml': now })
    const workspace = join(root, 'stable')
    await runCommand('git', ['clone', '-q', '--single-branch', '--branch=stable', `file://${own.bare}`, workspace])
    const at = { temp: join(root, 'of-stable'), serverUrl: own.host.url, workspace }

    const { history } = await own.open({
      run: { ...at, ref: 'refs/heads/stable', sha: before, defaultBranch: 'main' },
      token: own.host.createToken(REPOSITORY, { contents: 'read' })
    })

    expect((await history.newest())?.run.ref).toBe('refs/heads/legacy')
  })
})

describe('the server that git fetches from', () => {
  const repository = 'octo-org/shop'

  it.each([
    ['https://github.com', undefined],
    ['https://github.com', 'https://api.github.com'],
    ['https://octo.ghe.com', 'https://api.octo.ghe.com'],
    ['https://git.octo.example', 'https://git.octo.example/api/v3'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000']
  ])('is %s, whose API is at %s', (serverUrl, api) => {
    const env = api === undefined ? {} : { GITHUB_API_URL: api }

    expect(gitServer({ serverUrl, repository }, env, 'key')).toEqual({
      url: `${serverUrl}/${repository}`,
      token: 'key'
    })
  })

  it.each([
    ['https://elsewhere.example', undefined],
    ['https://github.com', 'http://127.0.0.1:3000'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3001']
  ])('is never %s, where the API is at %s: the token is not for it', (serverUrl, api) => {
    const env = api === undefined ? {} : { GITHUB_API_URL: api }

    expect(gitServer({ serverUrl, repository }, env, 'key')).toBeUndefined()
  })

  it('is none without a token', () => {
    expect(gitServer({ serverUrl: 'https://github.com', repository }, {}, undefined)).toBeUndefined()
  })

  it('is reached over https', () => {
    const env = { GITHUB_API_URL: 'http://git.octo.example/api/v3' }

    expect(() => gitServer({ serverUrl: 'http://git.octo.example', repository }, env, 'key')).toThrow('over https')
  })
})

describe('a commit that the clone of a job does not have', () => {
  /** A commit of another branch, which only GitHub has. */
  async function elsewhere(): Promise<{ readonly base: string; readonly commit: string }> {
    const base = await hosted.git('rev-parse', 'HEAD')
    await hosted.git('checkout', '--quiet', '-b', 'hotfix')
    const commit = await hosted.commit({ 'site/index.html': 'mended' })
    await hosted.git('checkout', '--quiet', 'main')
    await hosted.git('branch', '--quiet', '-D', 'hotfix')
    await hosted.git('reflog', 'expire', '--expire=now', '--all')
    await hosted.git('gc', '--quiet', '--prune=now')
    return { base, commit }
  }

  it('is fetched with its past when it is asked for, and the clone stays as it is', async () => {
    const { base, commit } = await elsewhere()
    const { repository } = await step('hotfix')

    expect(String(await repository.fileAt(commit, 'site/index.html'))).toBe('mended')
    expect(await repository.isAncestor(base, commit)).toBe(true)
    expect(await repository.isAncestor(commit, base)).toBe(false)
    expect((await repository.log(base, commit)).map(it => it.commit)).toEqual([commit])
    expect((await repository.entryAt(commit, 'site'))?.kind).toBe('directory')
    expect(await repository.treeOf(commit, 'nowhere')).toBeUndefined()
    await repository.checkFolder(commit, 'site', 'bundle')
    expect(fetches).toBe(1)
    await expect(hosted.git('cat-file', '-e', commit)).rejects.toThrow()
  })

  it('is missing where GitHub does not have it, either', async () => {
    const { repository } = await step('nowhere')

    await expect(repository.fileAt('1'.repeat(40), 'delivery.yml')).rejects.toThrow(
      /is not in .*Fetch the whole past: .*no branch or tag holds it any more/
    )
    const fetched = fetches
    expect(fetched).toBeGreaterThan(0)
    // What could not be had is not asked for again.
    await expect(repository.isAncestor('1'.repeat(40), 'HEAD')).rejects.toThrow(/is not in /)
    await expect(repository.treeOf('1'.repeat(40), 'site')).rejects.toThrow(/is not in /)
    expect(fetches).toBe(fetched)
  })
})
