import { describe, expect, it } from '@jest/globals'
import { decodeLedgerState, decodeSectionState } from '../src/state.ts'

describe('a state', () => {
  it.each(['{', '[]', 'null', '{"sections":1}'])('is none in the bytes %s', text => {
    const bytes = Buffer.from(text)

    expect([decodeLedgerState(bytes), decodeSectionState(bytes)]).toEqual([undefined, undefined])
  })
})
