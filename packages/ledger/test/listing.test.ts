import { describe, expect, it } from '@jest/globals'
import { Listing } from '../src/listing.ts'

/** What git lists of a commit with files at some paths. */
const listed = (...paths: readonly string[]): Buffer =>
  Buffer.from(paths.map((path, n) => `100644 blob ${n}\t${path}\0`).join(''))

describe('what git lists of a ledger', () => {
  it('has each file once, in the order of the bytes of its path', () => {
    const paths = ['HEAD.json', 'a-b', 'a.b', 'a/b', 'a/c', 'ab', 'ä', '😀']

    expect([...new Listing(listed(...paths)).paths()]).toEqual(paths)
  })

  it.each([
    ['a file twice, which would be one for who verifies and another for who decides', ['HEAD.json', 'HEAD.json']],
    ['a file twice, with others between', ['HEAD.json', 'state.json', 'HEAD.json']],
    ['a folder twice', ['records/1.json', 'records/2.json', 'records/1.json']]
  ])('is refused with %s', (_, paths) => {
    expect(() => new Listing(listed(...paths))).toThrow(/ twice, or out of order: git writes no such folder/)
  })
})
