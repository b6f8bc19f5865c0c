import { describe, expect, it } from '@jest/globals'
import { ManualClock, UserError } from '@sluice/core'
import { openView, type TrustRules, verifyLedger } from '../src/index.ts'
import { type DeliveredLedger, deliver } from './delivered.ts'
import { append, documented, draft, ofRun, RELEASE } from './drafts.ts'
import { smuggle } from './forge.ts'
import type { MemoryStore } from './memory-store.ts'

const MINUTE = 60_000

/** When the ledger that `deliver` makes got its last record. */
const LAST = Date.parse('2026-01-01T00:06:00Z')

/** What the two readers say of the newest record: whoever decides, and whoever verifies everything. */
async function judge(store: MemoryStore, rules: TrustRules): Promise<readonly (string | undefined)[]> {
  const { problems } = await verifyLedger({ ...rules, files: store.files })
  // What is wrong with a record, not with the files that belong to it.
  const ofRecords = problems.filter(({ sequence }) => sequence !== undefined)
  return [await look(store, rules), ofRecords.map(({ sequence, problem }) => `${sequence}: ${problem}`).join('\n')]
}

async function look(store: MemoryStore, rules: TrustRules): Promise<string> {
  try {
    await openView(store, rules, {
      sections: ['product', 'environments/integration', 'environments/staging'],
      keys: []
    })
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
      await smuggle(store, nonprod, ofRun('9', draft(event, { environment: 'integration', release: RELEASE })), LAST)

      const problem = `${event} belongs to no environment, but it names integration`
      expect(await judge(store, { trust })).toEqual([
        expect.stringContaining(`Ledger record 10 cannot be trusted: ${problem}.`),
        `10: ${problem}`
      ])
    }
  )

  it('an environment\u2019s key speak of a release', async () => {
    const { store, trust, nonprod } = await deliver()
    await smuggle(store, nonprod, ofRun('9', documented(draft('released', { release: RELEASE }))), LAST)

    const { fingerprint } = await nonprod.publicKey()
    const problem = `it is signed with key ${fingerprint}, which delivery.yml does not list for builds`
    expect(await judge(store, { trust })).toEqual([expect.stringContaining(problem), `10: ${problem}`])
  })

  it('a key count that delivery.yml does not list', async () => {
    const { store, trust, nonprod } = await deliver()
    const ops = trust.filter(({ signs }) => signs.includes('builds'))
    await smuggle(store, nonprod, ofRun('9', draft('failed', { environment: 'staging', release: RELEASE })), LAST)

    const { fingerprint } = await nonprod.publicKey()
    const problem = `it is signed with key ${fingerprint}, which delivery.yml does not list for staging/outcome`
    const [looked, verified] = await judge(store, { trust: ops })
    expect(looked).toContain(`Ledger record 10 cannot be trusted: ${problem}.`)
    expect(verified).toContain(`10: ${problem}`)
  })

  it('an event count that names no environment', async () => {
    const { store, trust, ops } = await deliver()
    await smuggle(store, ops, ofRun('9', draft('accepted', { release: RELEASE })), LAST)

    expect(await judge(store, { trust })).toEqual([
      expect.stringContaining('Ledger record 10 cannot be trusted: accepted names no environment.'),
      '10: accepted names no environment'
    ])
  })

  it('a record of another product count, though its key is trusted', async () => {
    const { store, trust, ops } = await deliver()
    await smuggle(store, ops, { ...draft('built'), product: 'warehouse' }, LAST)

    const problem = 'it is about product warehouse, not about storefront'
    expect(await judge(store, { trust, products: ['storefront'] })).toEqual([
      expect.stringContaining(`Ledger record 10 cannot be trusted: ${problem}.`),
      `10: ${problem}`
    ])
    expect(await judge(store, { trust })).toEqual(['', ''])
  })

  it('a record of another repository count, though its key is trusted', async () => {
    const { store, trust, ops } = await deliver()
    const foreign = ofRun('9', draft('built'))
    await smuggle(store, ops, { ...foreign, run: { ...foreign.run, repository: '666' } }, LAST)

    const problem = 'it was written by a run of repository 666, not of 123456'
    expect(await judge(store, { trust, repository: '123456' })).toEqual([
      expect.stringContaining(`Ledger record 10 cannot be trusted: ${problem}.`),
      `10: ${problem}`
    ])
    // Who does not know the repository still sees that not all of the ledger is of one.
    expect(await judge(store, { trust })).toEqual(['', `10: ${problem}`])
  })

  it('a foreign record count on an advisory ledger', async () => {
    const { store } = await deliver()

    const problem = 'it is about product storefront, not about warehouse'
    const [looked, verified] = await judge(store, { trust: [], advisory: true, products: ['warehouse'] })
    expect(looked).toContain(`This ledger is not the one of this delivery: ${problem}.`)
    expect(verified?.split('\n')).toEqual(Array.from({ length: 9 }, (_, n) => `${n + 1}: ${problem}`))
  })
})

