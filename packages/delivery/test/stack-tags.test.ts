import { expect, it } from '@jest/globals'
import { stackTags } from '../src/index.ts'

it('takes the tags of product, unit and environment, the later ones over the earlier, and its own over all', () => {
  const delivery = { product: 'shop', tags: { Owner: 'shop', CostCenter: '1', unit: 'none' } }
  const environment = { name: 'staging', tags: { CostCenter: '3' } }
  const unit = {
    name: 'api',
    stack: { template: 'api.yml', parameters: {}, parameterFiles: [], tags: { Owner: 'search', CostCenter: '2' } }
  }

  expect(stackTags(delivery, environment, unit)).toEqual({
    Owner: 'search',
    CostCenter: '3',
    product: 'shop',
    environment: 'staging',
    unit: 'api'
  })
})
