import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { runCommand, systemClock } from '@sluice/core'
import { oneThenOther, remoteLedger } from '../src/remote-ledger.ts'
import { BRANCH, commitByHand, type HostedLedger, hostLedger, REPOSITORY } from './hosted-ledger.ts'

const ONCE = { attempts: 1, base: 1, cap: 1 }
const INDEX = 'sections/product/index'
const ASKED = ['HEAD.json', `${INDEX}/a/b/c.json`, 'records/0/1.json', 'records/0/2.json', 'nowhere/1', 'HEAD.json/1']

let hosted: HostedLedger
let token: string
let root: string
let log: string[]
/** How often `git fetch` ran since the test began. */
let fetches: number
let quiet: () => void

beforeAll(async () => {
  hosted = await hostLedger()
  await hosted.store.create(Buffer.from('{}'))
  // The same content at the top and in a folder, as the newest record of all is that of a section, too.
  await commitByHand(hosted, {
    'newest.json': 'newest',
    'sections/product/newest.json': 'newest',
    [`${INDEX}/a/b/c.json`]: 'leaf',
    [`${INDEX}/a/b/d.json`]: 'another leaf',
    'records/0/1.json': 'one',
    'evidence/00/1': 'a document'
  })
  token = hosted.host.createToken(REPOSITORY, { contents: 'read' })
})

afterAll(async () => hosted.stop())

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-remote-'))
  log = []
  fetches = 0
  quiet = hosted.host.on('request', ({ path }) => {
    if (path.endsWith('/info/refs')) fetches++
  })
})

afterEach(async () => {
  quiet()
  await rm(root, { recursive: true, force: true })
})

const tipNow = async (branch = BRANCH): Promise<string> => hosted.git(['rev-parse', `refs/heads/${branch}`])

function open(options: Partial<Parameters<typeof remoteLedger>[0]> = {}): ReturnType<typeof remoteLedger> {
  return remoteLedger({
    directory: join(root, 'job', 'ledger.git'),
    remote: { url: `${hosted.host.url}/${REPOSITORY}`, token },
    branch: BRANCH,
    clock: systemClock,
    policy: ONCE,
    log: { info: line => log.push(line) },
    ...options
  })
}

function textsOf(files: ReadonlyMap<string, Uint8Array> | undefined): Record<string, string> | undefined {
  return files && Object.fromEntries([...files].map(([path, content]) => [path, Buffer.from(content).toString()]))
}

/** Every object in the folder of the job. */
async function objects(): Promise<readonly string[]> {
  const where = `--git-dir=${join(root, 'job', 'ledger.git')}`
  const listed = await runCommand('git', [where, 'cat-file', '--batch-all-objects', '--batch-check'])
  return listed.stdout.toString('utf8').trim().split('\n')
}

