import { describe, expect, it } from '@jest/globals'
import { sha256, shortDigest } from '@sluice/core'
import { clip, wholeLines } from '../../src/dossier/clip.ts'

describe('a text from outside', () => {
  it('is shown whole when it is short enough', () => {
    expect(clip('12345', 5)).toBe('12345')
  })

  it('is shown by its beginning, its length and its hash when it is not', () => {
    expect(clip('123456', 5)).toBe(`12345… (6 characters, ${shortDigest(sha256('123456'))})`)
  })

  it('is told from another that begins alike and is as long', () => {
    expect(clip('aaab', 2)).not.toBe(clip('aaac', 2))
  })

  it('is not cut within a character', () => {
    expect(clip('ab😀cd', 3)).toMatch(/^ab… \(6/)
  })
})

describe('the whole lines of a text', () => {
  it.each([
    ['one\ntwo\nthree\n', 8, 'one\ntwo\n'],
    ['one\ntwo\nthree\n', 10, 'one\ntwo\n'],
    ['one\ntwo\nthree\n', 14, 'one\ntwo\nthree\n'],
    ['äöü\nx\n', 6, ''],
    ['äöü\nx\n', 7, 'äöü\n']
  ])('of %j in %d bytes are %j', (text, bytes, expected) => {
    expect(wholeLines(text, bytes)).toBe(expected)
  })
})
