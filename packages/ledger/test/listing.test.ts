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

  it('finds each file, wherever it lies, and none that is not there', () => {
    const folders = ['a', 'a/b', 'a/b/c', 'b', 'ä']
    const named = folders.flatMap(folder => Array.from({ length: 40 }, (_, n) => `${folder}/${n * 7}.json`))
    const paths = [...named, 'HEAD.json', 'a.b'].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const listing = new Listing(listed(...paths))

    expect(paths.map(path => listing.get(path))).toEqual(paths.map((path, n) => ({ path, id: String(n) })))
    for (const absent of [
      '',
      'a',
      'a/',
      'a/b',
      'a/1.json',
      'a/0.jso',
      'a/0.json2',
      'b/280.json',
      'c/0.json',
      'ö',
      'HEAD'
    ])
      expect(listing.get(absent)).toBeUndefined()
  })

  it('has no content of what is no file', () => {
    const output = Buffer.from(`160000 commit 1\tmodule\0`)

    expect(new Listing(output).get('module')).toEqual({ path: 'module', id: undefined })
  })

  it.each([
    ['a file twice, which would be one for who verifies and another for who decides', ['HEAD.json', 'HEAD.json']],
    ['a file twice, with others between', ['HEAD.json', 'state.json', 'HEAD.json']],
    ['a folder twice', ['records/1.json', 'records/2.json', 'records/1.json']]
  ])('is refused with %s', (_, paths) => {
    expect(() => new Listing(listed(...paths))).toThrow(/ twice, or out of order: git writes no such folder/)
  })
})
