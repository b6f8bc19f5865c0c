import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { type LedgerRecord, sha256 } from '@sluice/core'
import { openView, verifyLedger } from '../src/index.ts'
import { saysMore } from '../src/omissions.ts'
import { Past } from '../src/verify-past.ts'
import { localSigner, trustIn } from './drafts.ts'
import { forge, recordsOn } from './forge.ts'
import { deliverAndRepair, type RepairedLedger, said, withdrawn } from './repaired.ts'

let ledger: RepairedLedger

beforeEach(async () => {
  ledger = await deliverAndRepair()
})

const newest = () => recordsOn(ledger.store).at(-1)

afterEach(() => {
  jest.restoreAllMocks()
})

/** Looks at staging, as a decision does. */
async function look(): Promise<unknown> {
  return openView(ledger.store, { trust: ledger.trust }, { sections: ['environments/staging'], keys: [] })
}

describe('a repair of a part', () => {
  const forgedElsewhere = (): Promise<void> => ledger.smuggle({ ...withdrawn(), environment: 'integration' })

  it('lets nobody believe what is left: neither a delivery, nor who verifies', async () => {
    await ledger.smuggle(withdrawn())
    await forgedElsewhere()

    await ledger.repair('integration')

    expect(newest()).toMatchObject({ detail: { skipped: [{ sequence: 11 }], more: true } })
    await expect(look()).rejects.toThrow(/^The ledger is not repaired yet: record 12 says .* `sluice repair`/)
    await expect(ledger.write(said('failed', { environment: 'integration' }))).rejects.toThrow('not repaired yet')
    expect(await ledger.problems()).toContainEqual('records/0/12.json: it says that more has to be repaired')
    await ledger.repair('staging')
    expect(await ledger.problems()).toEqual([])
    await ledger.write(said('failed', { environment: 'integration' }))
  })

  it('is asked for where there is something to repair', async () => {
    await forgedElsewhere()

    await expect(ledger.repair('staging')).rejects.toThrow(
      /^There is nothing to repair in environments\/staging: .* Repair environments\/integration\./
    )
  })

  it('leaves the records of environments that there are not to that of builds and releases', async () => {
    await ledger.smuggle(withdrawn())
    await ledger.smuggle({ ...withdrawn(), environment: 'removed' })

    await ledger.repair('staging')
    expect(saysMore(newest())).toBe(true)
    await ledger.repair(undefined)

    expect(newest()).toMatchObject({ detail: { skipped: [{ sequence: 11 }], good: { sequence: 2 } } })
    await ledger.write(said('failed'))
    expect(await ledger.problems()).toEqual([])
  })

  it('leaves out what was planted in such an environment, also once honest records follow', async () => {
    await ledger.smuggle({ ...withdrawn(), environment: 'removed' })
    await expect(ledger.write(said('failed'))).rejects.toThrow(/^Ledger record 10 cannot be trusted: /)
    await ledger.smuggle(said('failed'), ledger.nonprod)
    await ledger.write(said('failed'))
    await expect(ledger.repair('staging')).rejects.toThrow(
      /^There is nothing to repair in environments\/staging: .* Repair product\./
    )

    await ledger.repair(undefined)

    expect((await ledger.verify()).skipped.map(({ sequence, by }) => [sequence, by])).toEqual([[10, 13]])
    expect([...ledger.store.files.keys()].filter(path => path.includes('removed'))).toEqual([])
    await ledger.write(said('failed'))
    expect(await ledger.problems()).toEqual([])
  })

  it('is followed by one that finds nothing left, where that was repaired otherwise', async () => {
    const late = localSigner('integration')
    await ledger.smuggle(withdrawn())
    await ledger.smuggle({ ...withdrawn(), environment: 'integration' }, late)
    await ledger.repair('staging')
    ledger.trust = [...ledger.trust, ...(await trustIn(late))]

    await ledger.repair(undefined)

    expect(newest()).toMatchObject({ event: 'repaired', detail: { skipped: [] } })
    expect(await ledger.problems()).toEqual([])
  })

  it('leaves out as many as one commit takes, and the next one goes on', async () => {
    for (const _ of [1, 2, 3]) await ledger.smuggle(withdrawn())
    const limits = { skipped: 1, bytes: 1e6 }

    await ledger.repair('staging', { limits })
    await ledger.repair('staging', { limits })
    expect(newest()).toMatchObject({ detail: { skipped: [{ sequence: 11 }], more: true } })
    await expect(look()).rejects.toThrow('not repaired yet')
    await ledger.repair('staging', { limits })

    const { problems, skipped } = await ledger.verify()
    expect(problems).toEqual([])
    expect(skipped.map(({ sequence, by }) => [sequence, by])).toEqual([
      [10, 13],
      [11, 14],
      [12, 15]
    ])
  })

  it('makes as many files anew as one commit takes, and the next one goes on', async () => {
    await ledger.smuggle(withdrawn())
    for (const path of ledger.store.files.keys()) if (path.includes('/index/')) ledger.store.tamper(path, undefined)
    const sizes: number[] = []
    const commit: typeof ledger.store.commit = async (...of) => {
      sizes.push(of[2].reduce((size, { content }) => size + (content?.length ?? 0), 0))
      return ledger.store.commit(...of)
    }
    const store = { commit, head: async (of?: readonly string[]) => ledger.store.head(of) }

    const isOpen = () => sizes.length === 0 || saysMore(newest())
    while (isOpen() && sizes.length < 20)
      await ledger.repair('staging', { store, limits: { skipped: 10, bytes: 20_000 } })

    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThan(20_000)
    expect(await ledger.problems()).toEqual([])
  })
})

it('a repair tells the past a few times, however many records it leaves out', async () => {
  const state = { section: sha256(''), ledger: sha256('') }
  const time = new Date(ledger.clock.now()).toISOString()
  const planted = Array.from({ length: 200 }, () => ({ ...said('deployed'), version: 2, sequence: 1, time, state }))
  const honest = recordsOn(ledger.store).map(({ key: _, ...record }) => record)
  await forge(ledger.store, [...honest, ...planted] as readonly LedgerRecord[])
  for (const path of ledger.store.files.keys())
    if (path.endsWith('.sig') && path.startsWith('records')) ledger.store.tamper(path, undefined)
  const rules = { trust: ledger.trust, advisory: true }
  const length = recordsOn(ledger.store).length
  const add = jest.spyOn(Past.prototype, 'add')

  await ledger.repair('staging', { rules })

  expect(add.mock.calls.length).toBeLessThan(20 * length)
  expect((await verifyLedger({ files: ledger.store.files, ...rules })).skipped).toHaveLength(200)
})
