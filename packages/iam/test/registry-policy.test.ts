import { describe, expect, it } from '@jest/globals'
import { parseAccountId } from '@sluice/core'
import { accountNamed, type Delivery, parseDelivery } from '@sluice/delivery'
import { STOREFRONT } from '@sluice-lab/samples'
import { type RegistryPolicy, registryPolicy } from '../src/index.ts'
import { allows, type RequestContext } from './iam.ts'

/** What ECR takes of a registry's policy, in characters (API reference, PutRegistryPolicy). */
const MOST = 10_240

const API = 'arn:aws:ecr:eu-west-1:111111111111:repository/storefront/api'

const SAMPLE = parseDelivery(STOREFRONT, 'delivery.yml')

function policyOf(delivery: Delivery): RegistryPolicy {
  const found = registryPolicy(delivery)
  if (found === undefined) throw new Error('Nothing is delivered as an image.')
  return found
}

/** Whether the registry lets a caller do something, as far as its policy says. */
function admits(delivery: Delivery, principal: string, action: string, resource: string, context: RequestContext = {}) {
  const { policy } = policyOf(delivery)
  const Statement = policy.Statement.filter(({ Principal }) =>
    'AWS' in Principal ? Principal.AWS.includes(principal) : Principal.Service === principal
  )
  return allows({ ...policy, Statement }, action, resource, context)
}

const root = (account: string): string => `arn:aws:iam::${account}:root`
const functionOf = (account: string, region = 'eu-west-1'): RequestContext => ({
  'aws:SourceAccount': [account],
  'aws:SourceArn': [`arn:aws:lambda:${region}:${account}:function:storefront-production-api`]
})

describe('the policy of the ops registry', () => {
  it.each(['222222222222', '333333333333'])(
    'lets account %s, of an environment, pull the images of the product',
    id => {
      for (const action of ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'])
        expect(admits(SAMPLE, root(id), action, API)).toBe(true)
      expect(admits(SAMPLE, root(id), 'ecr:BatchGetImage', API.replace('storefront/', 'warehouse/'))).toBe(false)
      for (const action of ['ecr:PutImage', 'ecr:BatchDeleteImage', 'ecr:CreateRepository', 'ecr:SetRepositoryPolicy'])
        expect(admits(SAMPLE, root(id), action, API)).toBe(false)
    }
  )

  it('lets no other account pull', () => {
    expect(admits(SAMPLE, root('444444444444'), 'ecr:BatchGetImage', API)).toBe(false)
    expect(JSON.stringify(policyOf(SAMPLE).policy)).not.toContain('"*"')
  })

  it('lets Lambda pull for functions of these accounts, and for nobody else', () => {
    const lambda = (context: RequestContext): boolean =>
      admits(SAMPLE, 'lambda.amazonaws.com', 'ecr:GetDownloadUrlForLayer', API, context)

    expect(lambda(functionOf('333333333333'))).toBe(true)
    expect(lambda(functionOf('444444444444'))).toBe(false)
    expect(lambda({ ...functionOf('333333333333'), 'aws:SourceAccount': ['444444444444'] })).toBe(false)
    expect(lambda({})).toBe(false)
  })

  it('names no account where all environments are in that of the registry, but Lambda', () => {
    const environments = SAMPLE.environments.map(it => ({ ...it, account: 'ops' }))
    const here = { ...SAMPLE, environments }

    expect(policyOf(here).policy.Statement.map(({ Principal }) => Principal)).toEqual([
      { Service: 'lambda.amazonaws.com' }
    ])
    expect(admits(here, 'lambda.amazonaws.com', 'ecr:BatchGetImage', API, functionOf('111111111111'))).toBe(true)
  })

  it('names its statements by the product: one policy serves all products of an account', () => {
    const sids = policyOf({ ...SAMPLE, product: 'gift-cards' }).policy.Statement.map(({ Sid }) => Sid)

    expect(sids).toEqual(['PullGiftCards', 'PullFunctionsOfGiftCards'])
  })

  it('says nothing where nothing is delivered as an image', () => {
    expect(registryPolicy({ ...SAMPLE, units: SAMPLE.units.filter(({ kind }) => kind === 'bundle') })).toBeUndefined()
  })

  it('fits into what ECR takes, also with forty accounts', () => {
    const [environment] = SAMPLE.environments
    if (environment === undefined) throw new Error('The sample has environments.')
    const names = Array.from({ length: 40 }, (_, n) => `account-${n + 10}`)
    const accounts = Object.fromEntries(
      names.map(name => [name, { ...accountNamed(SAMPLE, 'prod'), id: parseAccountId(`4444444444${name.slice(-2)}`) }])
    )
    const environments = names.map(name => ({ ...environment, name, account: name }))

    const many = registryPolicy({ ...SAMPLE, accounts: { ...SAMPLE.accounts, ...accounts }, environments })

    const text = JSON.stringify(many?.policy)
    expect(names.filter(name => text.includes(`:4444444444${name.slice(-2)}:root`))).toEqual(names)
    expect(text.length).toBeLessThan(MOST)
  })
})
