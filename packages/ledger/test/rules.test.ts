import { describe, expect, it } from '@jest/globals'
import { ManualClock, type RecordDraft, UserError } from '@sluice/core'
import { encodeIndex } from '../src/chain.ts'
import { encodeHead } from '../src/head.ts'
import {
  appendRecords,
  type LedgerStore,
  readBackwards,
  type Signer,
  type TrustRules,
  verifyLedger
} from '../src/index.ts'
import { HEAD_PATH, indexPath, keyPath, recordPath, signaturePath } from '../src/paths.ts'
import { encodeRecord, identityOf } from '../src/record.ts'
import { encodeSignature } from '../src/signature.ts'
import { accountOf, deliver } from './delivered.ts'
import { draft, ofRun, RELEASE } from './drafts.ts'
import type { MemoryStore } from './memory-store.ts'

const MINUTE = 60_000

/** When the ledger that `deliver` makes got its last record. */
const LAST = Date.parse('2026-01-01T00:06:00Z')

/** Puts a signed record on the ledger as somebody with a key and write access could, without the checks of an honest writer. */
async function smuggle(store: LedgerStore, signer: Signer, record: RecordDraft, now = LAST): Promise<void> {
  const head = await store.head()
  if (head === undefined) throw new Error('There is no ledger.')
  const sequence = head.sequence + 1
  const { pem, fingerprint } = await signer.publicKey()
  const { bytes, hash } = encodeRecord({
    ...record,
    version: 1,
    sequence,
    ...(head.hash === undefined ? {} : { previous: head.hash }),
    time: new Date(now).toISOString(),
    key: { account: signer.account, fingerprint }
  })
  await store.commit(head.oid, 'By hand', [
    { path: recordPath(sequence), content: bytes },
    { path: signaturePath(sequence), content: encodeSignature(await signer.sign(bytes)) },
    { path: indexPath(identityOf(record)), content: encodeIndex(sequence) },
    { path: keyPath(fingerprint), content: Buffer.from(pem, 'utf8') },
    { path: HEAD_PATH, content: encodeHead({ sequence, hash }) }
  ])
}

/** What the two readers say of the newest record: whoever walks back, and whoever verifies everything. */
async function judge(store: MemoryStore, rules: TrustRules): Promise<readonly (string | undefined)[]> {
  const { problems } = await verifyLedger({ ...rules, files: store.files })
  // What is wrong with a record, not with the files that belong to it.
  const ofRecords = problems.filter(({ sequence }) => sequence !== undefined)
  return [await walk(store, rules), ofRecords.map(({ sequence, problem }) => `${sequence}: ${problem}`).join('\n')]
}

async function walk(store: LedgerStore, rules: TrustRules): Promise<string> {
  try {
    for await (const _ of readBackwards(store, rules)) {
      // Only whether it can be read counts.
    }
    return ''
  } catch (error: unknown) {
    if (!(error instanceof UserError)) throw error
    return error.message
  }
}

