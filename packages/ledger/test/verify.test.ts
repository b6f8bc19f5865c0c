import { describe, expect, it } from '@jest/globals'
import { verifyLedger } from '../src/index.ts'
import { deliver } from './delivered.ts'

describe('verifyLedger', () => {
  it('finds nothing wrong with an honest ledger', async () => {
    const { store, trust } = await deliver()

    const report = await verifyLedger({ files: store.files, trust })

    expect(report).toEqual({ records: 9, signed: 9, vouched: 0, unconfirmed: [], skipped: [], problems: [] })
  })

  describe('after any single byte was', () => {
    const mutations: Readonly<Record<string, (bytes: Buffer, at: number) => Buffer>> = {
      flipped: (bytes, at) => {
        const copy = Buffer.from(bytes)
        copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8))
        return copy
      },
      deleted: (bytes, at) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]),
      inserted: (bytes, at) =>
        Buffer.concat([bytes.subarray(0, at), Buffer.from([0x20 + (at % 90)]), bytes.subarray(at)])
    }

    it.each(Object.keys(mutations))('%s, notices', async name => {
      const { store, trust } = await deliver()
      const mutate = mutations[name] ?? (() => Buffer.alloc(0))
      const unnoticed: string[] = []
      let tried = 0
      for (const [path, content] of store.files) {
        const bytes = Buffer.from(content)
        // What is made of the records is compared as a whole: some of its bytes stand for all.
        const step = /^(?:records|keys|evidence|HEAD)/.test(path) ? 1 : 97
        for (let at = 0; at < bytes.length + (name === 'inserted' ? 1 : 0); at += step) {
          const files = new Map(store.files).set(path, mutate(bytes, at))
          const { problems } = await verifyLedger({ files, trust, stopAtFirst: true })
          tried++
          if (problems.length === 0) unnoticed.push(`${path} at ${at}`)
        }
      }

      expect(unnoticed).toEqual([])
      expect(tried).toBeGreaterThan(8_000)
    })
  })
})
