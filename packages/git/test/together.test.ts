import { describe, expect, it } from '@jest/globals'
import { together } from '../src/together.ts'

describe('together', () => {
  it('looks up once what is asked for at the same moment, and each thing once', async () => {
    const asked: (readonly string[])[] = []
    const lengthOf = together<string, number>(async words => {
      asked.push(words)
      return new Map(words.filter(word => word !== 'absent').map(word => [word, word.length]))
    })

    expect(await Promise.all(['one', 'three', 'one', 'absent'].map(lengthOf))).toEqual([3, 5, 3, undefined])
    expect(await lengthOf('seven')).toBe(5)
    expect(asked).toEqual([['one', 'three', 'absent'], ['seven']])
  })

  it('tells everybody who asked that it failed, and tries again for the next one', async () => {
    let attempts = 0
    const find = together<string, number>(async () => {
      attempts += 1
      if (attempts === 1) throw new Error('the disk is gone')
      return new Map([['a', 1]])
    })

    const first = await Promise.allSettled([find('a'), find('b')])

    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await find('a')).toBe(1)
  })
})