describe('no reader of the ledger lets', () => {
  it.each(['built', 'tested', 'released'] as const)(
    'an environment\u2019s key speak of what was %s, by naming its environment',
    async event => {
      const { store, trust, nonprod } = await deliver()
      await smuggle(store, nonprod, ofRun('9', draft(event, { environment: 'integration', release: RELEASE })))

      const problem = `${event} belongs to no environment, but it names integration`
      expect(await judge(store, { trust, accountOf })).toEqual([
        expect.stringContaining(`Ledger record 10 cannot be trusted: ${problem}.`),
        `10: ${problem}`
      ])
    }
  )

  it('an environment\u2019s key speak of a release', async () => {
    const { store, trust, nonprod } = await deliver()
    await smuggle(store, nonprod, ofRun('9', draft('released', { release: RELEASE })))

    const problem = 'it is signed for account nonprod, but what belongs to no environment belongs to account ops'
    expect(await judge(store, { trust, accountOf })).toEqual([expect.stringContaining(problem), `10: ${problem}`])
  })

  it('an event count that names no environment', async () => {
    const { store, trust, ops } = await deliver()
    await smuggle(store, ops, ofRun('9', draft('accepted', { release: RELEASE })))

    expect(await judge(store, { trust, accountOf })).toEqual([
      expect.stringContaining('Ledger record 10 cannot be trusted: accepted names no environment.'),
      '10: accepted names no environment'
    ])
  })

  it('a record of another product count, though its key is trusted', async () => {
    const { store, trust, ops } = await deliver()
    await smuggle(store, ops, { ...draft('built'), product: 'warehouse' })

    const problem = 'it is about product warehouse, not about storefront'
    expect(await judge(store, { trust, accountOf, product: 'storefront' })).toEqual([
      expect.stringContaining(`Ledger record 10 cannot be trusted: ${problem}.`),
      `10: ${problem}`
    ])
    expect(await judge(store, { trust, accountOf })).toEqual(['', ''])
  })

  it('a record of another repository count, though its key is trusted', async () => {
    const { store, trust, ops } = await deliver()
    const foreign = ofRun('9', draft('built'))
    await smuggle(store, ops, { ...foreign, run: { ...foreign.run, repository: '666' } })

    const problem = 'it was written by a run of repository 666, not of 123456'
    expect(await judge(store, { trust, accountOf, repository: '123456' })).toEqual([
      expect.stringContaining(`Ledger record 10 cannot be trusted: ${problem}.`),
      `10: ${problem}`
    ])
    expect(await judge(store, { trust, accountOf })).toEqual(['', ''])
  })

  it('a foreign record count on an advisory ledger', async () => {
    const { store } = await deliver()

    const problem = 'it is about product storefront, not about warehouse'
    const [walked, verified] = await judge(store, { trust: {}, advisory: true, product: 'warehouse' })
    expect(walked).toContain(`Ledger record 9 cannot be trusted: ${problem}.`)
    expect(verified?.split('\n')).toEqual(Array.from({ length: 9 }, (_, n) => `${n + 1}: ${problem}`))
  })
})

describe('time on the ledger', () => {
  const late = ofRun('9', draft('failed', { environment: 'staging', release: RELEASE }))

  it('may be five minutes against the order of records', async () => {
    const { store, trust, nonprod } = await deliver()
    await smuggle(store, nonprod, late, LAST - 5 * MINUTE)

    expect(await judge(store, { trust, accountOf })).toEqual(['', ''])
  })

  it('may not be more against it', async () => {
    const { store, trust, nonprod } = await deliver()
    await smuggle(store, nonprod, late, LAST - 5 * MINUTE - 1)

    const problem =
      'time runs backwards: record 9 is of 2026-01-01T00:06:00.000Z, record 10 of 2026-01-01T00:00:59.999Z'
    expect(await judge(store, { trust, accountOf })).toEqual([
      expect.stringContaining('Ledger record 9 cannot be trusted: time runs backwards: record 9 is of'),
      `10: ${problem}`
    ])
  })

  it('may not slip back little by little', async () => {
    const { store, trust, nonprod } = await deliver()
    await smuggle(store, nonprod, late, LAST - 4 * MINUTE)
    await smuggle(store, nonprod, ofRun('10', late), LAST - 8 * MINUTE)

    const [walked, verified] = await judge(store, { trust, accountOf })
    expect(walked).toContain('Ledger record 9 cannot be trusted: time runs backwards')
    expect(verified).toMatch(/^11: time runs backwards: record 9 is of .*, record 11 of 2025-12-31T23:58:00\.000Z$/)
  })

  it('is measured against the earliest of all newer records', async () => {
    const { store, trust, nonprod } = await deliver()
    await smuggle(store, nonprod, late, LAST - 10 * MINUTE)
    await smuggle(store, nonprod, ofRun('10', late), LAST)

    const [walked] = await judge(store, { trust, accountOf })
    expect(walked).toMatch(/time runs backwards: record 9 is of .*, record 10 of /)
  })

  it('is what an honest writer gives', async () => {
    const { store, trust, nonprod } = await deliver()
    const clock = new ManualClock(LAST + MINUTE)
    await appendRecords({ store, signer: nonprod, clock, drafts: [late], log: { info: () => undefined } })

    expect(await judge(store, { trust, accountOf })).toEqual(['', ''])
  })
})
