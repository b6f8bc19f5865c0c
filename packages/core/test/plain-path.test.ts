import { describe, expect, it } from '@jest/globals'
import { isPlainPath } from '../src/index.ts'

describe('the path of a file in a repository', () => {
  it.each(['delivery.yml', 'shop/delivery.yml', '.github/delivery.yml', '..a/b..', 'a b/ä.yml', '...'])(
    'may be %s',
    path => {
      expect(isPlainPath(path)).toBe(true)
    }
  )

  it.each([
    ...['', '.', '..', './delivery.yml', '../x', 'a/../b', 'a/.', 'a/..', 'a//b', '/a', 'a/'],
    ...['a\\b', 'a\nb', 'a\n', '\u007f', 'a\u0085']
  ])('is in one spelling, and not %j', path => {
    expect(isPlainPath(path)).toBe(false)
  })
})
