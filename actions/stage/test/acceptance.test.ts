import { describe, expect, it } from '@jest/globals'
import type { Environment } from '@sluice/delivery'
import { acceptanceOf } from '../src/acceptance.ts'

const HTTP = [{ path: '/', status: 200 }]

describe('the checks that are due of what is live', () => {
  it.each<[string, Environment['accept']]>([
    ['requests', { http: HTTP, run: [] }],
    ['requests', { http: [], run: [] }],
    ['commands', { http: [], run: ['npm test'] }],
    ['commands', { http: HTTP, run: ['npm test'] }]
  ])('are %s by %j', (due, accept) => {
    expect(acceptanceOf({ accept })).toBe(due)
  })
})
