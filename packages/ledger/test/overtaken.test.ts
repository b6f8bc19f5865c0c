import { beforeEach, describe, expect, it } from '@jest/globals'
import { ManualClock, type RecordDraft } from '@sluice/core'
import { AFTERWARDS, deliver } from './delivered.ts'
import { append, ofRun } from './drafts.ts'
import { recordsOn } from './forge.ts'
import type { MemoryStore } from './memory-store.ts'
import { said, withdrawn } from './repaired.ts'

let store: MemoryStore
let write: (on: Parameters<typeof append>[0]['store'], draft: RecordDraft) => Promise<unknown>

beforeEach(async () => {
  const delivered = await deliver()
  store = delivered.store
  const { trust, nonprod: signer } = delivered
  const clock = new ManualClock(AFTERWARDS)
  write = async (on, draft) =>
    append({ store: on, signer, clock, drafts: [draft], rules: { trust }, log: { info: () => undefined } })
})

/** The ledger, to whose first writer from now on somebody else is faster. */
function overtakenBy(draft: RecordDraft): MemoryStore {
  let overtaken = false
  const commit: MemoryStore['commit'] = async (...of) => {
    if (!overtaken) {
      overtaken = true
      await write(store, draft)
    }
    return store.commit(...of)
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'commit') return commit
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

const events = (): readonly string[] =>
  recordsOn(store)
    .slice(9)
    .map(({ event }) => event)

describe('an acceptance', () => {
  const started = (): RecordDraft => ofRun('600', said('started'))
  const accepted = (members: Partial<RecordDraft> = {}): RecordDraft => ofRun('600', said('accepted', members))

  it('does not land behind a withdrawal that it was decided before', async () => {
    await write(store, started())

    await expect(write(overtakenBy(withdrawn()), accepted())).rejects.toThrow(
      /was withdrawn in staging by record 11 while this job checked it, so it is not accepted/
    )
    expect(events()).toEqual(['started', 'withdrawn'])
  })

  it('does not either where nothing was deployed for it', async () => {
    const unchanged = accepted({ detail: { checks: 0, unchanged: true } } as Partial<RecordDraft>)

    await expect(write(overtakenBy(withdrawn()), unchanged)).rejects.toThrow('was withdrawn in staging by record 10')
    expect(events()).toEqual(['withdrawn'])
  })

  it('lands behind the withdrawal that its deployment came after', async () => {
    await write(store, withdrawn())
    await write(store, started())
    await write(overtakenBy(ofRun('601', said('planned'))), accepted())

    expect(events()).toEqual(['withdrawn', 'started', 'planned', 'accepted'])
  })
})
