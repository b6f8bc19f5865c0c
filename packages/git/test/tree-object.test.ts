import { describe, expect, it } from '@jest/globals'
import { parseTree } from '../src/index.ts'

const ID = Buffer.alloc(20, 0xab)

describe('the bytes of a tree', () => {
  it('name members with mode and id', () => {
    const content = Buffer.concat([Buffer.from('100644 a b\0'), ID, Buffer.from('40000 folder\0'), ID])

    expect(parseTree(content)).toEqual([
      { mode: '100644', id: 'ab'.repeat(20), name: 'a b' },
      { mode: '040000', id: 'ab'.repeat(20), name: 'folder' }
    ])
  })

  it.each([
    ['no NUL', Buffer.from('x'.repeat(40))],
    ['a member that ends at its name', Buffer.from('100644 a\0')],
    ['a member whose id is cut off', Buffer.concat([Buffer.from('100644 a\0'), ID.subarray(1)])],
    ['more behind the last member', Buffer.concat([Buffer.from('100644 a\0'), ID, Buffer.from('1')])]
  ])('are refused with %s', (_, content) => {
    expect(() => parseTree(content)).toThrow('What git sent as a folder is not one.')
  })
})
