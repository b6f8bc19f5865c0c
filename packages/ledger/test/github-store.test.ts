import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type GitHub, GitHubError, systemClock } from '@sluice/core'
import { loadGraphqlSchema } from '@sluice-lab/github'
import { parse, validate } from 'graphql'
import { COMMIT_MUTATION, filesQuery, headQuery } from '../src/github-queries.ts'
import { githubStore, type LedgerStore, readLedgerFiles, verifyHistory, verifyLedger } from '../src/index.ts'
import { append, draft, EMPTY, localSigner, OWNER, ofRun, RELEASE, trustIn } from './drafts.ts'
import { BRANCH, commitByHand, type HostedLedger, hostLedger, REPOSITORY } from './hosted-ledger.ts'

describe('githubStore', () => {
  let ledger: HostedLedger
  let store: LedgerStore
  let branches = 0
  let branch = BRANCH

  beforeAll(async () => {
    ledger = await hostLedger()
  })
  beforeEach(() => {
    branch = `${BRANCH}-${branches++}`
    store = githubStore({ github: ledger.github, repository: REPOSITORY, branch })
  })
  afterAll(async () => {
    expect(ledger.host.defects).toEqual([])
    await ledger.stop()
  })

  /** A GitHub that does as the real one, except where told otherwise. */
  const through = (changes: Partial<GitHub>): LedgerStore => {
    const { get, send, graphql, now, patience } = ledger.github
    return githubStore({ github: { get, send, graphql, now, patience, ...changes }, repository: REPOSITORY, branch })
  }

  describe('asks only what', () => {
    it.each([
      ['the head', headQuery(0)],
      ['the head with files', headQuery(3)],
      ['files', filesQuery(100)],
      ['a commit', COMMIT_MUTATION]
    ])("GitHub's published schema knows: %s", async (_, query) => {
      const document = parse(query)

      expect(validate((await loadGraphqlSchema()).excerpt(document), document)).toEqual([])
    })
  })

  it('has no head before the branch exists', async () => {
    expect(await store.head()).toBeUndefined()
  })

  it('has no head in a repository that the token cannot see', async () => {
    const graphql = async (): Promise<unknown> => ({ repository: null })

    expect(await through({ graphql }).head()).toBeUndefined()
    expect(await through({ graphql }).read(['HEAD.json'])).toEqual(new Map())
  })

  it('opens an orphan branch, and lets a second opener be', async () => {
    await store.create(EMPTY)
    const opened = await store.head()
    await store.create(EMPTY)

    expect(opened).toEqual({ ...OWNER, sequence: 0, oid: expect.stringMatching(/^[0-9a-f]{40}$/), files: new Map() })
    expect(await store.head()).toEqual(opened)
    expect(await ledger.git(['rev-list', '--count', `refs/heads/${branch}`])).toBe('1')
  })

  it('reads more files with the head than one query may ask for, all of the same commit', async () => {
    await store.create(EMPTY)
    const paths = Array.from({ length: 450 }, (_, n) => `evidence/${String(n).padStart(64, '0')}`)
    const changes = Object.fromEntries(paths.map((path, n) => [path, `content ${n}`]))
    await commitByHand(ledger, changes, { branch })
    const asked: number[] = []
    const graphql: GitHub['graphql'] = async (query, variables) => {
      asked.push(query.split(/f\d+:/).length - 1)
      const answer = await ledger.github.graphql(query, variables)
      if (asked.length === 1) await commitByHand(ledger, { [paths[449] ?? '']: 'moved on' }, { branch })
      return answer
    }

    const head = await through({ graphql }).head(paths)

    expect(asked).toEqual([200, 200, 50])
    expect(paths.map(path => Buffer.from(head?.files.get(path) ?? '').toString('utf8'))).toEqual(
      paths.map((_, n) => `content ${n}`)
    )
  })

  it('asks for fewer files at once where GitHub says that a query takes it too much', async () => {
    await store.create(EMPTY)
    const paths = Array.from({ length: 90 }, (_, n) => `evidence/${String(n).padStart(64, '0')}`)
    await commitByHand(ledger, Object.fromEntries(paths.map((path, n) => [path, `content ${n}`])), { branch })
    const asked: number[] = []
    const graphql: GitHub['graphql'] = async (query, variables) => {
      const files = query.split(/f\d+:/).length - 1
      asked.push(files)
      if (files <= 30) return ledger.github.graphql(query, variables)
      throw new GitHubError('Resource limits for this query exceeded.', 200, ['RESOURCE_LIMITS_EXCEEDED'], undefined)
    }

    const head = await through({ graphql }).head(paths)

    expect(asked).toEqual([90, 45, 22, 22, 22, 22, 2])
    expect([...(head?.files.keys() ?? [])]).toEqual(paths)
  })

  it('gives up where GitHub takes not even the smallest query', async () => {
    const graphql: GitHub['graphql'] = async () => {
      throw new GitHubError('Resource limits for this query exceeded.', 200, ['RESOURCE_LIMITS_EXCEEDED'], undefined)
    }
    const strained = through({ graphql })

    await expect(strained.head(['a', 'b'])).rejects.toThrow('Resource limits')
    await expect(strained.read(['a', 'b'])).rejects.toThrow('Resource limits')
  })

  it('passes on why a branch could not be opened', async () => {
    const send: GitHub['send'] = async (method, path, body) => {
      if (path.endsWith('/refs')) throw new GitHubError('Repository rule violations found', 422, [], undefined)
      return ledger.github.send(method, path, body)
    }

    await expect(through({ send }).create(EMPTY)).rejects.toThrow('Repository rule violations found')
  })

  it('tells that the first commit of a branch is not to be seen yet', async () => {
    const send: GitHub['send'] = async (method, path, body) => {
      if (path.endsWith('/refs')) throw new GitHubError('Object does not exist', 422, [], undefined)
      return ledger.github.send(method, path, body)
    }

    expect(await through({ send }).create(EMPTY)).toBe(false)
  })

  it('appends to a branch that GitHub hides at first, by three writers at once', async () => {
    const late = await hostLedger({ hideNewRefs: 1_500 })
    try {
      const jobs = ['1', '2', '3'].map(id => ofRun(id, draft('built')))

      const landed = await Promise.all(
        jobs.map(async job =>
          append({ store: late.store, clock: systemClock, drafts: [job], log: { info: () => undefined } })
        )
      )

      expect(landed.map(([added]) => added?.record.sequence).sort()).toEqual([1, 2, 3])
      expect(late.host.defects).toEqual([])
    } finally {
      await late.stop()
    }
  })

  it('commits on top of the expected commit only', async () => {
    await store.create(EMPTY)
    const head = await store.head()
    const file = { path: 'evidence/a', content: Buffer.from('one') }

    const first = await store.commit(head?.oid ?? '', 'First\n\nbody', [file])
    const second = await store.commit(head?.oid ?? '', 'Second', [{ ...file, content: Buffer.from('two') }])

    expect([first, second]).toEqual(['landed', 'conflict'])
    expect(await store.read(['evidence/a'])).toEqual(new Map([['evidence/a', Buffer.from('one')]]))
    expect(await ledger.git(['log', '-1', '--format=%B', `refs/heads/${branch}`])).toBe('First\n\nbody')
  })

  it('reads files as of a commit, without those that do not exist or are folders', async () => {
    await store.create(EMPTY)
    const before = await store.head()
    await store.commit(before?.oid ?? '', 'First', [{ path: 'evidence/a', content: Buffer.from('one') }])

    expect(await store.read(['evidence/a', 'HEAD.json'], before?.oid)).toEqual(
      new Map([['HEAD.json', Buffer.from(EMPTY)]])
    )
    expect(await store.read(['evidence', 'evidence/b', 'evidence/a'])).toEqual(
      new Map([['evidence/a', Buffer.from('one')]])
    )
    expect((await store.head(['evidence/a', 'evidence/b', 'evidence']))?.files).toEqual(
      new Map([['evidence/a', Buffer.from('one')]])
    )
  })

  it.each([
    ['beyond what GraphQL gives as text', Buffer.alloc(600_000, 'long ')],
    ['that is binary', Buffer.from([1, 0, 2, 255])],
    ['that is no valid UTF-8', Buffer.from([0x61, 0xff, 0xfe, 0x62])],
    ['of nothing', Buffer.alloc(0)]
  ])('reads a file %s byte by byte', async (_, content) => {
    await store.create(EMPTY)
    await store.commit((await store.head())?.oid ?? '', 'First', [{ path: 'evidence/a', content }])

    const bytes = (await store.read(['evidence/a'])).get('evidence/a')

    expect(bytes !== undefined && Buffer.compare(bytes, content) === 0).toBe(true)
  })

  it('fails when GitHub names a file whose content it does not have', async () => {
    await store.create(EMPTY)
    await store.commit((await store.head())?.oid ?? '', 'First', [{ path: 'evidence/a', content: Buffer.from([0]) }])

    await expect(through({ get: async () => undefined }).read(['evidence/a'])).rejects.toThrow(
      /no content for blob [0-9a-f]{40}/
    )
  })

  it('reads more files than one query takes', async () => {
    await store.create(EMPTY)
    const files = Array.from({ length: 250 }, (_, n) => ({ path: `evidence/${n}`, content: Buffer.from(String(n)) }))
    await store.commit((await store.head())?.oid ?? '', 'Many', files)

    const found = await store.read(files.map(({ path }) => path))

    expect(found.size).toBe(250)
    expect(found.get('evidence/249')).toEqual(Buffer.from('249'))
  })

  it.each<[string, string, unknown]>([
    ['STALE_DATA', 'conflict', new GitHubError('stale', 200, ['STALE_DATA'], undefined)],
    [
      'the words of a conflict',
      'conflict',
      new GitHubError('Expected branch to point to "abc" but it did not.', 200, [''], undefined)
    ],
    ['no answer', 'unknown', new GitHubError('socket hang up', 0, [], undefined)],
    ['a broken gateway', 'unknown', new GitHubError('Bad gateway', 502, [], undefined)],
    [
      'an answer that something went wrong',
      'unknown',
      new GitHubError('Something went wrong while executing your query.', 200, [''], undefined, { unsure: true })
    ]
  ])('takes %s for: %s', async (_, outcome, error) => {
    const graphql = async (): Promise<unknown> => Promise.reject(error)

    expect(await through({ graphql }).commit('oid', 'message', [])).toBe(outcome)
  })

  it.each([
    ['a refusal', new GitHubError('Resource not accessible by integration', 403, [], undefined)],
    ['a defect', new TypeError('defect')]
  ])('passes on %s', async (_, error) => {
    const graphql = async (): Promise<unknown> => Promise.reject(error)

    await expect(through({ graphql }).commit('oid', 'message', [])).rejects.toBe(error)
  })

  it('does not wait for a rate limit with a commit, which says when it was written', async () => {
    await store.create(EMPTY)
    const { oid = '' } = (await store.head()) ?? {}
    ledger.host.pause(REPOSITORY, { quota: 'graphql', retryAfter: 600 })

    await expect(
      store.commit(oid, 'Record', [{ path: 'evidence/a', content: Buffer.from('a') }])
    ).rejects.toMatchObject({
      rateLimit: { kind: 'too-fast', pause: 600_000 }
    })
    expect(await ledger.git(['rev-parse', `refs/heads/${branch}`])).toBe(oid)
  })

  it('appends with two calls', async () => {
    await store.create(EMPTY)
    const before = ledger.host.requests.get('POST /graphql') ?? 0

    await append({ store, clock: systemClock, drafts: [draft('built')], log: { info: () => undefined } })

    expect(ledger.host.requests.get('POST /graphql')).toBe(before + 2)
  })

  it('lands every record of 8 concurrent writers in one line of commits that verifies', async () => {
    const signer = localSigner('builds')
    const jobs = Array.from({ length: 8 }, (_, n) => ofRun(String(n), draft('released', { release: RELEASE })))

    await Promise.all(
      jobs.map(async job =>
        append({
          store,
          signer,
          clock: systemClock,
          drafts: [job],
          waits: { base: 100, cap: 1500 },
          log: { info: () => undefined }
        })
      )
    )

    const options = { directory: ledger.directory, branch }
    const trust = await trustIn(signer)
    expect(await verifyLedger({ files: await readLedgerFiles(options), trust })).toEqual({
      records: 8,
      signed: 8,
      vouched: 0,
      unconfirmed: [],
      skipped: [],
      problems: []
    })
    expect(await verifyHistory(ledger.directory, branch)).toEqual([])
  })

  it.each([
    ['was written by hand', '{"sequence": 0}'],
    ['was removed', undefined]
  ])('refuses a branch whose head %s', async (_, head) => {
    const own: HostedLedger = await hostLedger()
    try {
      await own.store.create(EMPTY)
      await commitByHand(own, { 'HEAD.json': head })

      await expect(own.store.head()).rejects.toThrow(/^HEAD\.json of the ledger branch sluice-ledger cannot be trusted/)
    } finally {
      await own.stop()
    }
  })
})
