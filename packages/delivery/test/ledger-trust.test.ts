import { describe, expect, it } from '@jest/globals'
import { STOREFRONT } from '@sluice-lab/samples'
import { parseDelivery, trustRulesOf } from '../src/index.ts'

const delivery = parseDelivery(STOREFRONT, 'delivery.yml')

describe('whose records count', () => {
  it('is who has a listed key, for the product', () => {
    const { trust, products, advisory } = trustRulesOf(delivery)

    expect([trust, products, advisory]).toEqual([delivery.ledger.trust, ['storefront'], false])
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

  it('is of an environment named alone everybody who signs there', () => {
    expect(trustRulesOf(delivery).trust[1]?.signs).toEqual([
      'integration/plan',
      'integration/intent',
      'integration/outcome',
      'staging/plan',
      'staging/intent',
      'staging/outcome'
    ])
  })

  it('is everybody, and said to be, where no key signs', () => {
    const advisory = { ...delivery, ledger: { branch: 'sluice-ledger', formerly: [], trust: [] } }

    expect(trustRulesOf(advisory)).toMatchObject({ advisory: true, trust: [] })
  })
})
