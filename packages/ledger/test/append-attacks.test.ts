import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { type Signer, verifyLedger } from '../src/index.ts'
import { identityOf } from '../src/index-key.ts'
import { newestPath, recordPath, STATE_PATH, sectionStatePath, signaturePath } from '../src/paths.ts'
import { EMPTY_SECTION, encodeState } from '../src/state.ts'
import { BUILT, LATER, leafOf, opened, options, RELEASED, wrap } from './append-scene.ts'
import { append, localSigner, OWNER, ofRun, trustIn } from './drafts.ts'
import type { MemoryStore } from './memory-store.ts'

describe('appendRecords', () => {
  describe('when somebody planted', () => {
    const signer = localSigner('builds')

    it.each<[string, (store: MemoryStore) => Promise<void> | void, RegExp]>([
      [
        'an answer into the index',
        store => store.tamper(leafOf(RELEASED), Buffer.from(`{"${identityOf(RELEASED)}":7}`)),
        /^The index of product cannot be trusted: its index file [0-9a-f]{3} hashes to sha256:/
      ],
      [
        'a gap into the index',
        store => store.tamper(leafOf(RELEASED), undefined),
        /^The index of product cannot be trusted: its index file [0-9a-f]{3} is missing/
      ],
      [
        'another state of the ledger',
        store => store.tamper(STATE_PATH, Buffer.from('{"sections":{}}')),
        /^state\.json cannot be trusted: it is not the state that record 1 commits to/
      ],
      [
        'another state of the section',
        store => store.tamper(sectionStatePath('product'), Buffer.from(encodeState(EMPTY_SECTION).text)),
        /^sections\/product\/state\.json cannot be trusted: it is not the state that record 1 commits to/
      ],
      [
        'another record for the newest',
        async store => {
          await append(options({ store, drafts: [BUILT], signer }))
          store.tamper(newestPath('product'), store.files.get(recordPath(1)))
        },
        /^sections\/product\/newest\.json cannot be trusted: it is not record 2/
      ],
      [
        'a damaged record',
        async store => {
          await append(options({ store, drafts: [BUILT, LATER], signer }))
          store.tamper(recordPath(2), Buffer.from('{'))
        },
        /^Ledger record 2 cannot be trusted: the file is not JSON/
      ],
      [
        'a record that is not signed',
        async store => void (await append(options({ store, drafts: [BUILT] }))),
        /^Ledger record 2 cannot be trusted: it is not signed/
      ],
      [
        'a record signed by somebody else',
        async store => void (await append(options({ store, drafts: [BUILT], signer: localSigner('builds') }))),
        /^Ledger record 2 cannot be trusted: it is signed with key sha256:/
      ],
      [
        'another signature',
        async store => {
          await append(options({ store, drafts: [BUILT, LATER], signer }))
          store.tamper(signaturePath(2), store.files.get(signaturePath(1)))
        },
        /^Ledger record 2 cannot be trusted: its signature was not made by key/
      ]
    ])('%s, builds nothing on it', async (_, plant, message) => {
      const store = await opened()
      await append(options({ store, drafts: [RELEASED], signer }))
      await plant(store)
      const { files } = store

      const appending = append({
        ...options({ store, drafts: [BUILT, RELEASED], signer }),
        rules: { trust: await trustIn(signer) }
      })

      await expect(appending).rejects.toThrow(UserError)
      await expect(appending).rejects.toThrow(message)
      expect(store.files).toBe(files)
    })

    it('a head that cannot be, refuses to build on it', async () => {
      const store = await opened()
      store.tamper('HEAD.json', Buffer.from('{"sequence":-1}'))

      await expect(append(options({ store, drafts: [BUILT] }))).rejects.toThrow(
        /HEAD\.json of .* cannot be trusted: it is malformed/
      )
    })
  })

  it.each([
    ['product', { repository: '123456', product: 'billing' }, 'it is about product storefront, not about billing'],
    ['repository', { repository: '7', product: 'storefront' }, 'it was written by a run of repository 123456, not of 7']
  ])('writes nothing to the ledger of another %s', async (_, owner, problem) => {
    const store = await opened()
    await append(options({ store, drafts: [RELEASED] }))
    const { files } = store
    const rules = { trust: [], advisory: true, products: [owner.product], repository: owner.repository }

    const appending = append({ ...options({ store, drafts: [{ ...BUILT, product: owner.product }] }), owner, rules })

    await expect(appending).rejects.toThrow(UserError)
    await expect(appending).rejects.toThrow(`This ledger is not the one of this delivery: ${problem}.`)
    expect(store.files).toBe(files)
  })

  it('carries on the ledger of a product that was renamed', async () => {
    const store = await opened()
    await append(options({ store, drafts: [RELEASED] }))
    const owner = { ...OWNER, product: 'shop' }
    const rules = { trust: [], advisory: true, products: ['shop', 'storefront'] }

    await append({ ...options({ store, drafts: [{ ...BUILT, product: 'shop' }] }), owner, rules })

    expect(Buffer.from(store.files.get('HEAD.json') ?? '').toString()).toContain('"product":"shop"')
    expect((await verifyLedger({ files: store.files, ...rules })).problems).toEqual([])
  })

  it('refuses a branch that was put back between two reads', async () => {
    const store = await opened()
    await append(options({ store, drafts: [RELEASED] }))
    const before = store.files
    await append(options({ store, drafts: [ofRun('2', RELEASED)] }))
    let tries = 0
    const rewound = wrap(store, {
      commit: async () => {
        tries++
        for (const path of store.files.keys()) store.tamper(path, before.get(path))
        return 'conflict'
      }
    })

    await expect(append(options({ store: rewound, drafts: [BUILT] }))).rejects.toThrow(
      /^The ledger went back from record 2 to record 1 while this job was writing/
    )
    expect(tries).toBe(1)
  })

  it('waits for a server that still shows the branch as it was a moment ago', async () => {
    const store = await opened()
    await append(options({ store, drafts: [RELEASED] }))
    const late = await store.head([])
    await append(options({ store, drafts: [ofRun('2', RELEASED)] }))
    let [tries, looks] = [0, 0]
    const lagging = wrap(store, {
      commit: async (...args) => (tries++ === 0 ? 'conflict' : store.commit(...args)),
      head: async alongside => (tries === 1 && looks++ < 2 ? late : store.head(alongside))
    })

    await append(options({ store: lagging, drafts: [BUILT] }))

    expect(looks).toBe(3)
    expect(JSON.parse(Buffer.from(store.files.get('HEAD.json') ?? '').toString())).toMatchObject({ sequence: 3 })
  })

  it('never writes a signature that does not fit its key', async () => {
    const store = await opened()
    const replaced: Signer = { ...localSigner('builds'), sign: localSigner('builds').sign }

    await expect(append(options({ store, drafts: [BUILT], signer: replaced }))).rejects.toThrow(
      /does not match its public key/
    )
    expect(store.files.get('HEAD.json')).toEqual(encodeHead({ ...OWNER, sequence: 0 }))
  })
})
