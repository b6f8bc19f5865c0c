import { beforeEach, describe, expect, it } from '@jest/globals'
import { GitHubError, ManualClock, sha256 } from '@sluice/core'
import { indexKey, openSnapshot, openView, verifyLedger } from '../src/index.ts'
import { recordPath } from '../src/paths.ts'
import { LIMITS, planRepair } from '../src/repair-plan.ts'
import { deliver } from './delivered.ts'
import { localSigner, RELEASE, releaseOf, trustIn } from './drafts.ts'
import { recordsOn } from './forge.ts'
import { MemoryAnchors } from './memory-anchors.ts'
import { bytesOf, deliverAndRepair, plant, type RepairedLedger, said, withdrawn } from './repaired.ts'

let ledger: RepairedLedger

beforeEach(async () => {
  ledger = await deliverAndRepair()
})

/** What a decision knows of staging. */
async function staging() {
  const key = indexKey(['withdrawn', RELEASE.digest])
  const scope = {
    sections: ['environments/staging'] as const,
    keys: [{ section: 'environments/staging' as const, key }]
  }
  const view = await openView(ledger.store, { trust: ledger.trust }, scope)
  const record = await view?.find('environments/staging', ['withdrawn', RELEASE.digest])
  return { state: view?.section('environments/staging'), withdrawn: record?.sequence }
}