describe('a ledger that is fetched as far as it is read', () => {
  it('stands where GitHub has it, and has the files that are asked for, in a handful of fetches and no call of the API', async () => {
    const calls = hosted.host.calls.length
    const ledger = open()
    const tip = await tipNow()

    expect(await ledger.tip()).toBe(tip)
    expect(textsOf(await ledger.read(tip, ASKED))).toEqual({
      'HEAD.json': '{}',
      [`${INDEX}/a/b/c.json`]: 'leaf',
      'records/0/1.json': 'one'
    })
    // The commit; its top; folders of the index, beside which those of the records; the folder of a record; files.
    expect(fetches).toBe(6)
    expect(hosted.host.calls.length).toBe(calls)
    expect(log).toEqual([])
  })

  it('takes one fetch more for each file that is asked for later, where the folders are known', async () => {
    const ledger = open()
    const tip = await tipNow()
    await ledger.read(tip, ASKED)
    const before = fetches

    expect(textsOf(await ledger.read(tip, [`${INDEX}/a/b/d.json`]))).toEqual({
      [`${INDEX}/a/b/d.json`]: 'another leaf'
    })
    expect(fetches).toBe(before + 1)
  })

  it('has what lies twice in it, at the top and in a folder', async () => {
    const paths = ['newest.json', 'sections/product/newest.json']

    expect(textsOf(await open().read(await tipNow(), paths))).toEqual(
      Object.fromEntries(paths.map(it => [it, 'newest']))
    )
    expect(log).toEqual([])
  })

  it('takes nothing of what was not asked for, however much there is', async () => {
    await open().read(await tipNow(), ASKED)
    const few = await objects()
    const records = Array.from({ length: 50 }, (_, n) => [`records/${n + 1}/${n}.json`, `record ${n}`])
    const documents = Array.from({ length: 50 }, (_, n) => [`evidence/${n + 10}/${n}`, `document ${n}`])
    const branch = 'long-ledger'
    await hosted.git(['update-ref', `refs/heads/${branch}`, await tipNow()])
    for (let n = 0; n < 3; n++)
      await commitByHand(
        hosted,
        { ...Object.fromEntries([...records, ...documents]), 'HEAD.json': `{ }${n}` },
        { branch }
      )

    await rm(join(root, 'job'), { recursive: true })
    await open({ branch }).read(await tipNow(branch), ASKED)

    expect(await objects()).toHaveLength(few.length)
  })

  it('has no file where its branch has a submodule or a link, and fetches nothing for it', async () => {
    const branch = 'linked-ledger'
    await hosted.git(['update-ref', `refs/heads/${branch}`, await tipNow()])
    const foreign = await hosted.git(['commit-tree', await hosted.git(['mktree']), '-m', 'Elsewhere'])
    await commitByHand(hosted, { 'HEAD.json': foreign }, { branch, mode: '160000' })
    await commitByHand(hosted, { 'newest.json': 'HEAD.json' }, { branch, mode: '120000' })
    const ledger = open({ branch })
    const tip = await tipNow(branch)

    expect(textsOf(await ledger.read(tip, ['HEAD.json', 'HEAD.json/1', 'newest.json', 'records/0/1.json']))).toEqual({
      'records/0/1.json': 'one'
    })
    expect((await objects()).filter(it => it.startsWith(foreign) || it.includes(' commit '))).toEqual([
      expect.stringMatching(`^${tip} commit `)
    ])
    expect(log).toEqual([])
  })

  it('is unknown where a file is named as a folder', async () => {
    const branch = 'false-ledger'
    const directory = join(root, 'job', 'ledger.git')
    // A server's git does not send this; it lies in the folder of the job already.
    const local = async (args: readonly string[], input: Uint8Array = new Uint8Array()): Promise<string> => {
      const env = { ...process.env, GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' }
      const author = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com' }
      const { stdout } = await runCommand('git', [`--git-dir=${directory}`, ...args], {
        env: { ...env, ...author },
        input
      })
      return stdout.toString('utf8').trim()
    }
    await runCommand('git', ['init', '-q', '--bare', directory])
    const file = await local(['hash-object', '-w', '--stdin'], Buffer.from('x'.repeat(40)))
    const members = Buffer.concat([Buffer.from('40000 records\0'), Buffer.from(file, 'hex')])
    const tree = await local(['hash-object', '-w', '--literally', '-t', 'tree', '--stdin'], members)
    const commit = await local(['commit-tree', tree, '-m', 'Falsely'])
    await local(['update-ref', `refs/remotes/origin/${branch}`, commit])

    expect(await open({ branch }).read(commit, ['records/0/1.json'])).toBeUndefined()
    expect(log).toEqual([expect.stringContaining('is named as a tree, and is a blob')])
  })

  it('is fetched once for all steps of a job, and stays as old as the first look, also where it has moved on', async () => {
    const branch = 'moving-ledger'
    const first = await tipNow()
    await hosted.git(['update-ref', `refs/heads/${branch}`, first])
    await open({ branch }).read(first, ASKED)
    await commitByHand(hosted, { 'HEAD.json': '{"sequence":1}' }, { branch })
    const before = fetches

    const later = open({ branch })

    expect(await later.tip()).toBe(first)
    expect(textsOf(await later.read(first, ['HEAD.json']))).toEqual({ 'HEAD.json': '{}' })
    expect(fetches).toBe(before)
  })

  it('says nothing of a commit that it does not stand at', async () => {
    expect(await open().read('0'.repeat(40), ASKED)).toBeUndefined()
    expect(log).toEqual([])
  })

  it('is none where GitHub has no such branch, which is no fault', async () => {
    const ledger = open({ branch: 'absent' })

    expect(await ledger.tip()).toBeUndefined()
    expect(await ledger.read('0'.repeat(40), ASKED)).toBeUndefined()
    expect(log).toEqual([])
  })

  it('leaves the token in no file', async () => {
    await open().read(await tipNow(), ASKED)

    const names = await readdir(root, { recursive: true, withFileTypes: true })
    const files = names.filter(it => it.isFile()).map(it => join(it.parentPath, it.name))
    const secrets = [token, Buffer.from(`x-access-token:${token}`).toString('base64')]
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) {
      const content = await readFile(file, 'latin1')
      for (const secret of secrets) expect(content).not.toContain(secret)
    }
  })
})

