import { describe, expect, it } from '@jest/globals'
import { evidencePath, Failure, ManualClock, sha256, UserError } from '@sluice/core'
import { verifyLedger } from '../src/index.ts'
import { recordPath } from '../src/paths.ts'
import { BUILT, opened, options, RELEASED, wrap } from './append-scene.ts'
import { append, draft, localSigner, ofRun, RELEASE, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

/** A detail that nests so many levels deep, itself the first. */
function nested(levels: number): Readonly<Record<string, unknown>> {
  let value: Readonly<Record<string, unknown>> = {}
  for (let level = 1; level < levels; level++) value = { in: value }
  return value
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
})
