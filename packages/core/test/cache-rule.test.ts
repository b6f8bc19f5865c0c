import { describe, expect, it } from '@jest/globals'
import { cacheControlOf, fitsStars } from '../src/index.ts'

describe('a pattern with stars', () => {
  it.each([
    ['index.html', 'index.html', true],
    ['index.html', 'en/index.html', false],
    ['*', '', true],
    ['*', 'a/b', true],
    ['assets/*', 'assets/js/app.js', true],
    ['assets/*', 'assets', false],
    ['*.html', 'en/index.html', true],
    ['*.html', 'index.html.gz', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*ab*ab', 'xabab', true],
    ['*ab*ab', 'xab', false],
    ['*.js*.map', 'app.js.map', true],
    ['*x*y*', 'yx', false]
  ])('%j and %j: %j', (pattern, text, fits) => {
    expect(fitsStars(pattern, text)).toBe(fits)
  })

  it('takes no time to speak of, however it is written', () => {
    expect(fitsStars(`${'*a'.repeat(500)}b`, 'a'.repeat(1_000))).toBe(false)
  })
})

describe('what a file is cached by', () => {
  const rules = [
    { files: 'assets/*', value: 'immutable' },
    { files: '*', value: 'no-cache' }
  ]

  it('is the first rule that fits, or nothing', () => {
    expect(cacheControlOf(rules, 'assets/app.js')).toBe('immutable')
    expect(cacheControlOf(rules, 'index.html')).toBe('no-cache')
    expect(cacheControlOf(rules.slice(0, 1), 'index.html')).toBeUndefined()
  })
})
