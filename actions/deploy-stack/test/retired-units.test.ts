import { expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { memoryDelivery, SHOP } from '@sluice-lab/memory'
import { retiredUnits } from '../src/retired-units.ts'

const WITHOUT = SHOP.replace(
  'environments:',
  'retired: { report: delete, worker: delete, mailer: keep, old: delete }\nenvironments:'
)
const WITH = SHOP.replace(
  'environments:',
  `  worker: { image: {}, stack: { template: infra/api.yml }, dependsOn: [api] }
  queue: { image: {}, stack: { template: infra/api.yml }, dependsOn: [worker, api] }
  report: { image: {}, stack: { template: infra/api.yml }, dependsOn: [queue] }
environments:`
)

it('retired units come with their stacks, their tags and what they took outputs of, as far as the deployed release says', async () => {
  const delivery = memoryDelivery()
  const before = await delivery.release(delivery.repository.add({ 'delivery.yml': WITH }))
  const { digest, commit } = before
  const pipeline = delivery.open()
  const target = { delivery: parseDelivery(WITHOUT, 'delivery.yml'), environment: pipeline.environment('staging') }
  const found = async () =>
    (await retiredUnits(delivery.open(), target)).map(({ unit, dependsOn }) => [unit, ...dependsOn])

  expect(await found()).toEqual([['report'], ['worker'], ['old']])
  await delivery.record({ event: 'deployed', environment: 'staging', release: { digest, commit } })

  expect(await found()).toEqual([['report', 'queue', 'worker', 'api'], ['worker', 'api'], ['old']])
  expect((await retiredUnits(delivery.open(), target))[1]).toMatchObject({
    stack: 'shop-staging-worker',
    tags: { product: 'shop', environment: 'staging', unit: 'worker' }
  })
})
