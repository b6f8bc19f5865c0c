import { describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { STOREFRONT } from '@sluice-lab/samples'
import { longTrusts } from '../src/index.ts'
import { REPOSITORY } from './roles.ts'

describe('trust policies that IAM does not take', () => {
  it('are none where no workflow is named', () => {
    const { sluice: _, ...delivery } = parseDelivery(STOREFRONT, 'delivery.yml')

    expect(longTrusts({ delivery, repository: REPOSITORY })).toEqual([])
  })

  it('are looked at as they are during an upgrade, which lists two commits', () => {
    const refs = Array.from({ length: 12 }, (_, n) => `refs/heads/release-of-a-very-long-name-${n}`)
    const text = `deliverFrom: [${refs.join(', ')}]\n${STOREFRONT}`
    const delivery = parseDelivery(text, 'delivery.yml')
    const [commit = ''] = delivery.sluice?.commits ?? []
    const upgrading = {
      ...delivery,
      ...(delivery.sluice && { sluice: { ...delivery.sluice, commits: [commit, commit] } })
    }

    const long = longTrusts({ delivery, repository: REPOSITORY })

    expect(long.length).toBeGreaterThan(0)
    expect(longTrusts({ delivery: upgrading, repository: REPOSITORY })).toEqual(long)
  })
})
