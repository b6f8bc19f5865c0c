import { describe, expect, it } from '@jest/globals'
import { canonicalJson, type Digest, sha256 } from '@sluice/core'
import {
  decodeLedgerState,
  decodeSectionState,
  EMPTY_SECTION,
  encodeState,
  type LedgerState,
  type SectionState
} from '../src/state.ts'

describe('a state', () => {
  it.each(['{', '[]', 'null', '{"sections":1}'])('is none in the bytes %s', text => {
    const bytes = Buffer.from(text)

    expect([decodeLedgerState(bytes), decodeSectionState(bytes)]).toEqual([undefined, undefined])
  })

  it('of a section is written as canonical JSON, in whatever order its members come, and whatever was written before', () => {
    const placed = { run: '7', release: { digest: sha256('r'), commit: 'c'.repeat(40) }, attempt: 1, ...reference(4) }
    const open = [1, 2].map(n => ({ run: String(n), attempt: n, heard: '2026-01-01T00:00:00Z', last: reference(n) }))
    const state: SectionState = {
      ...{ open, judged: { ...reference(5), accepted: true } },
      ...{ index: sha256('index'), deployed: placed, found: placed, config: 'söme "delivery".yml' }
    }

    for (const it of [EMPTY_SECTION, state, { ...state, open: open.slice(1) }, { ...state, open: [] }])
      expect(encodeState(it)).toEqual({ text: canonicalJson(it), digest: sha256(canonicalJson(it)) })
    expect(decodeSectionState(Buffer.from(encodeState(state).text))).toEqual(state)
  })

  it('of all sections is written as canonical JSON, in whatever order they come', () => {
    const standing = { state: sha256('state'), sequence: 3, record: sha256('record') }
    const state: LedgerState = {
      sections: { product: standing, 'environments/b': { sequence: 4, state: sha256('b') }, 'environments/a': standing }
    }

    for (const it of [{ sections: {} }, state, { sections: { ...state.sections, 'environments/b-c': standing } }])
      expect(encodeState(it).text).toBe(canonicalJson(it))
    expect(decodeLedgerState(Buffer.from(encodeState(state).text))).toEqual(state)
  })
})

function reference(sequence: number): { readonly sequence: number; readonly body: Digest } {
  return { sequence, body: sha256(String(sequence)) }
}
