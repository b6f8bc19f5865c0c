import { describe, expect, it } from '@jest/globals'
import { type ExaminationTerms, type Examined, type Examiner, examinerOf, verifyLedger } from '../src/index.ts'
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
      const examiner = remembering(new Set(store.files.values()))
      const mutate = mutations[name] ?? (() => Buffer.alloc(0))
      const unnoticed: string[] = []
      let tried = 0
      for (const [path, content] of store.files) {
        const bytes = Buffer.from(content)
        // What is made of the records is compared as a whole: some of its bytes stand for all.
        const step = /^(?:records|keys|evidence|HEAD)/.test(path) ? 1 : 97
        for (let at = 0; at < bytes.length + (name === 'inserted' ? 1 : 0); at += step) {
          const files = new Map(store.files).set(path, mutate(bytes, at))
          const { problems } = await verifyLedger({ files, trust, stopAtFirst: true, examiner })
          tried++
          if (problems.length === 0) unnoticed.push(`${path} at ${at}`)
        }
      }

      expect(unnoticed).toEqual([])
      expect(tried).toBeGreaterThan(8_000)
    })
  })
})

/**
 * Examines files as they were before a mutation once, and everything else each time: of nine records, one differs. What a record's own files say
 * depends on no others but keys, and on whose ledger it is.
 */
function remembering(unchanged: ReadonlySet<Uint8Array>): (terms: ExaminationTerms) => Examiner {
  const examined = new Map<string, Examined>()
  const isUnchanged = (file: Uint8Array | undefined): boolean => file === undefined || unchanged.has(file)
  return terms => {
    const examine = examinerOf(terms)
    const { keyFiles, issuerKeyFiles, rules, proofs } = terms
    const canRemember = [...keyFiles.values(), ...issuerKeyFiles.values()].every(isUnchanged)
    return async records => {
      const found: Examined[] = []
      for (const files of records) {
        const isRemembered = canRemember && [files.bytes, files.signature, files.token].every(isUnchanged)
        const key = `${files.sequence} ${proofs} ${rules.repository}`
        const known = isRemembered ? examined.get(key) : undefined
        const now = known === undefined ? await examine([files]) : [known]
        if (isRemembered) for (const it of now) examined.set(key, it)
        found.push(...now)
      }
      return found
    }
  }
}
