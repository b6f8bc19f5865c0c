import { describe, expect, it } from '@jest/globals'
import { formatPlace, parsePlace, sha256, UserError } from '../src/index.ts'

const PLACE = { sequence: 17, hash: sha256('record 17') }

describe('a place in the ledger', () => {
  it('is told to the next job, and understood there', () => {
    expect(parsePlace(formatPlace(PLACE), 'Input after')).toEqual(PLACE)
  })

  it.each([
    '17',
    `0@${PLACE.hash}`,
    `-1@${PLACE.hash}`,
    `1e3@${PLACE.hash}`,
    `9999999999999999@${PLACE.hash}`,
    '17@sha256:abc',
    `17@${PLACE.hash}@2`.replace(PLACE.hash, 'x')
  ])('is not %s', text => {
    expect(() => parsePlace(text, 'Input after')).toThrow(UserError)
    expect(() => parsePlace(text, 'Input after')).toThrow('Input after is not a place in the ledger.')
  })
})
