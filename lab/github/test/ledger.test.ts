import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type GitHub, githubClient, type RecordDraft, sha256, systemClock } from '@sluice/core'
import { appendRecords, githubStore, openSnapshot, readLedgerFiles, type Signer, verifyLedger } from '@sluice/ledger'
import { REPOSITORY, RUN, type Site, startSite } from './site.ts'

describe('the ledger on the stand-in', () => {
  let site: Site
  let github: GitHub
  beforeAll(async () => {
    site = await startSite()
    github = githubClient({
      token: site.token,
      env: { GITHUB_API_URL: site.github.url },
      clock: systemClock,
      log: { info: () => undefined }
    })
  })
  afterAll(async () => site.stop())

  it('opens itself, grows by one commit an append, and is whole for a reader with nothing but git', async () => {
    const store = githubStore({ github, repository: REPOSITORY, branch: 'sluice-ledger' })
    const signer = await newSigner()
    const trust = await trustIn(signer)

    await append(store, signer, draft('build-api'))
    const before = site.github.requests.get('POST /graphql') ?? 0
    const added = await append(store, signer, draft('build-worker'))
    const calls = (site.github.requests.get('POST /graphql') ?? 0) - before
    const again = await append(store, signer, draft('build-worker'))
    const files = await readLedgerFiles({ directory: site.directory, branch: 'sluice-ledger' })
    const jobs = openSnapshot(files).records.map(({ record }) => record?.run.job)

    expect(calls).toBe(2)
    expect(again).toEqual(added)
    expect(jobs).toEqual(['build-api', 'build-worker'])
    expect(await verifyLedger({ files, trust })).toEqual({
      records: 2,
      signed: 2,
      vouched: 0,
      unconfirmed: [],
      skipped: [],
      problems: []
    })
    expect(await site.git('rev-list', '--count', 'sluice-ledger')).toBe('3')
    await expect(site.git('fsck', '--strict', '--no-dangling')).resolves.toBe('')
    expect(site.github.defects).toEqual([])
  })

  it('takes all records of eight jobs that write at once, in one chain', async () => {
    const branch = 'contested-ledger'
    const signer = await newSigner()
    const trust = await trustIn(signer)
    const store = githubStore({ github, repository: REPOSITORY, branch })

    await Promise.all(Array.from({ length: 8 }, async (_, n) => append(store, signer, draft(`build-${n}`))))
    const files = await readLedgerFiles({ directory: site.directory, branch })

    expect(await verifyLedger({ files, trust })).toEqual({
      records: 8,
      signed: 8,
      vouched: 0,
      unconfirmed: [],
      skipped: [],
      problems: []
    })
    expect(site.github.defects).toEqual([])
  })

  it('reads files back byte by byte, also those that are no text', async () => {
    const branch = 'bytes'
    const store = githubStore({ github, repository: REPOSITORY, branch })
    await store.create(Buffer.from('{"format":2,"product":"storefront","repository":"1","sequence":0}'))
    const head = await store.head()
    const contents = new Map([
      ['binary', Buffer.from([0, 255, 13, 10, 0])],
      ['latin1', Buffer.from([0xe9, 0x0a])],
      ['large', Buffer.alloc(700_000, 'a\n')],
      ['empty', Buffer.alloc(0)]
    ])

    await store.commit(
      head?.oid ?? '',
      'Write',
      [...contents].map(([path, content]) => ({ path, content }))
    )
    const read = await store.read([...contents.keys(), 'absent'])

    expect([...read].map(([path, content]) => [path, sha256(content)])).toEqual(
      [...contents].map(([path, content]) => [path, sha256(content)])
    )
  })
})

type Store = Parameters<typeof appendRecords>[0]['store']

async function append(store: Store, signer: Signer, record: RecordDraft): ReturnType<typeof appendRecords> {
  return appendRecords({
    store,
    owner: { repository: '123456', product: 'storefront' },
    rules: { trust: await trustIn(signer), advisory: true },
    signer: () => signer,
    clock: systemClock,
    drafts: [record],
    log: { info: () => undefined },
    waits: { base: 1, cap: 50 }
  })
}

function draft(job: string): RecordDraft {
  return {
    product: 'storefront',
    event: 'built',
    actor: { id: '11', login: 'author' },
    run: {
      repository: '123456',
      id: String(RUN.id),
      attempt: RUN.attempt,
      job,
      ref: 'refs/heads/main',
      workflow: `${REPOSITORY}/.github/workflows/delivery.yml@refs/heads/main`,
      workflowSha: '1'.repeat(40),
      runner: 'github-hosted'
    }
  }
}

/** What a delivery.yml says that lists the key of the builds. */
async function trustIn(signer: Signer) {
  return [{ key: (await signer.publicKey()).fingerprint, signs: ['builds'] as const }]
}

async function newSigner(): Promise<Signer> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = publicKey.export({ type: 'spki', format: 'der' })
  const fingerprint = sha256(der)
  return {
    publicKey: async () => ({ pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), fingerprint }),
    sign: async bytes => sign('sha256', bytes, privateKey)
  }
}
