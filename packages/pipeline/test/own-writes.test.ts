import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Digest, Failure, type LedgerPlace, ManualClock, sha256, UserError } from '@sluice/core'
import type { CommitOutcome, LedgerHead, LedgerStore } from '@sluice/ledger'
import { readingOwnWrites } from '../src/own-writes.ts'

const hashOf = (sequence: number): Digest => sha256(`record ${sequence}`)

/** A branch whose newest state is shown late, as GitHub may do. */
class LateLedger implements LedgerStore {
  written = 5
  /** Looks that still show what was there before the last write; all looks, when it is infinite. */
  late = 0
  readonly asked: (string | undefined)[] = []
  /** What becomes of the next commit, as far as its writer can tell. */
  answer: CommitOutcome = 'landed'

  async head(): Promise<LedgerHead> {
    const sequence = this.late-- > 0 ? this.written - 1 : this.written
    return {
      repository: '1',
      product: 'shop',
      sequence,
      hash: hashOf(sequence),
      oid: `commit ${sequence}`,
      files: new Map()
    }
  }

  async read(_: readonly string[], at?: string): Promise<ReadonlyMap<string, Uint8Array>> {
    this.asked.push(at)
    return new Map()
  }

  async commit(): Promise<CommitOutcome> {
    this.written += 1
    return this.answer
  }

  async create(): Promise<boolean> {
    return true
  }
}

let temp: string
let ledger: LateLedger
let clock: ManualClock

beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'sluice-own-'))
  ledger = new LateLedger()
  clock = new ManualClock()
})

afterEach(() => rm(temp, { recursive: true, force: true }))

/** The ledger as one step of a job opens it. */
function step(folder = temp, branch = 'ledger/shop', after?: LedgerPlace): LedgerStore {
  const run = { temp: folder, serverUrl: 'https://github.com', repository: 'octo-org/shop', runId: '700' }
  return readingOwnWrites(ledger, { branch, run, clock, log: { info: () => undefined }, after })
}

async function write(): Promise<void> {
  const sequence = ledger.written + 1
  const content = Buffer.from(JSON.stringify({ sequence, hash: hashOf(sequence) }))
  await step().commit('', 'Record', [{ path: 'HEAD.json', content }])
}

describe('a ledger that a job writes to', () => {
  it('is read by the next step as it was written, however late GitHub shows it', async () => {
    await write()
    ledger.late = 3

    expect((await step().head())?.sequence).toBe(6)
    expect(clock.slept).toEqual([500, 1_000, 2_000])
  })

  it('gives out files of the state that was written', async () => {
    await write()
    ledger.late = 1

    await step().read(['evidence/1'])
    await step().read(['evidence/1'], 'commit 3')

    expect(ledger.asked).toEqual(['commit 6', 'commit 3'])
  })

  it('is given up on after a minute, when the record does not come back', async () => {
    await write()
    ledger.late = Number.POSITIVE_INFINITY

    const error = await step()
      .head()
      .catch((it: unknown) => it)

    expect(error).toBeInstanceOf(Failure)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^This run wrote record 6 of ledger\/shop, but 60 s later GitHub shows only 5 records\./
      )
    })
    expect(clock.slept.reduce((sum, it) => sum + it, 0)).toBe(60_000)
  })

  it.each([
    ['a job that wrote nothing', () => step(join(temp, 'another job'))],
    ['another ledger', () => step(temp, 'ledger/billing')]
  ])('is taken as it is by %s', async (_, open) => {
    await write()
    ledger.late = 1

    expect((await open().head())?.sequence).toBe(5)
    await open().read(['evidence/1'])
    expect(ledger.asked).toEqual([undefined])
    expect(clock.slept).toEqual([])
  })

  it.each(['unknown', 'conflict'] as const)(
    'is read by the next step as it was written, though the answer to the write was %s',
    async answer => {
      ledger.answer = answer
      const content = Buffer.from(JSON.stringify({ sequence: 6, hash: hashOf(6) }))
      const writer = step()
      await writer.commit('', 'Record', [{ path: 'HEAD.json', content }])
      // Who appends looks whether it landed.
      expect((await writer.head())?.sequence).toBe(6)
      ledger.late = 2

      expect((await step().head())?.sequence).toBe(6)
      expect(clock.slept).toEqual([500, 1_000])
    }
  )

  it('is not taken for its own work once it was looked whether that landed: others write on', async () => {
    ledger.answer = 'unknown'
    const writer = step()
    await writer.commit('', 'Record', [{ path: 'HEAD.json', content: Buffer.from('{"sequence":6}') }])
    await writer.head()
    ledger.written = 9
    await writer.head()
    ledger.late = 1

    expect((await step().head())?.sequence).toBe(8)
    expect(clock.slept).toEqual([])
  })

  it('is read by the next job as the job before left it, by each of its steps', async () => {
    const after = { sequence: 5, hash: hashOf(5) }
    ledger.late = 2

    expect((await step(join(temp, 'next'), 'ledger/shop', after).head())?.sequence).toBe(5)
    // What is known may be older: it is looked at first, and costs no wait.
    ledger.late = 2
    await step(join(temp, 'next')).read(['evidence/1'])

    expect(ledger.asked).toEqual(['commit 5'])
    expect(clock.slept).toEqual([500, 1_000, 500])
  })

  it('is not read on where another record is in the place of one that was written', async () => {
    const after = { sequence: 5, hash: sha256('another') }

    const error = await step(temp, 'ledger/shop', after)
      .head()
      .catch((it: unknown) => it)

    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({ message: expect.stringMatching(/^Record 5 of ledger\/shop is not the one/) })
  })
})
