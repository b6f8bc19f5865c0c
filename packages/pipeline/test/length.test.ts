import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { callsOfNext, writeLongLedger } from '@sluice-lab/memory'

// `node scripts/count-by-length.mjs` counts the same at 100,000 records.
describe('the calls of GitHub that a delivery takes', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sluice-length-'))
  })
  afterAll(async () => rm(root, { recursive: true, force: true }))

  it('are as many with a long past as with a short one: to decide, and to write', async () => {
    const found = []
    for (const records of [100, 3_000]) {
      const directory = join(root, `${records}.git`)
      await writeLongLedger({ directory, records, vouched: false })
      found.push(await callsOfNext(directory))
    }

    const [short, long] = found
    expect(long?.records).toBeGreaterThan(25 * (short?.records ?? Number.POSITIVE_INFINITY))
    expect(short?.decision).toBeGreaterThan(0)
    expect(short?.append).toBeGreaterThan(0)
    expect([long?.decision, long?.append]).toEqual([short?.decision, short?.append])
    // Or as many fetches of git, and no call. What these take is bounded by the folders that an index may have.
    expect(short?.fetched.times).toBeLessThanOrEqual(10)
    expect(long?.fetched.times).toBe(short?.fetched.times)
    expect(long?.fetched.bytes).toBeLessThan(512 * 1024)
  }, 120_000)
})
