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
import { type LedgerStore, type Signer, verifyLedger } from '../src/index.ts'
import { identityOf } from '../src/index-key.ts'
import { indexPath, newestPath, recordPath, STATE_PATH, sectionStatePath, signaturePath } from '../src/paths.ts'
import { EMPTY_SECTION, encodeState } from '../src/state.ts'
import { append, draft, EMPTY, localSigner, OWNER, ofRun, RELEASE, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

const BUILT = draft('built', {
  unit: { name: 'api', kind: 'image', digest: sha256('image'), fingerprint: sha256('source') }
})
const RELEASED = draft('released', { release: RELEASE })

/** What comes after the record of {@link BUILT}, so that it is not the newest. */
const LATER = ofRun('2', RELEASED)

/** The file of the index that answers whether a draft was recorded. */
function leafOf(draft: RecordDraft): string {
  return indexPath('product', identityOf(draft).slice(0, 3))
}

interface Setup {
  readonly store: LedgerStore
  readonly drafts: readonly RecordDraft[]
  readonly signer?: Signer
  readonly clock?: Clock
  readonly lines?: string[]
}

function options({
  store,
  drafts,
  signer,
  clock = new ManualClock(),
  lines = []
}: Setup): Parameters<typeof append>[0] {
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
    create: async head => store.create(head),
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
  await store.create(EMPTY)
  store.calls.length = 0
  return store
}

describe('appendRecords', () => {
  it('writes records of a job in one commit, each naming the one before', async () => {
    const store = await opened()
    const signer = localSigner('builds')

    const [first, second] = await append(options({ store, signer, drafts: [BUILT, RELEASED] }))

    const { fingerprint } = await signer.publicKey()
    expect(store.calls).toEqual(['head', 'commit'])
    expect(first?.record).toEqual({
      ...BUILT,
      version: 2,
      sequence: 1,
      time: '2026-01-01T00:00:00.000Z',
      state: first?.record.state,
      key: { signer: 'builds', fingerprint }
    })
    expect(second?.record).toMatchObject({ sequence: 2, previous: first?.hash, event: 'released' })
    expect(second?.hash).toBe(sha256(store.files.get(recordPath(2)) ?? ''))
    expect(await verifyLedger({ files: store.files, trust: await trustIn(signer) })).toMatchObject({
      signed: 2,
      problems: []
    })
  })

  it('takes two calls however long the ledger is', async () => {
    const store = await opened()
    for (let n = 0; n < 30; n++) await append(options({ store, drafts: [ofRun(String(n), RELEASED)] }))
    store.calls.length = 0

    await append(options({ store, drafts: [BUILT] }))

    expect(store.calls).toEqual(['head', 'commit'])
  })

  it('opens a ledger that does not exist yet', async () => {
    const store = new MemoryStore()

    const [added] = await append(options({ store, drafts: [BUILT] }))

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

    const [added] = await append(options({ store, drafts: [BUILT], clock, lines }))

    expect(added?.record.sequence).toBe(1)
    expect(branch.calls).toEqual(['create', 'head', 'commit'])
    expect(lines[0]).toBe('The ledger branch is new; waiting up to 30 s until GitHub shows it.')
    expect(lines.filter(line => line.startsWith('The ledger branch is new'))).toHaveLength(1)
  })

  it('makes the branch again when GitHub did not know its first commit yet', async () => {
    const branch = new MemoryStore()
    let refusals = 2
    const store = wrap(branch, { create: async head => (refusals-- > 0 ? false : branch.create(head)) })

    const [added] = await append(options({ store, drafts: [BUILT] }))

    expect(added?.record.sequence).toBe(1)
    expect(branch.calls).toEqual(['head', 'head', 'head', 'create', 'head', 'commit'])
  })

  it('gives up on a ledger that was opened and is not shown for half a minute', async () => {
    const clock = new ManualClock()
    const began = clock.now()
    const store = wrap(new MemoryStore(), { create: async () => true, head: async () => undefined })

    await expect(append(options({ store, drafts: [BUILT], clock }))).rejects.toThrow(
      'The ledger branch was created, but GitHub has not shown it for 30 s. Re-run the job.'
    )

    expect(clock.now() - began).toBe(30_000)
  })

  it('archives attachments beside the records that name them, once', async () => {
    const store = await opened()
    const plan = { content: Buffer.from('plan') }

    await append({
      ...options({ store, drafts: [draft('planned', { environment: 'staging', plan: sha256('plan') })] }),
      attachments: [plan, plan]
    })

    expect(store.files.get(evidencePath(sha256('plan')))).toEqual(Buffer.from('plan'))
  })

  it('leaves the attachments of what is recorded already alone', async () => {
    const store = await opened()
    const plan = { content: Buffer.from('the plan') }
    const result = { content: Buffer.from('the result') }
    const planned = draft('planned', { release: RELEASE, environment: 'staging', plan: sha256(plan.content) })
    const accepted = draft('accepted', {
      release: RELEASE,
      environment: 'staging',
      evidence: [{ type: 'checks', digest: sha256(result.content) }]
    })
    await append({ ...options({ store, drafts: [planned] }), attachments: [plan] })
    const written: string[] = []
    const watched = wrap(store, {
      commit: async (oid, message, files) => {
        written.push(...files.map(({ path }) => path).filter(path => path.startsWith('evidence/')))
        return store.commit(oid, message, files)
      }
    })

    await append({ ...options({ store: watched, drafts: [planned, accepted] }), attachments: [plan, result] })

    expect(written).toEqual([evidencePath(sha256(result.content))])
  })

  it('refuses an attachment that no record names', async () => {
    const store = await opened()
    const attachments = [{ content: Buffer.from('stray') }]

    await expect(append({ ...options({ store, drafts: [BUILT] }), attachments })).rejects.toThrow(Failure)
    expect(store.calls).toEqual([])
  })

  it.each([
    [draft('built', { environment: 'staging' }), 'built belongs to no environment, but it names staging'],
    [draft('deployed'), 'deployed names no environment']
  ])('refuses, before anything is written, what no reader would take: %#', async (misplaced, problem) => {
    const store = await opened()

    const appending = append(options({ store, drafts: [BUILT, misplaced] }))

    await expect(appending).rejects.toThrow(UserError)
    await expect(appending).rejects.toThrow(`The record cannot be written: ${problem}.`)
    expect(store.calls).toEqual([])
  })

  it('writes a detail as deep as its readers take, and reads it back', async () => {
    const store = await opened()

    await append(options({ store, drafts: [{ ...BUILT, detail: nested(63) }] }))

    expect((await verifyLedger({ files: store.files, trust: [], advisory: true })).problems).toEqual([])
  })

  it.each([64, 100_000])(
    'refuses a detail of %i levels, which no reader would take, before anything is written',
    async levels => {
      const store = await opened()

      const appending = append(options({ store, drafts: [RELEASED, { ...BUILT, detail: nested(levels) }] }))

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

    const appending = append(options({ store, drafts: [smuggled] }))

    await expect(appending).rejects.toThrow(
      'Record 1 (built) would not be readable: it is the first record, but names a previous one. Nothing was written.'
    )
    expect(store.calls).toEqual(['head'])
  })

  it('refuses two drafts that would be the same statement', async () => {
    const store = await opened()

    await expect(append(options({ store, drafts: [BUILT, BUILT] }))).rejects.toThrow(/same run, attempt, job, event/)
  })

  it('says in the commit which records it holds', async () => {
    const lines: string[] = []

    await append(
      options({ store: new MemoryStore(), drafts: [BUILT, draft('planned', { environment: 'staging' })], lines })
    )

    expect(lines).toEqual([
      expect.stringMatching(/^Record 1 built api, 2 planned staging\n\n1 [0-9a-f]{64}\n2 [0-9a-f]{64}$/)
    ])
  })

  describe('when it is repeated', () => {
    it('gives back the records that are there and writes nothing', async () => {
      const store = await opened()
      const signer = localSigner('builds')
      const first = await append(options({ store, signer, drafts: [BUILT, RELEASED] }))
      const files = store.files

      const second = await append(options({ store, signer, drafts: [BUILT, RELEASED], clock: new ManualClock(0) }))

      expect(second).toEqual(first)
      expect(store.files).toBe(files)
    })

    it('adds only what is missing, in the order of the drafts', async () => {
      const store = await opened()
      await append(options({ store, drafts: [RELEASED] }))

      const both = await append(options({ store, drafts: [BUILT, RELEASED] }))

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
      await expect(append(options({ store: dying, drafts: [BUILT] }))).rejects.toThrow('killed')
      await append(options({ store, drafts: [ofRun('another', RELEASED)] }))

      const [again] = await append(options({ store, drafts: [BUILT] }))

      expect(again?.record.sequence).toBe(1)
      expect((await verifyLedger({ files: store.files, trust: [], advisory: true })).records).toBe(2)
    })

    it('in another attempt of the run, records again', async () => {
      const store = await opened()
      await append(options({ store, drafts: [BUILT] }))

      const [again] = await append(options({ store, drafts: [{ ...BUILT, run: { ...BUILT.run, attempt: 2 } }] }))

      expect(again?.record.sequence).toBe(2)
    })

    it.each([
      ['release', { release: { digest: sha256('another'), commit: '2'.repeat(40) } }],
      ['plan', { release: RELEASE, plan: sha256('another plan') }],
      ['dossier', { release: RELEASE, dossier: sha256('another dossier') }],
      ['evidence', { release: RELEASE, evidence: [{ type: 'checks', digest: sha256('another result') }] }]
    ])('with another %s, refuses to pass the old record for the new one', async (what, members) => {
      const store = await opened()
      await append(options({ store, drafts: [draft('started', { release: RELEASE, environment: 'staging' })] }))

      const again = append(options({ store, drafts: [draft('started', { ...members, environment: 'staging' })] }))

      await expect(again).rejects.toThrow(
        `Ledger record 1 is this job's "started" record already, and it is about another ${what}.`
      )
    })
  })

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

  it('never writes a signature that does not fit its key', async () => {
    const store = await opened()
    const replaced: Signer = { ...localSigner('builds'), sign: localSigner('builds').sign }

    await expect(append(options({ store, drafts: [BUILT], signer: replaced }))).rejects.toThrow(
      /does not match its public key/
    )
    expect(store.files.get('HEAD.json')).toEqual(encodeHead({ ...OWNER, sequence: 0 }))
  })

  describe('when others write at the same time', () => {
    it('lands every record of 20 writers, in one intact chain', async () => {
      const store = new MemoryStore()
      const signer = localSigner('builds')
      const jobs = Array.from({ length: 20 }, (_, n) => ofRun(String(n), RELEASED))

      const landed = await Promise.all(
        jobs.map(async job =>
          append({ ...options({ store, signer, drafts: [job], clock: systemClock }), waits: fastRetry })
        )
      )

      const report = await verifyLedger({ files: store.files, trust: await trustIn(signer) })
      expect(report).toEqual({ records: 20, signed: 20, vouched: 0, unconfirmed: [], skipped: [], problems: [] })
      expect(new Set(landed.flat().map(({ record }) => record.sequence)).size).toBe(20)
      expect(store.calls.filter(call => call === 'commit').length).toBeGreaterThan(20)
    })

    it('waits a little at first, then longer, anew by chance each time, until it lands', async () => {
      const store = await opened()
      const clock = new ManualClock()
      let conflicts = 100
      const stormy = wrap(store, { commit: async (...call) => (conflicts-- > 0 ? 'conflict' : store.commit(...call)) })

      const [added] = await append(options({ store: stormy, drafts: [BUILT], clock }))

      expect(added?.record.sequence).toBe(1)
      expect(clock.slept).toHaveLength(100)
      expect(clock.slept[0]).toBeLessThanOrEqual(400)
      expect(Math.max(...clock.slept)).toBeGreaterThan(1_500)
      expect(Math.max(...clock.slept)).toBeLessThanOrEqual(3_000)
      expect(Math.min(...clock.slept.slice(3))).toBeLessThan(500)
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

      const appending = append({ ...options({ store: storm, drafts: [BUILT], clock }), deadline: 10_000 })

      await expect(appending).rejects.toThrow(/within 10 s and \d+ attempts \(last: conflict\)/)
      expect(clock.slept.reduce((sum, wait) => sum + wait, 0)).toBe(10_000)
      expect(tries).toBe(clock.slept.length + 1)
    })

    it('does not count what it waited for a rate limit: another writer may have been faster meanwhile', async () => {
      const store = await opened()
      const clock = new ManualClock()
      let conflicts = 2
      const limited = wrap(store, {
        commit: async (...call) => {
          clock.advance(20 * 60_000)
          return conflicts-- > 0 ? 'conflict' : store.commit(...call)
        }
      })

      const [added] = await append(options({ store: limited, drafts: [BUILT], clock }))

      expect(added?.record.sequence).toBe(1)
    })

    it('builds on what others wrote in between', async () => {
      const store = await opened()
      let overtaken = false
      const raced = wrap(store, {
        commit: async (...call) => {
          if (!overtaken) {
            overtaken = true
            await append(options({ store, drafts: [ofRun('faster', RELEASED)] }))
          }
          return store.commit(...call)
        }
      })

      const [added] = await append(options({ store: raced, drafts: [BUILT] }))

      expect(added?.record.sequence).toBe(2)
      expect((await verifyLedger({ files: store.files, trust: [], advisory: true })).problems).toEqual([])
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

      const [added] = await append(options({ store: lossy, drafts: [BUILT] }))

      expect(added?.record.sequence).toBe(1)
      expect((await verifyLedger({ files: store.files, trust: [], advisory: true })).records).toBe(1)
    })
  })
})
