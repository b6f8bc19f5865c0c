import { describe, expect, it } from '@jest/globals'
import type { LedgerRecord } from '@sluice/core'
import { ManualClock, sha256, UserError } from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { appendRecords, type LedgerStore, type ReadOptions, readBackwards } from '../src/index.ts'
import { keyPath, recordPath, signaturePath } from '../src/paths.ts'
import { AFTERWARDS, accountOf, type DeliveredLedger, deliver } from './delivered.ts'
import { draft, localSigner, ofRun, RELEASE, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

async function all(store: LedgerStore, options: ReadOptions): Promise<readonly LedgerRecord[]> {
  const records: LedgerRecord[] = []
  for await (const record of readBackwards(store, options)) records.push(record)
  return records
}

describe('readBackwards', () => {
  it('gives every record, newest first', async () => {
    const { store, trust } = await deliver()

    const records = await all(store, { trust, accountOf })

    expect(records.map(({ sequence }) => sequence)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  it('gives nothing of a ledger that does not exist', async () => {
    expect(await all(new MemoryStore(), { trust: {} })).toEqual([])
  })

  it('gives nothing of a ledger without records', async () => {
    const store = new MemoryStore()
    await store.create()

    expect(await all(store, { trust: {} })).toEqual([])
  })

  it('fetches page by page, and no page that nobody asks for', async () => {
    const { store, trust } = await deliver()
    store.calls.length = 0

    const seen: number[] = []
    for await (const record of readBackwards(store, { trust, pageSize: 4 })) {
      seen.push(record.sequence)
      if (record.sequence === 5) break
    }

    expect(seen).toEqual([9, 8, 7, 6, 5])
    expect(store.calls).toEqual(['head', 'read', 'read'])
  })

  it('reads an advisory ledger only when told that it is one', async () => {
    const store = new MemoryStore()
    await appendRecords({ store, clock: new ManualClock(), drafts: [draft('built')], log: { info: () => undefined } })

    expect(await all(store, { trust: {}, advisory: true })).toHaveLength(1)
    await expect(all(store, { trust: {} })).rejects.toThrow(/^Ledger record 1 .* it is not signed/)
  })

  it('reads what is signed with a key that an advisory ledger does not pin', async () => {
    const { store } = await deliver()

    expect(await all(store, { trust: {}, advisory: true })).toHaveLength(9)
  })

  it.each<[string, (ledger: DeliveredLedger) => void | Promise<void>, RegExp]>([
    [
      'a record is missing',
      ({ store }) => store.tamper(recordPath(6), undefined),
      /^Ledger record 6 .* its file is missing/
    ],
    [
      'a record was changed',
      ({ store }) => store.tamper(recordPath(6), Buffer.from('{}')),
      /Ledger record 6 .* its file hashes to sha256:.* instead of sha256:/
    ],
    [
      'the last record was changed together with the head',
      ({ store }) => {
        const bytes = Buffer.from('{}')
        store.tamper(recordPath(9), bytes)
        store.tamper('HEAD.json', encodeHead({ sequence: 9, hash: sha256(bytes) }))
      },
      /^Ledger record 9 .* its member "version" is missing/
    ],
    [
      'a signature is missing',
      ({ store }) => store.tamper(signaturePath(4), undefined),
      /^Ledger record 4 .* its signature is missing/
    ],
    [
      'a signature is another record\u2019s',
      ({ store }) => store.tamper(signaturePath(4), store.files.get(signaturePath(5))),
      /^Ledger record 4 .* its signature was not made by key/
    ],
    [
      'a trusted key is missing',
      async ({ store, nonprod }) => store.tamper(keyPath((await nonprod.publicKey()).fingerprint), undefined),
      /^Ledger record 9 .* the public key .* is missing or damaged/
    ],
    [
      'a trusted key was replaced',
      async ({ store, nonprod }) =>
        store.tamper(
          keyPath((await nonprod.publicKey()).fingerprint),
          Buffer.from((await localSigner('nonprod').publicKey()).pem)
        ),
      /^Ledger record 9 .* the public key .* is missing or damaged/
    ]
  ])('stops when %s', async (_, tamper, message) => {
    const ledger = await deliver()
    await tamper(ledger)

    const reading = all(ledger.store, { trust: ledger.trust, accountOf })

    await expect(reading).rejects.toThrow(UserError)
    await expect(reading).rejects.toThrow(message)
  })

  it('does not let an account speak for the environment of another', async () => {
    const { store, trust, nonprod } = await deliver()
    const forged = ofRun('9', draft('accepted', { environment: 'production', release: RELEASE }))
    await appendRecords({
      store,
      signer: nonprod,
      clock: new ManualClock(AFTERWARDS),
      drafts: [forged],
      log: { info: () => undefined }
    })
    const owner = (environment: string | undefined): string =>
      environment === 'production' ? 'prod' : accountOf(environment)

    await expect(all(store, { trust, accountOf: owner })).rejects.toThrow(
      /^Ledger record 10 .* signed for account nonprod, but environment production belongs to account prod/
    )
  })

  it('does not let an environment\u2019s account speak for builds', async () => {
    const { store, trust, nonprod } = await deliver()
    await appendRecords({
      store,
      signer: nonprod,
      clock: new ManualClock(AFTERWARDS),
      drafts: [ofRun('9', draft('built'))],
      log: { info: () => undefined }
    })

    await expect(all(store, { trust, accountOf })).rejects.toThrow(
      /what belongs to no environment belongs to account ops/
    )
  })

  it.each([
    ['pins no key of the account', async () => ({}), /account nonprod, but delivery\.yml pins no key for it/],
    [
      'pins another key',
      async () => trustIn(localSigner('nonprod')),
      /but delivery\.yml pins sha256:.* for account nonprod/
    ]
  ])('stops when delivery.yml %s', async (_, trusted, message) => {
    const { store } = await deliver()

    await expect(all(store, { trust: await trusted() })).rejects.toThrow(message)
  })
})
