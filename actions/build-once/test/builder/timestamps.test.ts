import { describe, expect, it } from '@jest/globals'
import type { Digest } from '@sluice/core'
import { contextTime } from '../../src/builder/timestamps.ts'

const of = (start: string): Digest => `sha256:${start.padEnd(64, '0')}` as Digest

describe('the time of the files of a build context', () => {
  it('begins a day after the first that a zip file can hold, and stays in the eighties', () => {
    expect(contextTime(of('0'))).toBe(Date.UTC(1980, 0, 2) / 1000)
    expect(contextTime(of('f'.repeat(64)))).toBeLessThan(Date.UTC(1990, 0, 1) / 1000)
  })

  it('follows from the first 48 bits of the fingerprint, each of which makes another time', () => {
    const bits = Array.from({ length: 48 }, (_, n) => of((2n ** BigInt(n)).toString(16).padStart(12, '0')))

    expect(new Set([of('0'), ...bits].map(contextTime)).size).toBe(49)
    expect(contextTime(of('000000100000'))).toBe(contextTime(of('0')) + 1)
    expect(contextTime(of('0000000000001'))).toBe(contextTime(of('0')))
  })
})