describe('a ledger that cannot be fetched', () => {
  let server: Server | undefined
  afterEach(async () => {
    const ended = server
    server = undefined
    ended?.closeAllConnections()
    await new Promise<void>(resolve => (ended === undefined ? resolve() : ended.close(() => resolve())))
  })

  async function serve(answer: RequestListener): Promise<string> {
    const started = createServer(answer)
    server = started
    await new Promise<void>(resolve => started.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(started.address() as AddressInfo).port}/${REPOSITORY}`
  }

  /** Nothing is known, and that is said once. */
  async function expectUnknown(ledger: ReturnType<typeof open>, reason: RegExp): Promise<void> {
    expect(await ledger.tip()).toBeUndefined()
    expect(await ledger.read(await tipNow(), ASKED)).toBeUndefined()
    expect(log).toEqual([expect.stringMatching(reason)])
    expect(log[0]).toMatch(/^The ledger could not be read with git, so GitHub's API is asked/)
    expect(log[0]).not.toContain(token)
  }

  it('is unknown with a token that GitHub does not know, which is not tried again', async () => {
    const remote = { url: `${hosted.host.url}/${REPOSITORY}`, token: 'ghs_unknown' }

    await expectUnknown(open({ remote, policy: { ...ONCE, attempts: 3 } }), /fatal: could not read Username/)
    expect(fetches).toBe(1)
  })

  it.each([
    [429, 3],
    [408, 3],
    [503, 3],
    [403, 1]
  ])(
    'is unknown where the server answers %d, after %d tries: what is too busy now may answer later',
    async (status, tries) => {
      let asked = 0
      const url = await serve((_request, response) => {
        asked += 1
        response.writeHead(status).end()
      })

      await expectUnknown(open({ remote: { url, token }, policy: { ...ONCE, attempts: 3 } }), /fatal: /)
      expect(asked).toBe(tries)
    }
  )

  it('is unknown where the token is for another repository', async () => {
    const remote = { url: `${hosted.host.url}/octo-org/other`, token }

    await expectUnknown(open({ remote }), /fatal: repository '.*' not found/)
  })

  it('is unknown where the server never answers, soon', async () => {
    const url = await serve(() => undefined)

    await expectUnknown(open({ remote: { url, token }, silence: 1 }), /too slow|timed out/i)
  }, 20_000)

  it('is unknown where git does not end, soon', async () => {
    const url = await serve(() => undefined)

    await expectUnknown(open({ remote: { url, token }, deadline: 500 }), /did not end within 0.5 seconds.*githubstatus/)
  }, 20_000)

  it('is unknown where the server breaks off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      response.end('001e# service=git-up')
    })

    await expectUnknown(open({ remote: { url, token } }), /fatal: /)
  })

  it('is none where the server says what is no answer of git, so that the API is asked', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' })
      response.end('<html>')
    })

    expect(await open({ remote: { url, token } }).tip()).toBeUndefined()
  })

  it('is unknown where the server sends it elsewhere: the token is for one server', async () => {
    let asked = 0
    const url = await serve((request, response) => {
      asked += 1
      if (request.url?.startsWith('/elsewhere')) asked += 100
      response.writeHead(302, { location: `/elsewhere${request.url}` })
      response.end()
    })

    await expectUnknown(open({ remote: { url, token } }), /fatal: /)
    expect(asked).toBe(1)
  })

  it('is tried again after a fault that may pass', async () => {
    let asked = 0
    const url = await serve((_request, response) => {
      asked += 1
      response.writeHead(503)
      response.end()
    })

    await expectUnknown(open({ remote: { url, token }, policy: { ...ONCE, attempts: 3 } }), /503/)
    expect(asked).toBe(3)
  })

  it('is unknown from where the server leaves out what it was asked for', async () => {
    const ledger = open()
    const tip = (await ledger.tip()) ?? ''
    // The top is gone from GitHub; what was fetched stays.
    const top = await hosted.git(['rev-parse', `${tip}^{tree}`])
    const file = join(hosted.directory, 'objects', top.slice(0, 2), top.slice(2))
    const kept = await readFile(file)
    await rm(file)
    try {
      expect(await ledger.read(tip, ASKED)).toBeUndefined()
      expect(await ledger.tip()).toBeUndefined()
      expect(log).toHaveLength(1)
    } finally {
      await writeFile(file, kept)
    }
  })
})

describe('a ledger in the clone of a job, or else fetched', () => {
  it('is that of the clone where that has it, and nothing is fetched', async () => {
    const clone = { tip: async () => 'a', read: async () => new Map([['HEAD.json', Buffer.from('clone')]]) }
    const ledger = oneThenOther(clone, open())

    expect(await ledger.tip()).toBe('a')
    expect(textsOf(await ledger.read('a', ['HEAD.json']))).toEqual({ 'HEAD.json': 'clone' })
    expect(fetches).toBe(0)
  })

  it('is fetched where the clone does not have it', async () => {
    const ledger = oneThenOther({ tip: async () => undefined, read: async () => undefined }, open())
    const tip = await tipNow()

    expect(await ledger.tip()).toBe(tip)
    expect(textsOf(await ledger.read(tip, ['HEAD.json']))).toEqual({ 'HEAD.json': '{}' })
  })
})
