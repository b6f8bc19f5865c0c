import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parseDelivery, trustRulesOf } from '@sluice/delivery'
import { type ExaminationTerms, examinerOf, gitTree, outlineOf, type RecordFiles, recordPath } from '@sluice/ledger'
import { examinerThreads, MANY } from '../src/examiner-threads.ts'
import { type DeliveredProduct, deliverProduct } from './delivered.ts'
import { git, temporaryFolder } from './storefront.ts'

describe('the records of a long ledger', () => {
  let root: string
  let product: DeliveredProduct
  let terms: ExaminationTerms
  let records: RecordFiles[]

  beforeAll(async () => {
    root = await temporaryFolder()
    product = await deliverProduct(root)
    const outline = await outlineOf(await gitTree({ directory: product.clone, branch: 'sluice-ledger' }))
    const numbers = Array.from({ length: outline.length }, (_, n) => n + 1)
    const contents = await outline.tree.read(
      numbers.flatMap(n => [recordPath(n), `${recordPath(n)}.sig`, recordPath(n).replace(/json$/, 'jwt')])
    )
    records = numbers.map((sequence, n) => ({
      sequence,
      bytes: contents[3 * n],
      signature: contents[3 * n + 1],
      token: contents[3 * n + 2]
    }))
    const { keyFiles, issuerKeyFiles } = outline
    const policy = parseDelivery(Buffer.from(await git(product.clone, 'show', 'HEAD:delivery.yml')), 'delivery.yml')
    terms = { rules: trustRulesOf(policy), keyFiles, issuerKeyFiles, proofs: true }
  })
  afterAll(async () => {
    await product.stop()
    await rm(root, { recursive: true, force: true })
  })

  it('are found by other threads to be what this one finds them to be', async () => {
    const [first, second, third] = records
    if (first === undefined || second === undefined || third === undefined) throw new Error('There are no records.')
    const asked = [
      { ...first, bytes: Buffer.from('{}') },
      { ...second, signature: first.signature },
      { ...third, token: second.token },
      { sequence: 4, bytes: undefined, signature: undefined, token: undefined },
      ...records.slice(4)
    ]
    const threads = examinerThreads(MANY, 2)
    try {
      const examine = threads.examiner(terms)

      const found = await Promise.all([examine(asked), examine([])])

      const expected = await examinerOf(terms)(asked)
      expect(found).toEqual([expected, []])
      expect(expected.map(({ decoded }) => decoded.ok)).toEqual(asked.map((_, n) => n !== 0 && n !== 3))
      expect(expected[1]?.trust).toContain('its signature was not made by key')
      expect(expected[2]?.vouching).toMatchObject({ ok: false })
      expect(expected[4]?.vouching).toMatchObject({ ok: true })
    } finally {
      await threads.close()
    }
  })

  it('are not waited for when a thread has ended', async () => {
    const threads = examinerThreads(MANY, 1)
    const examine = threads.examiner(terms)
    const ended = expect(examine(records)).rejects.toThrow('ended before it had answered')

    await threads.close()

    await ended
    await expect(examine(records)).rejects.toThrow('ended before it had answered')
  })

  it('are not forgotten when a thread fails', async () => {
    const threads = examinerThreads(MANY, 1)
    try {
      const examine = threads.examiner({ ...terms, rules: undefined as never })

      await expect(examine(records)).rejects.toThrow('Cannot destructure')
      await expect(examine(records)).rejects.toThrow('Cannot destructure')
    } finally {
      await threads.close()
    }
  })

  it('are examined here where there are few', async () => {
    expect(examinerThreads(MANY - 1).examiner).toBe(examinerOf)
  })
})
