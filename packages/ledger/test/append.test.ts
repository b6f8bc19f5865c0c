import { describe, expect, it } from '@jest/globals'
import {
  type Clock,
  evidencePath,
  Failure,
  fastRetry,
  ManualClock,
  type RecordDraft,
  sha256,
  systemClock,
  UserError
} from '@sluice/core'
import { encodeHead } from '../src/head.ts'
import { type AppendOptions, appendRecords, type LedgerStore, type Signer, verifyLedger } from '../src/index.ts'
import { indexPath, recordPath, signaturePath } from '../src/paths.ts'
import { identityOf } from '../src/record.ts'
import { accountOf } from './delivered.ts'
import { draft, localSigner, ofRun, RELEASE, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

const BUILT = draft('built', {
  unit: { name: 'api', kind: 'image', digest: sha256('image'), fingerprint: sha256('source') }
})
const RELEASED = draft('released', { release: RELEASE })

interface Setup {
  readonly store: LedgerStore
  readonly drafts: readonly RecordDraft[]
  readonly signer?: Signer
  readonly clock?: Clock
  readonly lines?: string[]
}

function options({ store, drafts, signer, clock = new ManualClock(), lines = [] }: Setup): AppendOptions {
  return {
    store,
    drafts,
    clock,
    log: { info: line => lines.push(line) },
    ...(signer === undefined ? {} : { signer })
  }
}

/** A store that does as another, except where told otherwise. */
function wrap(store: LedgerStore, changes: Partial<LedgerStore>): LedgerStore {
  return {
    head: async paths => store.head(paths),
    read: async (paths, at) => store.read(paths, at),
    commit: async (oid, message, files) => store.commit(oid, message, files),
    create: async () => store.create(),
    ...changes
  }
}

/** A detail that nests so many levels deep, itself the first. */
function nested(levels: number): Readonly<Record<string, unknown>> {
  let value: Readonly<Record<string, unknown>> = {}
  for (let level = 1; level < levels; level++) value = { in: value }
  return value
}

async function opened(): Promise<MemoryStore> {
  const store = new MemoryStore()
  await store.create()
  store.calls.length = 0
  return store
}

describe('appendRecords', () => {
  it('writes records of a job in one commit, each naming the one before', async () => {
    const store = await opened()
    const signer = localSigner('ops')

    const [first, second] = await appendRecords(options({ store, signer, drafts: [BUILT, RELEASED] }))

    const { fingerprint } = await signer.publicKey()
    expect(store.calls).toEqual(['head', 'commit'])
    expect(first?.record).toEqual({
      ...BUILT,
      version: 1,
      sequence: 1,
      time: '2026-01-01T00:00:00.000Z',
      key: { account: 'ops', fingerprint }
    })
    expect(second?.record).toMatchObject({ sequence: 2, previous: first?.hash, event: 'released' })
    expect(second?.hash).toBe(sha256(store.files.get(recordPath(2)) ?? ''))
    expect(await verifyLedger({ files: store.files, trust: await trustIn(signer), accountOf })).toMatchObject({
      signed: 2,
      problems: []
    })
  })

  it('takes two calls however long the ledger is', async () => {
    const store = await opened()
    for (let n = 0; n < 30; n++) await appendRecords(options({ store, drafts: [ofRun(String(n), RELEASED)] }))
    store.calls.length = 0

    await appendRecords(options({ store, drafts: [BUILT] }))

    expect(store.calls).toEqual(['head', 'commit'])
  })

  it('opens a ledger that does not exist yet', async () => {
    const store = new MemoryStore()

    const [added] = await appendRecords(options({ store, drafts: [BUILT] }))

    expect(added?.record).toMatchObject({ sequence: 1 })
    expect(added?.record.previous).toBeUndefined()
    expect(store.calls).toEqual(['head', 'create', 'head', 'commit'])
  })

  it('waits for GitHub to show a branch that was just made', async () => {
    const branch = new MemoryStore()
    const clock = new ManualClock()
    const shown = clock.now() + 29_000
    const store = wrap(branch, {
      head: async paths => (clock.now() < shown ? undefined : branch.head(paths))
    })
    const lines: string[] = []

    const [added] = await appendRecords(options({ store, drafts: [BUILT], clock, lines }))

    expect(added?.record.sequence).toBe(1)
    expect(branch.calls).toEqual(['create', 'head', 'commit'])
    expect(lines[0]).toBe('The ledger branch is new; waiting up to 30 s until GitHub shows it.')
    expect(lines.filter(line => line.startsWith('The ledger branch is new'))).toHaveLength(1)
  })

  it('makes the branch again when GitHub did not know its first commit yet', async () => {
    const branch = new MemoryStore()
    let refusals = 2
    const store = wrap(branch, { create: async () => (refusals-- > 0 ? false : branch.create()) })

    const [added] = await appendRecords(options({ store, drafts: [BUILT] }))

    expect(added?.record.sequence).toBe(1)
    expect(branch.calls).toEqual(['head', 'head', 'head', 'create', 'head', 'commit'])
  })

  it('gives up on a ledger that was opened and is not shown for half a minute', async () => {
    const clock = new ManualClock()
    const began = clock.now()
    const store = wrap(new MemoryStore(), { create: async () => true, head: async () => undefined })

    await expect(appendRecords(options({ store, drafts: [BUILT], clock }))).rejects.toThrow(
      'The ledger branch was created, but GitHub has not shown it for 30 s. Re-run the job.'
    )

    expect(clock.now() - began).toBe(30_000)
  })

  it('archives attachments beside the records that name them, once', async () => {
    const store = await opened()
    const plan = { content: Buffer.from('plan') }

    await appendRecords({
      ...options({ store, drafts: [draft('planned', { environment: 'staging', plan: sha256('plan') })] }),
      attachments: [plan, plan]
    })

    expect(store.files.get(evidencePath(sha256('plan')))).toEqual(Buffer.from('plan'))
  })

  it('refuses an attachment that no record names', async () => {
    const store = await opened()
    const attachments = [{ content: Buffer.from('stray') }]

    await expect(appendRecords({ ...options({ store, drafts: [BUILT] }), attachments })).rejects.toThrow(Failure)
    expect(store.calls).toEqual([])
  })

  it.each([
    [draft('built', { environment: 'staging' }), 'built belongs to no environment, but it names staging'],
    [draft('deployed'), 'deployed names no environment']
  ])('refuses, before anything is written, what no reader would take: %#', async (misplaced, problem) => {
    const store = await opened()

    const appending = appendRecords(options({ store, drafts: [BUILT, misplaced] }))

    await expect(appending).rejects.toThrow(UserError)
    await expect(appending).rejects.toThrow(`The record cannot be written: ${problem}.`)
    expect(store.calls).toEqual([])
  })

  it('writes a detail as deep as its readers take, and reads it back', async () => {
    const store = await opened()

    await appendRecords(options({ store, drafts: [{ ...BUILT, detail: nested(63) }] }))

    expect((await verifyLedger({ files: store.files, trust: {}, advisory: true })).problems).toEqual([])
  })

  it.each([64, 100_000])(
    'refuses a detail of %i levels, which no reader would take, before anything is written',
    async levels => {
      const store = await opened()

      const appending = appendRecords(options({ store, drafts: [RELEASED, { ...BUILT, detail: nested(levels) }] }))

      await expect(appending).rejects.toThrow(UserError)
      await expect(appending).rejects.toThrow(
        /^The record of built cannot be written: its detail nests .*Flatten it\.$/
      )
      expect(store.calls).toEqual([])
    }
  )

  it('writes nothing that its own reader would refuse', async () => {
    const store = await opened()
    const smuggled = Object.assign({}, BUILT, { previous: sha256('nothing') })

    const appending = appendRecords(options({ store, drafts: [smuggled] }))

    await expect(appending).rejects.toThrow(
      'Record 1 (built) would not be readable: it is the first record, but names a previous one. Nothing was written.'
    )
    expect(store.calls).toEqual(['head'])
  })

  it('refuses two drafts that would be the same statement', async () => {
    const store = await opened()

    await expect(appendRecords(options({ store, drafts: [BUILT, BUILT] }))).rejects.toThrow(
      /same run, attempt, job, event/
    )
  })

  it('says in the commit which records it holds', async () => {
    const lines: string[] = []

    await appendRecords(
      options({ store: new MemoryStore(), drafts: [BUILT, draft('planned', { environment: 'staging' })], lines })
    )

    expect(lines).toEqual([
      expect.stringMatching(/^Record 1 built api, 2 planned staging\n\n1 [0-9a-f]{64}\n2 [0-9a-f]{64}$/)
    ])
  })

  describe('when it is repeated', () => {
    it('gives back the records that are there and writes nothing', async () => {
      const store = await opened()
      const signer = localSigner('ops')
      const first = await appendRecords(options({ store, signer, drafts: [BUILT, RELEASED] }))
      const files = store.files

      const second = await appendRecords(
        options({ store, signer, drafts: [BUILT, RELEASED], clock: new ManualClock(0) })
      )

      expect(second).toEqual(first)
      expect(store.files).toBe(files)
    })

    it('adds only what is missing, in the order of the drafts', async () => {
      const store = await opened()
      await appendRecords(options({ store, drafts: [RELEASED] }))

      const both = await appendRecords(options({ store, drafts: [BUILT, RELEASED] }))

      expect(both.map(({ record }) => [record.sequence, record.event])).toEqual([
        [2, 'built'],
        [1, 'released']
      ])
    })

    it('after the job died between commit and answer, doubles nothing', async () => {
      const store = await opened()
      const dying = wrap(store, {
        commit: async (...call) => {
          await store.commit(...call)
          throw new Error('killed')
        }
      })
      await expect(appendRecords(options({ store: dying, drafts: [BUILT] }))).rejects.toThrow('killed')
      await appendRecords(options({ store, drafts: [ofRun('another', RELEASED)] }))

      const [again] = await appendRecords(options({ store, drafts: [BUILT] }))

      expect(again?.record.sequence).toBe(1)
      expect((await verifyLedger({ files: store.files, trust: {}, advisory: true })).records).toBe(2)
    })

    it('in another attempt of the run, records again', async () => {
      const store = await opened()
      await appendRecords(options({ store, drafts: [BUILT] }))

      const [again] = await appendRecords(options({ store, drafts: [{ ...BUILT, run: { ...BUILT.run, attempt: 2 } }] }))

      expect(again?.record.sequence).toBe(2)
    })

    it.each([
      ['release', { release: { digest: sha256('another'), commit: '2'.repeat(40) } }],
      ['plan', { release: RELEASE, plan: sha256('another plan') }]
    ])('with another %s, refuses to pass the old record for the new one', async (_, members) => {
      const store = await opened()
      await appendRecords(options({ store, drafts: [draft('started', { release: RELEASE, environment: 'staging' })] }))

      const again = appendRecords(
        options({ store, drafts: [draft('started', { ...members, environment: 'staging' })] })
      )

      await expect(again).rejects.toThrow(/^Ledger record 1, indexed as .* it is about another release or plan/)
    })
  })

  describe('when somebody planted', () => {
    const signer = localSigner('ops')

    it.each<[string, (store: MemoryStore) => Promise<void> | void, RegExp]>([
      [
        'an index entry without a record',
        store => store.tamper(indexPath(identityOf(BUILT)), Buffer.from('7\n')),
        /^Ledger record 7, indexed as .* its file is missing/
      ],
      [
        'an index entry of another record',
        store => store.tamper(indexPath(identityOf(BUILT)), Buffer.from('1\n')),
        /^Ledger record 1, indexed as this job's .* belongs to another run, job or event/
      ],
      [
        'a damaged record',
        store => {
          store.tamper(indexPath(identityOf(BUILT)), Buffer.from('1\n'))
          store.tamper(recordPath(1), Buffer.from('{'))
        },
        /^Ledger record 1, indexed as .* not JSON/
      ],
      [
        'a record that is not signed',
        async store => void (await appendRecords(options({ store, drafts: [BUILT] }))),
        /^Ledger record 2, indexed as .* not signed/
      ],
      [
        'a record signed by somebody else',
        async store => void (await appendRecords(options({ store, drafts: [BUILT], signer: localSigner('ops') }))),
        /^Ledger record 2, indexed as .* signed with key sha256:/
      ],
      [
        'another signature',
        async store => {
          await appendRecords(options({ store, drafts: [BUILT], signer }))
          store.tamper(signaturePath(2), store.files.get(signaturePath(1)))
        },
        /^Ledger record 2, indexed as .* its signature was not made by key/
      ]
    ])('%s, refuses to take it for its own', async (_, plant, message) => {
      const store = await opened()
      await appendRecords(options({ store, drafts: [RELEASED], signer }))
      await plant(store)

      const append = appendRecords(options({ store, drafts: [BUILT], signer }))

      await expect(append).rejects.toThrow(UserError)
      await expect(append).rejects.toThrow(message)
    })

    it('nonsense as index entry, writes the record', async () => {
      const store = await opened()
      store.tamper(indexPath(identityOf(BUILT)), Buffer.from('nonsense'))

      const [added] = await appendRecords(options({ store, drafts: [BUILT] }))

      expect(added?.record.sequence).toBe(1)
    })

    it('a head that cannot be, refuses to build on it', async () => {
      const store = await opened()
      store.tamper('HEAD.json', Buffer.from('{"sequence":-1}'))

      await expect(appendRecords(options({ store, drafts: [BUILT] }))).rejects.toThrow(/no valid HEAD\.json/)
    })
  })

  it('never writes a signature that does not fit its key', async () => {
    const store = await opened()
    const replaced: Signer = { ...localSigner('ops'), sign: localSigner('ops').sign }

    await expect(appendRecords(options({ store, drafts: [BUILT], signer: replaced }))).rejects.toThrow(
      /does not match its public key/
    )
    expect(store.files.get('HEAD.json')).toEqual(encodeHead({ sequence: 0 }))
  })

  describe('when others write at the same time', () => {
    it('lands every record of 20 writers, in one intact chain', async () => {
      const store = new MemoryStore()
      const signer = localSigner('ops')
      const jobs = Array.from({ length: 20 }, (_, n) => ofRun(String(n), RELEASED))

      const landed = await Promise.all(
        jobs.map(async job =>
          appendRecords({ ...options({ store, signer, drafts: [job], clock: systemClock }), policy: fastRetry })
        )
      )

      const report = await verifyLedger({ files: store.files, trust: await trustIn(signer), accountOf })
      expect(report).toEqual({ records: 20, signed: 20, problems: [] })
      expect(new Set(landed.flat().map(({ record }) => record.sequence)).size).toBe(20)
      expect(store.calls.filter(call => call === 'commit').length).toBeGreaterThan(20)
    })

    it('waits longer and longer, with jitter, until it lands', async () => {
      const store = await opened()
      const clock = new ManualClock()
      let conflicts = 12
      const stormy = wrap(store, { commit: async (...call) => (conflicts-- > 0 ? 'conflict' : store.commit(...call)) })

      const [added] = await appendRecords(options({ store: stormy, drafts: [BUILT], clock }))

      expect(added?.record.sequence).toBe(1)
      expect(clock.slept).toHaveLength(12)
      expect(clock.slept[0]).toBeLessThanOrEqual(200)
      expect(clock.slept.at(-1)).toBeGreaterThanOrEqual(2_500)
      expect(Math.max(...clock.slept)).toBeLessThanOrEqual(5_000)
    })

    it('gives up at the deadline, after one last try', async () => {
      const store = await opened()
      const clock = new ManualClock()
      let tries = 0
      const storm = wrap(store, {
        commit: async () => {
          tries++
          return 'conflict'
        }
      })

      const append = appendRecords({ ...options({ store: storm, drafts: [BUILT], clock }), deadline: 10_000 })

      await expect(append).rejects.toThrow(/within 10 s and \d+ attempts \(last: conflict\)/)
      expect(clock.slept.reduce((sum, wait) => sum + wait, 0)).toBe(10_000)
      expect(tries).toBe(clock.slept.length + 1)
    })

    it('builds on what others wrote in between', async () => {
      const store = await opened()
      let overtaken = false
      const raced = wrap(store, {
        commit: async (...call) => {
          if (!overtaken) {
            overtaken = true
            await appendRecords(options({ store, drafts: [ofRun('faster', RELEASED)] }))
          }
          return store.commit(...call)
        }
      })

      const [added] = await appendRecords(options({ store: raced, drafts: [BUILT] }))

      expect(added?.record.sequence).toBe(2)
      expect((await verifyLedger({ files: store.files, trust: {}, advisory: true })).problems).toEqual([])
    })

    it.each([
      ['finds its records when the lost answer was a yes', true],
      ['writes them again when it was a no', false]
    ])('%s', async (_, lands) => {
      const store = await opened()
      let lost = false
      const lossy = wrap(store, {
        commit: async (...call) => {
          if (lost) return store.commit(...call)
          lost = true
          if (lands) await store.commit(...call)
          return 'unknown'
        }
      })

      const [added] = await appendRecords(options({ store: lossy, drafts: [BUILT] }))

      expect(added?.record.sequence).toBe(1)
      expect((await verifyLedger({ files: store.files, trust: {}, advisory: true })).records).toBe(1)
    })
  })
})
