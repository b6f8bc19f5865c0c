import { beforeEach, describe, expect, it } from '@jest/globals'
import { sha256 } from '@sluice/core'
import { findInvalid, openSnapshot } from '../src/index.ts'
import { newestPath, recordPath, signaturePath } from '../src/paths.ts'
import { lie } from './forge.ts'
import { MemoryAnchors } from './memory-anchors.ts'
import { claimed, deliverAndRepair, type RepairedLedger, said } from './repaired.ts'

let ledger: RepairedLedger

/** The newest record, of staging, commits to a state that nobody knows; its own key signed that, and its own role anchored it. */
beforeEach(async () => {
  ledger = await deliverAndRepair()
  const { store, nonprod } = ledger
  await ledger.write(said('failed'))
  await lie(store, nonprod, { state: { section: sha256('x'), ledger: sha256('y') } })
  for (const place of ['ledger', 'environments/staging'] as const) {
    store.tamper(newestPath(place), store.files.get(recordPath(10)))
    store.tamper(`${newestPath(place)}.sig`, store.files.get(signaturePath(10)))
  }
})

describe('a record of a taken-over job that commits to a wrong state', () => {
  it('stops whoever appends', async () => {
    await expect(ledger.write(said('failed', { environment: 'integration' }))).rejects.toThrow('cannot be trusted')
  })

  it('is found as one that can be left out, by records alone', () => {
    expect(findInvalid(openSnapshot(ledger.store.files), { trust: ledger.trust })).toMatchObject([
      {
        section: 'environments/staging',
        skipped: [{ sequence: 10, why: 'it commits to another state than the records lead to' }],
        beside: []
      }
    ])
  })

  it('is left out by a repair, though its own role anchored it, and delivery goes on', async () => {
    const anchors = new MemoryAnchors()
    const hash = sha256(ledger.store.files.get(recordPath(10)) ?? '')
    await anchors.put('environments/staging', { sequence: 10, hash })

    await ledger.repair('staging', { anchors })
    await ledger.write(said('failed', { environment: 'integration' }))

    const { problems, skipped } = await ledger.verify()
    expect(problems).toEqual([])
    expect(skipped.map(({ sequence }) => sequence)).toEqual([10])
  })

  it('takes nobody else’s record with it', async () => {
    await ledger.repair('staging')
    await ledger.write(said('failed', { environment: 'staging' }))

    await ledger.smuggle(claimed(ledger.store, [12], 11), ledger.nonprod)

    expect(await ledger.problems()).toEqual([
      expect.stringContaining('it leaves out record 12, which nothing shows not to be valid')
    ])
  })
})
