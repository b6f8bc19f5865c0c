import { describe, expect, it } from '@jest/globals'
import { cut } from '../src/index.ts'

describe('the beginning of a text', () => {
  it.each([
    ['abc', 2, 'ab'],
    ['abc', 9, 'abc'],
    ['a😀', 3, 'a😀'],
    ['a😀', 2, 'a\ufffd'],
    ['\ud83da', 5, '\ufffda'],
    ['a\ude00', 5, 'a\ufffd']
  ])('of %j is what UTF-8 can hold of the first %d', (text, length, beginning) => {
    expect(cut(text, length)).toBe(beginning)
  })
})
