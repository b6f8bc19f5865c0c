import { describe, expect, it } from '@jest/globals'
import { onOneLine, visible } from '../src/index.ts'

describe('a text with characters that a terminal obeys', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Jb', 'a [2Jb', 'a\\u{1b}[2Jb'],
    ['a line break', 'a\r\nb', 'a b', 'a\\u{d}\\u{a}b'],
    ['a reversed direction', 'a\u202eb', 'a b', 'a\\u{202e}b'],
    ['a line separator', 'a\u2028b', 'a b', 'a\\u{2028}b'],
    ['an invisible tag beyond 16 bits', 'a\u{e0041}b', 'a b', 'a\\u{e0041}b'],
    ['letters that are empty', 'a\u3164\u2800b', 'a b', 'a\\u{3164}\\u{2800}b'],
    ['what joins and has no picture', 'pr\u034fod', 'pr\u034fod', 'pr\\u{34f}od'],
    ['a blank that is none', 'a\u00a0b', 'a\u00a0b', 'a\\u{a0}b']
  ])('shows %s as a blank or as an escape', (_, text, line, escaped) => {
    expect(onOneLine(text)).toBe(line)
    expect(visible(text)).toBe(escaped)
  })

  it('stays as it is without them', () => {
    expect([onOneLine('é 漢 😀'), visible('é 漢 😀')]).toEqual(['é 漢 😀', 'é 漢 😀'])
  })
})