describe('time on the ledger', () => {
  const late = ofRun('9', draft('failed', { environment: 'staging', release: RELEASE }))

  async function problemsOf({ store, trust }: Pick<DeliveredLedger, 'store' | 'trust'>): Promise<readonly string[]> {
    const { problems } = await verifyLedger({ files: store.files, trust })
    return problems.map(({ sequence, problem }) => `${sequence}: ${problem}`)
  }

  it('may be five minutes against the order of records', async () => {
    const ledger = await deliver()
    await smuggle(ledger.store, ledger.nonprod, late, LAST - 5 * MINUTE)

    expect(await problemsOf(ledger)).toEqual([])
  })

  it('may not be more against it, and stops nobody who decides', async () => {
    const ledger = await deliver()
    await smuggle(ledger.store, ledger.nonprod, late, LAST - 5 * MINUTE - 1)

    expect(await problemsOf(ledger)).toEqual([
      '10: time runs backwards: record 9 is of 2026-01-01T00:06:00.000Z, record 10 of 2026-01-01T00:00:59.999Z'
    ])
    expect(await look(ledger.store, { trust: ledger.trust })).toBe('')
  })

  it('is blamed on the record from the future, not on the honest ones after it', async () => {
    const ledger = await deliver()
    const [ahead, honest] = [LAST + 600 * MINUTE, LAST + 2 * MINUTE]
    await smuggle(ledger.store, ledger.nonprod, late, ahead)
    await smuggle(ledger.store, ledger.nonprod, ofRun('10', late), honest)
    const committed = new Map([
      [10, LAST + MINUTE],
      [11, honest]
    ])

    const { problems } = await verifyLedger({ files: ledger.store.files, trust: ledger.trust, committed })

    expect(problems.map(({ sequence, problem }) => `${sequence}: ${problem}`)).toEqual([
      '10: it says 2026-01-01T10:06:00.000Z, but it was committed at 2026-01-01T00:07:00.000Z'
    ])
  })

  it.each([
    ['five minutes ahead of its commit', -5, 0],
    ['ten minutes behind it', 10, 0],
    ['more ahead', -6, 1],
    ['more behind', 11, 1]
  ])('may be %s: %d min, %d problems', async (_, age, count) => {
    const ledger = await deliver()
    await smuggle(ledger.store, ledger.nonprod, late, LAST)
    const committed = new Map([[10, LAST + age * MINUTE]])

    const { problems } = await verifyLedger({ files: ledger.store.files, trust: ledger.trust, committed })

    expect(problems).toHaveLength(count)
  })

  it('may not slip back little by little', async () => {
    const ledger = await deliver()
    await smuggle(ledger.store, ledger.nonprod, late, LAST - 4 * MINUTE)
    await smuggle(ledger.store, ledger.nonprod, ofRun('10', late), LAST - 8 * MINUTE)

    expect(await problemsOf(ledger)).toEqual([
      expect.stringMatching(/^11: time runs backwards: record 9 is of .*, record 11 of 2025-12-31T23:58:00\.000Z$/)
    ])
  })

  it('is what an honest writer gives', async () => {
    const ledger = await deliver()
    const clock = new ManualClock(LAST + MINUTE)
    await append({ store: ledger.store, signer: ledger.nonprod, clock, drafts: [late], log: { info: () => undefined } })

    expect(await problemsOf(ledger)).toEqual([])
  })
})
