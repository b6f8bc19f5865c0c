import { describe, expect, it } from '@jest/globals'
import { type LedgerRecord, ManualClock, sha256 } from '@sluice/core'
import { Anchoring } from '../src/anchoring.ts'
import type { Section } from '../src/index.ts'
import type { LeftOut } from '../src/omissions.ts'
import type { Snapshot } from '../src/snapshot.ts'
import { MemoryAnchors } from './memory-anchors.ts'

const STAGING: Section = 'environments/staging'

/** A ledger whose record 3 is of staging, of which record 5 is anchored. */
async function anchoring(): Promise<{ readonly one: Anchoring; readonly ledger: Snapshot }> {
  const anchors = new MemoryAnchors()
  await anchors.put(STAGING, { sequence: 5, hash: sha256('5') })
  const log = { info: () => undefined }
  const one = await Anchoring.begin({ anchors, sections: [STAGING], own: [STAGING], clock: new ManualClock(), log })
  // All that is asked of a ledger here is which section a record is of.
  const record = { event: 'withdrawn', environment: 'staging', sequence: 3 } as LedgerRecord
  return { one, ledger: { records: [{}, {}, { record }] } as unknown as Snapshot }
}

describe('a repair that left out what lies beside a record', () => {
  const leftOut: LeftOut = { sequence: 3, by: 7, problem: 'its signature is missing', told: 'beside it' }

  it('is none to go on from, where the record or a later one had been anchored', async () => {
    const { one, ledger } = await anchoring()

    expect(() => one.refuseRepairs(ledger, [leftOut])).toThrow(
      /^Record 7 leaves out record 3 for its signature or token, but Sluice anchored record 5 of environments\/staging, so both were right/
    )
  })

  it.each<[string, Partial<LeftOut>]>([
    ['what the record itself says', { told: 'by the record' }],
    ['a record that is newer than the anchor', { sequence: 6, by: 7 }],
    ['a record before the anchor was there', { by: 4 }]
  ])('may go on from one for %s', async (_, changes) => {
    const { one, ledger } = await anchoring()

    expect(() => one.refuseRepairs(ledger, [{ ...leftOut, ...changes }])).not.toThrow()
  })
})