describe('a record that was never valid', () => {
  it('stops a ledger, and a repair leaves it out: nothing is removed, and everything goes on', async () => {
    const before = await staging()
    await ledger.smuggle(withdrawn())
    const files = new Map(ledger.store.files)
    await expect(ledger.write(said('failed'))).rejects.toThrow(/^Ledger record 10 cannot be trusted: .* does not list/)

    await ledger.repair('staging')

    const { problems, skipped, signed } = await ledger.verify()
    expect({ problems, signed }).toEqual({ problems: [], signed: 10 })
    expect(skipped).toEqual([
      {
        sequence: 10,
        by: 11,
        problem: expect.stringContaining('does not list for staging/outcome'),
        told: 'by the record'
      }
    ])
    const repaired = recordsOn(ledger.store).at(-1)
    const [good, forged] = [9, 10].map(n => sha256(files.get(recordPath(n)) ?? ''))
    expect(repaired).toMatchObject({
      ...{ event: 'repaired', sequence: 11, previous: forged, environment: 'staging' },
      detail: {
        reason: 'nobody signed it',
        good: { sequence: 9, hash: good },
        skipped: [{ sequence: 10, hash: forged, previous: good, why: expect.stringContaining('does not list') }]
      }
    })
    for (const [path, bytes] of files) if (path.startsWith('records/')) expect(ledger.store.files.get(path)).toBe(bytes)
    const after = await staging()
    expect(after.withdrawn).toBeUndefined()
    expect(after.state?.deployed).toEqual(before.state?.deployed)
    await ledger.write(said('failed'))
    expect(await ledger.problems()).toEqual([])
  })

  it('takes nothing with it of what it said: what is live is judged anew, and is what it was', async () => {
    const other = releaseOf('9'.repeat(40))
    await ledger.smuggle(said('deployed', { release: other }))

    await ledger.repair('staging')

    const { state } = await staging()
    expect(state).toMatchObject({ deployed: { release: RELEASE }, judged: { sequence: 11, accepted: false }, open: [] })
  })

  it.each([
    ['of no form at all', Buffer.from('{}'), 'its member "version" is missing'],
    ['that is no JSON', Buffer.from('forged'), 'the file is not JSON'],
    ['of another number', Buffer.from('{"sequence":7}'), 'missing or malformed']
  ])('may be a file %s', async (_, bytes, problem) => {
    plant(ledger.store, bytes)

    await ledger.repair(undefined)

    expect(await ledger.verify()).toMatchObject({
      problems: [],
      skipped: [{ sequence: 10, by: 11, problem: expect.stringContaining(problem) }]
    })
    await ledger.write(said('failed'))
  })

  it('may name another record before it, and a time to come', async () => {
    const [last] = recordsOn(ledger.store).slice(-1)
    if (last === undefined) throw new Error('There is no record.')
    const forged = { ...last, sequence: 10, previous: sha256('another'), time: '2031-01-01T00:00:00Z' }
    plant(ledger.store, bytesOf(forged))

    await ledger.repair('staging')
    await ledger.write(said('failed'))

    expect(await ledger.verify()).toMatchObject({ problems: [], skipped: [{ sequence: 10 }] })
  })

  it('may be one of several, each section of which repairs its own', async () => {
    await ledger.smuggle(withdrawn())
    await ledger.smuggle(said('withdrawn', { environment: 'integration', detail: { reason: 'r' } } as never))
    await ledger.smuggle(withdrawn())

    await ledger.repair('staging')
    await expect(ledger.write(said('failed', { environment: 'integration' }))).rejects.toThrow('not repaired yet')
    await ledger.repair('integration')

    const { problems, skipped } = await ledger.verify()
    expect(problems).toEqual([])
    expect(skipped.map(({ sequence, by }) => [sequence, by])).toEqual([
      [10, 13],
      [11, 14],
      [12, 13]
    ])
    await ledger.write(said('failed', { environment: 'integration' }))
  })

  it('leaves files that only it led to, which go with the repair', async () => {
    await ledger.smuggle(said('withdrawn', { release: releaseOf('7'.repeat(40)), detail: { reason: 'r' } } as never))
    ledger.store.tamper('keys/none.pem', Buffer.from(''))
    ledger.store.tamper('sections/environments/integration/newest.json', Buffer.from('{}'))

    await ledger.repair('staging')

    expect(ledger.store.files.has('keys/none.pem')).toBe(false)
    expect(await ledger.problems()).toEqual([])
  })

  it('breaks a rule, though its key signed it', async () => {
    await ledger.smuggle(said('accepted'), ledger.nonprod)
    expect(await ledger.problems()).toEqual([expect.stringContaining('accepted in staging')])

    await ledger.repair('staging')

    expect(await ledger.verify()).toMatchObject({ problems: [], skipped: [{ sequence: 10, by: 11 }] })
  })

  it('is signed with a stolen key: once that is revoked, forged records fail, older ones stay, and deliveries go on', async () => {
    await ledger.write(withdrawn())
    await ledger.smuggle(said('failed'), ledger.nonprod)
    await ledger.smuggle(said('failed'), ledger.nonprod)
    const fresh = localSigner('staging', 'integration')
    const [ops, stolen] = ledger.trust
    if (ops === undefined || stolen === undefined) throw new Error('There is no key.')
    ledger.trust = [ops, { ...stolen, until: 10 }, ...(await trustIn(fresh))]
    expect(await ledger.problems()).toHaveLength(2)

    await ledger.repair('staging', { signer: () => fresh })

    const { problems, skipped } = await verifyLedger({ files: ledger.store.files, trust: ledger.trust })
    expect(problems).toEqual([])
    expect(skipped.map(({ sequence }) => sequence)).toEqual([11, 12])
    expect((await staging()).withdrawn).toBe(10)
  })

  it('is not there: a repair of a sound ledger writes nothing', async () => {
    await expect(ledger.repair('staging')).rejects.toThrow('There is nothing to repair in environments/staging')
    expect(recordsOn(ledger.store)).toHaveLength(9)
  })

  it('may be one that follows every rule, and is not genuine: who finds nothing to repair is told to end the key', async () => {
    await ledger.smuggle(said('failed'), ledger.nonprod)

    await expect(ledger.repair('staging')).rejects.toThrow(
      /^There is nothing to repair .* in ledger\.trust of delivery\.yml give the key `until`, the number of the last genuine record, list a new key, and repair again\.$/
    )
  })

  it('speaks of keys only where there are any', async () => {
    const { store } = await deliver({ signed: false })
    const plan = () =>
      planRepair(
        openSnapshot(store.files),
        { trust: [], advisory: true },
        {
          ...{ files: store.files, section: 'environments/staging', sections: ['environments/staging'] },
          ...{ isAnchored: false, limits: LIMITS }
        }
      )

    expect(plan).toThrow(/^There is nothing to repair .* and `sluice repair` what to do\.$/)
  })

  it('cannot be told from one that was removed', async () => {
    ledger.store.tamper(recordPath(4), undefined)

    await expect(ledger.repair('staging')).rejects.toThrow('Record 4 is missing on the ledger')
  })

  it('is what is anchored: nothing that is anchored and missing can be repaired away', async () => {
    const anchors = new MemoryAnchors()
    await anchors.put('environments/staging', { sequence: 10, hash: sha256('a withdrawal') })
    await ledger.smuggle(withdrawn())

    await expect(ledger.repair('staging', { anchors })).rejects.toThrow(
      /^Record 10 of environments\/staging is anchored/
    )
  })
})

