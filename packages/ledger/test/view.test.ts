import { describe, expect, it } from '@jest/globals'
import { canonicalJson, Failure, ManualClock, type RecordDraft, sha256, UserError } from '@sluice/core'
import { indexKey, openView, type Question, type Section } from '../src/index.ts'
import { newestPath, recordPath, STATE_PATH, sectionStatePath, signaturePath } from '../src/paths.ts'
import { AFTERWARDS, type DeliveredLedger, deliver } from './delivered.ts'
import { append, draft, ofRun, RELEASE } from './drafts.ts'
import { lie } from './forge.ts'
import { MemoryStore } from './memory-store.ts'

const SECTIONS: readonly Section[] = ['product', 'environments/integration', 'environments/staging']
const RELEASED: Question = ['released', RELEASE.digest]

async function look({ store, trust }: DeliveredLedger, ...questions: readonly Question[]) {
  const keys = questions.map(question => ({ section: 'product' as const, key: indexKey(question) }))
  const view = await openView(store, { trust }, { sections: SECTIONS, keys })
  if (view === undefined) throw new Error('There is no ledger.')
  return view
}

const release = (n: number) => ({ digest: sha256(`release ${n}`), commit: '2'.repeat(40) })

describe('a look at the ledger', () => {
  it('finds nothing where there is no ledger, and nothing on an empty one', async () => {
    const store = new MemoryStore()
    const scope = { sections: SECTIONS, keys: [] }

    expect(await openView(store, { trust: [] }, scope)).toBeUndefined()
  })

  it('answers with the record itself', async () => {
    const view = await look(await deliver())

    expect(await view.find('product', RELEASED)).toMatchObject({ sequence: 2, event: 'released' })
    expect(await view.find('product', ['released', sha256('another')])).toBeUndefined()
    expect(view.section('environments/staging').deployed?.sequence).toBe(8)
  })

  it.each([10, 1000])('costs two calls on a ledger of %d records, when it says what it will ask', async length => {
    const store = new MemoryStore()
    const rules = { trust: [], advisory: true }
    const drafts = Array.from(
      { length },
      (_, n): RecordDraft => ofRun(String(n), draft('released', { release: release(n) }))
    )
    for (let at = 0; at < length; at += 100)
      await append({
        store,
        clock: new ManualClock(),
        drafts: drafts.slice(at, at + 100),
        log: { info: () => undefined }
      })
    store.calls.length = 0
    const asked = ['product' as const].map(section => ({
      section,
      key: indexKey(['released', release(3).digest])
    }))

    const view = await openView(store, rules, { sections: ['product'], keys: asked })

    expect((await view?.find('product', ['released', release(3).digest]))?.run.id).toBe('3')
    expect(store.calls).toEqual(['head', 'read'])
  })

  it('reads what several questions need in two calls, and each file once', async () => {
    const ledger = await deliver()
    const view = await look(ledger)
    const unit = ['api', sha256('source'), sha256('image')] as const
    ledger.store.calls.length = 0

    await view.prepare(
      [RELEASED, ['built', ...unit]].map(question => ({ section: 'product', key: indexKey(question as Question) }))
    )

    expect(await view.find('product', ['built', ...unit])).toMatchObject({ sequence: 1 })
    expect(await view.find('product', RELEASED)).toMatchObject({ sequence: 2 })
    expect(ledger.store.calls).toEqual(['read', 'read'])
  })

  it.each<[string, (ledger: DeliveredLedger) => void, RegExp]>([
    [
      'an older record as the newest',
      ({ store }) => store.tamper(newestPath('ledger'), store.files.get(recordPath(8))),
      /^newest\.json cannot be trusted: it is not record 9/
    ],
    [
      'an older record as the newest of a section',
      ({ store }) => store.tamper(newestPath('environments/integration'), store.files.get(recordPath(4))),
      /^sections\/environments\/integration\/newest\.json cannot be trusted: it is not record 5/
    ],
    [
      'no state',
      ({ store }) => store.tamper(STATE_PATH, undefined),
      /^state\.json cannot be trusted: it is not the state that record 9 commits to/
    ],
    [
      'nonsense for a state',
      ({ store }) => store.tamper(sectionStatePath('environments/staging'), Buffer.from('{')),
      /^sections\/environments\/staging\/state\.json cannot be trusted: it is not the state that record 9 commits to/
    ]
  ])('is not fooled by %s', async (_, tamper, message) => {
    const ledger = await deliver()
    tamper(ledger)

    await expect(look(ledger)).rejects.toThrow(UserError)
    await expect(look(ledger)).rejects.toThrow(message)
  })

  it.each([
    ['a section that has the name of what every object has', '{"sections":{"constructor":null}}'],
    ['a section of another name', '{"sections":{"__proto__":{"sequence":9,"state":"x"}}}'],
    ['an environment that delivery.yml could not name', '{"sections":{"environments/../product":{}}}'],
    ['no state at all', '[]']
  ])('refuses in words what somebody with a key signed for a state: %s', async (_, text) => {
    const ledger = await deliver()
    await lie(ledger.store, ledger.nonprod, { state: { section: sha256('x'), ledger: sha256(text) } })
    ledger.store.tamper(newestPath('ledger'), ledger.store.files.get(recordPath(9)))
    ledger.store.tamper(`${newestPath('ledger')}.sig`, ledger.store.files.get(signaturePath(9)))
    ledger.store.tamper(STATE_PATH, Buffer.from(text))

    await expect(look(ledger)).rejects.toThrow(UserError)
    await expect(look(ledger)).rejects.toThrow(
      /^state\.json cannot be trusted: record 9 commits to what is no state of a ledger/
    )
  })

  it('refuses in words what somebody with a key signed for the state of a section', async () => {
    const ledger = await deliver()
    const state = sha256('[]')
    const standing = { sequence: 9, state }
    const text = canonicalJson({ sections: { 'environments/staging': standing } })
    await lie(ledger.store, ledger.nonprod, { state: { section: state, ledger: sha256(text) } })
    for (const place of ['ledger', 'environments/staging'] as const) {
      ledger.store.tamper(newestPath(place), ledger.store.files.get(recordPath(9)))
      ledger.store.tamper(`${newestPath(place)}.sig`, ledger.store.files.get(signaturePath(9)))
    }
    ledger.store.tamper(STATE_PATH, Buffer.from(text))
    ledger.store.tamper(sectionStatePath('environments/staging'), Buffer.from('[]'))

    await expect(look(ledger)).rejects.toThrow(
      /^sections\/environments\/staging\/state\.json cannot be trusted: record 9 commits to what is no state of a section/
    )
  })

  it('is not fooled by a record that was taken away or replaced after it was indexed', async () => {
    const gone = await deliver()
    gone.store.tamper(recordPath(2), undefined)
    // Another section's newest is a copy, so only what lies further back is fetched.
    await append({
      store: gone.store,
      signer: gone.ops,
      clock: new ManualClock(Date.parse('2026-01-01T01:00:00Z')),
      drafts: [ofRun('9', draft('released', { release: release(9) }))],
      log: { info: () => undefined }
    })

    await expect((await look(gone)).find('product', RELEASED)).rejects.toThrow(
      /^Ledger record 2 cannot be trusted: its file is missing/
    )
  })

  it('is not fooled by a record of the same number that was signed on a ledger of before it was rewound', async () => {
    // Both are genuine records 10 by the same key that announce the release: a pusher puts back the one that is history no more.
    const released = (n: number, commit: string) => [
      ofRun(String(n), draft('released', { release: { digest: release(n).digest, commit } }))
    ]
    const ledger = await deliver()
    const { store, ops } = ledger
    const before = new Map(store.files)
    const more = { store, signer: ops, clock: new ManualClock(AFTERWARDS), log: { info: () => undefined } }
    await append({ ...more, drafts: released(8, '3'.repeat(40)) })
    const rewound = new Map(store.files)
    for (const path of store.files.keys()) store.tamper(path, before.get(path))
    await append({ ...more, drafts: released(8, '2'.repeat(40)) })
    await append({ ...more, drafts: released(7, '2'.repeat(40)) })
    const look8 = async () => (await look(ledger)).find('product', ['released', release(8).digest])
    expect((await look8())?.release?.commit).toBe('2'.repeat(40))
    for (const path of [recordPath(10), signaturePath(10)]) store.tamper(path, rewound.get(path))

    await expect(look8()).rejects.toThrow(
      /^Ledger record 10 cannot be trusted: it is another record than the one that product speaks of/
    )
    await expect((await look(ledger)).recordNamed(10, 'product')).rejects.toThrow(
      /^Ledger record 10 cannot be trusted: it is another record/
    )
  })

  it('takes a record that another names by its number for what the index knows under what it states', async () => {
    const view = await look(await deliver())

    expect(await view.recordNamed(2, 'product')).toMatchObject({ event: 'released' })
    await expect(view.recordNamed(3, 'product')).rejects.toThrow(
      /^Ledger record 3 cannot be trusted: the index of product does not lead to it/
    )
  })

  it('takes a record for no answer of another section, and says what it did not look at', async () => {
    const view = await look(await deliver())

    await expect(view.record({ sequence: 2, body: sha256('body') }, 'environments/staging')).rejects.toThrow(
      /^Ledger record 2 cannot be trusted: it belongs to product, not to environments\/staging/
    )
    expect(() => view.section('environments/production')).toThrow(Failure)
  })
})
