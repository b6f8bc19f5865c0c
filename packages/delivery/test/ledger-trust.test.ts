import { describe, expect, it } from '@jest/globals'
import { STOREFRONT } from '@sluice-lab/samples'
import { parseDelivery, trustRulesOf } from '../src/index.ts'

const delivery = parseDelivery(STOREFRONT, 'delivery.yml')

describe('whose records count', () => {
  it('is who has a pinned key, for the product, and for the environments of the account', () => {
    const { trust, products, advisory, accountOf } = trustRulesOf(delivery)

    expect([trust, products, advisory]).toEqual([delivery.ledger.trust, ['storefront'], false])
    expect(['integration', 'production'].map(accountOf)).toEqual(['nonprod', 'prod'])
  })

  it('is also who wrote under a former name of the product', () => {
    const renamed = parseDelivery(
      STOREFRONT.replace('product: storefront', 'product: shop').replace(
        'ledger:',
        'ledger:\n  formerly: [storefront]'
      ),
      'delivery.yml'
    )

    expect(trustRulesOf(renamed).products).toEqual(['shop', 'storefront'])
  })

  it('is the account of the registry for what belongs to no environment', () => {
    expect(trustRulesOf(delivery).accountOf(undefined)).toBe('ops')
  })

  it('is any pinned key for an environment that the file no longer names', () => {
    expect(trustRulesOf(delivery).accountOf('demo')).toBeUndefined()
  })

  it('is everybody, and said to be, where no key signs', () => {
    const advisory = { ...delivery, ledger: { branch: 'sluice-ledger', formerly: [], trust: {} } }

    expect(trustRulesOf(advisory)).toMatchObject({ advisory: true, trust: {} })
  })
})
