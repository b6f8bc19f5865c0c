import { describe, expect, it } from '@jest/globals'
import { requireOwnBuckets } from '../src/publish-content.ts'

describe('the buckets of units that publish', () => {
  it('are one for each unit, or not known yet', () => {
    const buckets = ['a', 'b', undefined, undefined].map((bucket, n) => ({ unit: `unit-${n}`, bucket }))

    expect(() => requireOwnBuckets(buckets)).not.toThrow()
  })

  it('are refused where two units have the same, and both are named', () => {
    const buckets = [
      { unit: 'site', bucket: 'shop-site' },
      { unit: 'docs', bucket: 'shop-site' }
    ]

    expect(() => requireOwnBuckets(buckets)).toThrow(
      "site and docs publish to the same bucket, shop-site, and would replace and remove each other's files. Give each of their stacks a bucket of its own."
    )
  })
})