describe('a repair that cannot be relied on', () => {
  it('is not written, when what it leaves out is something else by the time it is signed', async () => {
    await ledger.smuggle(withdrawn())
    const before = ledger.store.files
    const files = new Map(before)
    const sign = async (bytes: Uint8Array): Promise<Uint8Array> => {
      files.set(recordPath(10), Buffer.from('{}'))
      return ledger.nonprod.sign(bytes)
    }

    await expect(ledger.repair('staging', { files, signer: () => ({ ...ledger.nonprod, sign }) })).rejects.toThrow(
      /^The repair would not be valid: .* Nothing was written\.$/
    )

    expect(ledger.store.files).toBe(before)
  })

  it('is told, when the ledger moved on meanwhile', async () => {
    await ledger.smuggle(withdrawn())
    const store = {
      head: async () => ledger.store.head(),
      read: async (paths: readonly string[]) => ledger.store.read(paths),
      create: async () => false,
      commit: async () => 'conflict' as const
    }

    await expect(ledger.repair('staging', { store })).rejects.toThrow(
      /^The ledger moved on while it was repaired.*Re-run the job/
    )
  })

  it('is left out by one of two repairs that run at once: the other writes nothing, and finds nothing when it runs again', async () => {
    await ledger.smuggle(withdrawn())

    const ended = await Promise.allSettled([ledger.repair('staging'), ledger.repair('staging')])

    expect(ended.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ended.find(it => it.status === 'rejected')?.reason).toMatchObject({
      message: expect.stringMatching(
        /Re-run the job: it repairs what is left\. Where it finds nothing, another repair was faster\.$/
      )
    })
    await expect(ledger.repair('staging')).rejects.toThrow('There is nothing to repair in environments/staging')
    expect(recordsOn(ledger.store).filter(({ event }) => event === 'repaired')).toHaveLength(1)
    expect(await ledger.problems()).toEqual([])
  })

  it('is written anew, when GitHub made it wait for a rate limit: its time is that of the commit', async () => {
    await ledger.smuggle(withdrawn())
    const clock = new ManualClock()
    const rateLimit = { quota: 'graphql', kind: 'too-fast', told: 0, pause: 14 * 60_000 } as const
    let limited = false
    const store = {
      head: async () => ledger.store.head(),
      commit: async (...call: Parameters<typeof ledger.store.commit>) => {
        if (limited) return ledger.store.commit(...call)
        limited = true
        throw new GitHubError('was submitted too quickly', 200, [], undefined, { rateLimit })
      }
    }

    await ledger.repair('staging', { store, clock })

    expect(recordsOn(ledger.store).at(-1)).toMatchObject({ event: 'repaired', time: '2026-01-01T00:14:00.000Z' })
    expect(await ledger.problems()).toEqual([])
  })

  it('is not sent, when signing it took longer than its time stays true', async () => {
    await ledger.smuggle(withdrawn())
    const before = ledger.store.files
    const clock = new ManualClock()
    const sign = async (bytes: Uint8Array): Promise<Uint8Array> => {
      clock.advance(6 * 60_000)
      return ledger.nonprod.sign(bytes)
    }

    await expect(ledger.repair('staging', { clock, signer: () => ({ ...ledger.nonprod, sign }) })).rejects.toThrow(
      'Signing the repair took so long that its time was not true any more. Nothing was sent. Re-run the job.'
    )
    expect(ledger.store.files).toBe(before)
  })

  it('is told, when an honest record was anchored since the ledger was read', async () => {
    const anchors = new MemoryAnchors()
    await anchors.put('environments/integration', { sequence: 11, hash: sha256('written meanwhile') })
    await ledger.smuggle(withdrawn())
    const moved = { commit: ledger.store.commit, head: async () => ({ ...HEAD, sequence: 11, oid: 'newer' }) }

    await expect(ledger.repair('staging', { anchors, store: moved })).rejects.toThrow(
      /^The ledger moved on while it was repaired/
    )
  })
})

const HEAD = { repository: '123456', product: 'storefront', files: new Map() }
