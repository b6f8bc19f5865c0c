import { describe, expect, it } from '@jest/globals'
import { fastRetry, ManualClock, sha256, systemClock } from '@sluice/core'
import { verifyLedger } from '../src/index.ts'
import { BUILT, opened, options, RELEASED, wrap } from './append-scene.ts'
import { append, draft, localSigner, ofRun, RELEASE, trustIn } from './drafts.ts'
import { MemoryStore } from './memory-store.ts'

describe('appendRecords', () => {
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

    it('lands every record of 32 writers once, where each tenth answer is lost', async () => {
      const store = new MemoryStore()
      const signer = localSigner('builds')
      let [commits, lost] = [0, 0]
      // What was asked was done, or not: nobody learns which.
      const silent = wrap(store, {
        commit: async (...[oid, message, files]) => {
          const outcome = await store.commit(oid, message, files)
          if (++commits % 10 > 0) return outcome
          lost += outcome === 'landed' ? 1 : 0
          return 'unknown'
        }
      })
      // The first answer that lands is lost, whoever it is for.
      commits = 9

      await Promise.all(
        Array.from({ length: 32 }, async (_, n) =>
          append({
            ...options({ store: silent, signer, drafts: [ofRun(String(n), RELEASED)], clock: systemClock }),
            waits: fastRetry
          })
        )
      )

      const { records, problems } = await verifyLedger({ files: store.files, trust: await trustIn(signer) })
      expect([records, problems]).toEqual([32, []])
      expect(lost).toBeGreaterThan(0)
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
        head: async paths => {
          clock.advance(20 * 60_000)
          return store.head(paths)
        },
        commit: async (...call) => (conflicts-- > 0 ? 'conflict' : store.commit(...call))
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
