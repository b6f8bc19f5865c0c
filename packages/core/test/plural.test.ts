import { describe, expect, it } from '@jest/globals'
import { plural } from '../src/index.ts'

describe('plural', () => {
  it.each([
    [0, '0 bundles'],
    [1, '1 bundle'],
    [2, '2 bundles']
  ])('counts %d in the right number', (count, text) => {
    expect(plural(count, 'bundle')).toBe(text)
  })

  it('takes the plural of nouns that need more than an s', () => {
    expect(plural(1, 'registry', 'registries')).toBe('1 registry')
    expect(plural(3, 'registry', 'registries')).toBe('3 registries')
  })
})
