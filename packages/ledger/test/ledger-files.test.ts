import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { runCommand, systemClock, UserError } from '@sluice/core'
import { openSnapshot, readLedgerFiles } from '../src/index.ts'
import { append, draft, EMPTY, ofRun } from './drafts.ts'
import { BRANCH, commitByHand, type HostedLedger, hostLedger } from './hosted-ledger.ts'

describe('the files of a ledger', () => {
  let ledger: HostedLedger

  beforeAll(async () => {
    ledger = await hostLedger()
    for (const run of ['1', '2', '3']) {
      await append({
        store: ledger.store,
        clock: systemClock,
        drafts: [ofRun(run, draft('built'))],
        log: { info: () => undefined }
      })
    }
  })
  afterAll(async () => ledger.stop())

  it('are the same as on GitHub', async () => {
    const paths = ['HEAD.json', 'records/0/1.json', 'records/0/3.json', 'records', 'nothing']
    const files = await readLedgerFiles({ directory: ledger.directory, branch: BRANCH })

    expect(new Map([...files].filter(([path]) => paths.includes(path)))).toEqual(await ledger.store.read(paths))
  })

  it('are read from a clone that never checked their branch out', async () => {
    const clone = `${ledger.directory}-clone`
    await runCommand('git', ['clone', '-q', ledger.directory, clone])

    const files = await readLedgerFiles({ directory: clone, branch: BRANCH })

    expect(openSnapshot(files).records.map(({ record }) => record?.run.id)).toEqual(['1', '2', '3'])
    expect([...files.keys()].filter(path => path.startsWith('records/'))).toHaveLength(3)
  })

  it('are not taken for removed in a clone that left them out: the first is named, and how to get it', async () => {
    const directory = await ledger.clonePartially()

    await expect(readLedgerFiles({ directory, branch: BRANCH })).rejects.toThrow(
      new UserError(
        `HEAD.json of ${BRANCH} is not in ${directory}. This is a partial clone, which left out what is needed here. Fetch it whole: actions/checkout without filter, or git fetch --refetch --no-filter.`
      )
    )
  })

  it('need a branch, and a repository', async () => {
    const read = async (directory: string, branch: string) => readLedgerFiles({ directory, branch })

    await expect(read(ledger.directory, 'other')).rejects.toThrow(/no branch other .* git fetch origin other:other/)
    await expect(read('/proc', BRANCH)).rejects.toThrow(UserError)
  })

  it('show what is no file, so that verification sees it', async () => {
    const other = await hostLedger()
    try {
      await other.store.create(EMPTY)
      await commitByHand(other, { module: '1'.repeat(40) }, { mode: '160000' })

      expect((await readLedgerFiles({ directory: other.directory, branch: BRANCH })).get('module')).toEqual(
        new Uint8Array()
      )
    } finally {
      await other.stop()
    }
  })
})
