import { describe, expect, it } from '@jest/globals'
import { printMoment } from '../src/index.ts'

describe('a moment', () => {
  it.each([
    [Date.UTC(2026, 0, 5, 12, 30, 15, 250), '2026-01-05T12:30:15.250Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [-1, '1970-01-01T00:00:00.000Z'],
    [253_402_300_799_999, '9999-12-31T23:59:59.999Z'],
    [9e15, '9999-12-31T23:59:59.999Z'],
    [Number.POSITIVE_INFINITY, '9999-12-31T23:59:59.999Z'],
    [Number.NaN, '1970-01-01T00:00:00.000Z']
  ])('of %d milliseconds is written %s', (milliseconds, written) => {
    expect(printMoment(milliseconds)).toBe(written)
  })
})
