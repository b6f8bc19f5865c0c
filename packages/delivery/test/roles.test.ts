import { describe, expect, it } from '@jest/globals'
import { changed, STOREFRONT } from '@sluice-lab/samples'
import { accountNamed, deliveryRoles, environmentNamed, parseDelivery, unitNamed } from '../src/index.ts'

const delivery = parseDelivery(STOREFRONT, 'delivery.yml')

describe('deliveryRoles', () => {
  it('puts the roles of the registry into its account', () => {
    const { push, pull } = deliveryRoles(delivery)

    expect(push).toEqual({
      name: 'sluice-storefront-push',
      arn: 'arn:aws:iam::111111111111:role/sluice-storefront-push',
      account: 'ops',
      region: 'eu-west-1'
    })
    expect(pull.arn).toBe('arn:aws:iam::111111111111:role/sluice-storefront-pull')
  })

  it("puts an environment's roles into its account, except the one that moves tags", () => {
    const roles = deliveryRoles(delivery).environment('production')

    expect(roles.promote.arn).toBe('arn:aws:iam::111111111111:role/sluice-storefront-production-promote')
    expect(roles.plan.arn).toBe('arn:aws:iam::333333333333:role/sluice-storefront-production-plan')
    expect(roles.deploy.arn).toBe('arn:aws:iam::333333333333:role/sluice-storefront-production-deploy')
    expect(roles.execution.arn).toBe('arn:aws:iam::333333333333:role/sluice-storefront-production-execution')
  })

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['eu-central-1', 'aws']
  ])('knows that %s is in the partition %s', (region, partition) => {
    const text = changed('"111111111111", region: eu-west-1', `"111111111111", region: ${region}`)

    expect(deliveryRoles(parseDelivery(text, 'delivery.yml')).push.arn).toMatch(`arn:${partition}:iam::`)
  })

  it('names the environments that exist when another is asked for', () => {
    expect(() => deliveryRoles(delivery).environment('stagign')).toThrow(
      'delivery.yml has no environment "stagign" (did you mean "staging"?). It has: integration, staging, production.'
    )
  })
})

describe('looking up by name', () => {
  it('finds what is there and refuses what is not', () => {
    expect(environmentNamed(delivery, 'staging').account).toBe('nonprod')
    expect(unitNamed(delivery, 'site').kind).toBe('bundle')
    expect(accountNamed(delivery, 'prod').id).toBe('333333333333')
    expect(() => unitNamed(delivery, 'sit')).toThrow(
      'delivery.yml has no unit "sit" (did you mean "site"?). It has: api, site.'
    )
    expect(() => accountNamed(delivery, 'x')).toThrow('delivery.yml has no account "x". It has: ops, nonprod, prod.')
  })
})
