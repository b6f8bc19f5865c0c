import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Failure, runCommand, systemClock, UserError } from '@sluice/core'
import { appendRecords, gitStore, type LedgerStore, readBackwards, readLedgerFiles } from '../src/index.ts'
import { draft, ofRun } from './drafts.ts'
import { BRANCH, commitByHand, type HostedLedger, hostLedger } from './hosted-ledger.ts'

describe('gitStore', () => {
  let ledger: HostedLedger
  let store: LedgerStore

  beforeAll(async () => {
    ledger = await hostLedger()
    store = gitStore({ directory: ledger.directory, branch: BRANCH })
    for (const run of ['1', '2', '3']) {
      await appendRecords({
        store: ledger.store,
        clock: systemClock,
        drafts: [ofRun(run, draft('built'))],
        log: { info: () => undefined }
      })
    }
  })
  afterAll(async () => ledger.stop())

  it('gives the same head as GitHub', async () => {
    const paths = ['records/0/1.json', 'records/0/9.json']

    expect(await store.head(paths)).toEqual(await ledger.store.head(paths))
    expect((await store.head())?.files.size).toBe(0)
  })

  it('gives the same files as GitHub, also of an earlier commit', async () => {
    const paths = ['HEAD.json', 'records/0/1.json', 'records/0/3.json', 'records', 'nothing']
    const earlier = await ledger.git(['rev-parse', `refs/heads/${BRANCH}~1`])

    expect(await store.read(paths)).toEqual(await ledger.store.read(paths))
    expect([...(await store.read(paths, earlier)).keys()]).toEqual(['HEAD.json', 'records/0/1.json'])
    expect(await store.read([])).toEqual(new Map())
  })

  it('reads the ledger of a clone that never checked its branch out', async () => {
    const clone = `${ledger.directory}-clone`
    await runCommand('git', ['clone', '-q', ledger.directory, clone])

    const runs: string[] = []
    for await (const { run } of readBackwards(gitStore({ directory: clone, branch: BRANCH }), {
      trust: {},
      advisory: true
    })) {
      runs.push(run.id)
    }

    expect(runs).toEqual(['3', '2', '1'])
    expect((await readLedgerFiles({ directory: clone, branch: BRANCH })).size).toBe(7)
  })

  it('finds nothing where there is no such branch', async () => {
    const other = { directory: ledger.directory, branch: 'other' }

    expect(await gitStore(other).head()).toBeUndefined()
    expect(await gitStore(other).read(['HEAD.json'])).toEqual(new Map())
    await expect(readLedgerFiles(other)).rejects.toThrow(/no branch other .* git fetch origin other:other/)
  })

  it('refuses a directory that is no repository', async () => {
    await expect(gitStore({ directory: '/proc', branch: BRANCH }).head()).rejects.toThrow(UserError)
  })

  it('finds no files in a commit that does not exist', async () => {
    expect(await store.read(['HEAD.json'], '1'.repeat(40))).toEqual(new Map())
  })

  it('fails with git\u2019s own words', async () => {
    const reading = gitStore({ directory: '/proc', branch: BRANCH }).read(['HEAD.json'], '1'.repeat(40))

    await expect(reading).rejects.toThrow(
      /git cat-file in \/proc failed with exit code 128: fatal: not a git repository/
    )
  })

  it('shows what is no file, so that verification sees it', async () => {
    const other = await hostLedger()
    try {
      await other.store.create()
      await commitByHand(other, { module: '1'.repeat(40) }, { mode: '160000' })

      expect((await readLedgerFiles({ directory: other.directory, branch: BRANCH })).get('module')).toEqual(
        new Uint8Array()
      )
    } finally {
      await other.stop()
    }
  })

  it('cannot be written to', async () => {
    await expect(store.commit('oid', 'message', [])).rejects.toThrow(Failure)
    await expect(store.create()).rejects.toThrow(/to be read, not written/)
  })
})
