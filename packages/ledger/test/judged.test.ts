import { describe, expect, it } from '@jest/globals'
import { UserError } from '@sluice/core'
import type { Grounds } from '../src/index.ts'
import { BUILT, LATER, opened, options, RELEASED, wrap } from './append-scene.ts'
import { append, draft, ofRun, RELEASE } from './drafts.ts'
import type { MemoryStore } from './memory-store.ts'

const OWN = ofRun('9', draft('failed', { environment: 'staging', release: RELEASE }))
const failedIn = (environment: string, run: string) => ofRun(run, draft('failed', { environment, release: RELEASE }))

/** A ledger to which others write the first of these before the first try, the second before the second, and so on. */
function raced(store: MemoryStore, others: readonly Parameters<typeof append>[0]['drafts'][]) {
  let tries = 0
  return wrap(store, {
    commit: async (...call) => {
      const drafts = others[tries++]
      if (drafts !== undefined) await append(options({ store, drafts }))
      return store.commit(...call)
    }
  })
}

/** Grounds in staging that were seen when the ledger had one record, and how often they were asked for. */
function groundsIn(refused?: string): Grounds & { asked: number } {
  const grounds = {
    asked: 0,
    at: 1,
    sections: ['environments/staging'] as Grounds['sections'],
    again: async () => {
      grounds.asked++
      if (refused !== undefined) throw new UserError(refused)
    }
  }
  return grounds
}

async function ledgerOfOne(): Promise<MemoryStore> {
  const store = await opened()
  await append(options({ store, drafts: [BUILT] }))
  return store
}

describe('appendRecords, of what rests on other records', () => {
  it('decides nothing again where nobody wrote', async () => {
    const grounds = groundsIn('not any more')

    await append({ ...options({ store: await ledgerOfOne(), drafts: [OWN] }), grounds })

    expect(grounds.asked).toBe(0)
  })

  it('decides nothing again for records of other sections', async () => {
    const grounds = groundsIn('not any more')
    const store = raced(await ledgerOfOne(), [[LATER], [failedIn('fair', '3')]])

    const [added] = await append({ ...options({ store, drafts: [OWN] }), grounds })

    expect([added?.record.sequence, grounds.asked]).toEqual([4, 0])
  })

  it('decides again once for each time that a section of the grounds has grown', async () => {
    const grounds = groundsIn()
    const store = raced(await ledgerOfOne(), [[failedIn('staging', '3')], [LATER], [failedIn('staging', '4')]])

    const [added] = await append({ ...options({ store, drafts: [OWN] }), grounds })

    expect([added?.record.sequence, grounds.asked]).toEqual([5, 2])
  })

  it('writes nothing where it would be decided otherwise now', async () => {
    const ledger = await ledgerOfOne()
    const store = raced(ledger, [[failedIn('staging', '3')]])

    await expect(
      append({ ...options({ store, drafts: [OWN] }), grounds: groundsIn('Not any more. Start a new run.') })
    ).rejects.toThrow('Not any more. Start a new run.')
    expect((await append(options({ store: ledger, drafts: [RELEASED] })))[0]?.record.sequence).toBe(3)
  })

  it('asks for nothing where its records landed before', async () => {
    const store = await ledgerOfOne()
    await append(options({ store, drafts: [OWN] }))
    const grounds = groundsIn('not any more')

    const [found] = await append({ ...options({ store, drafts: [OWN] }), grounds })

    expect([found?.record.sequence, grounds.asked]).toEqual([2, 0])
  })
})
