import { describe, expect, it } from '@jest/globals'
import { mayAllowPull } from '../src/pull-rights.ts'

const ACCOUNT = '222222222222'
const API = 'arn:aws:ecr:eu-west-1:111111111111:repository/shop/api'
const BOTH = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` }

const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (changes: object = {}): object => ({ Effect: 'Allow', Principal: ROOT, Action: BOTH, ...changes })

describe('policies of a registry may let an account pull', () => {
  it.each<[string, readonly (string | undefined)[]]>([
    ['by naming it', [policy(allow())]],
    ['by its number alone', [policy(allow({ Principal: { AWS: ['444444444444', ACCOUNT] } }))]],
    ['by one of its roles', [policy(allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/app` } }))]],
    ['by anyone', [policy(allow({ Principal: '*' }))]],
    ['by any account', [policy(allow({ Principal: { AWS: '*' } }))]],
    ['by a service, which pulls for it', [policy(allow({ Principal: { Service: 'lambda.amazonaws.com' } }))]],
    ['by patterns', [policy(allow({ Action: ['ecr:Batch*', 'ecr:GetDownload?rlForLayer'], Resource: API }))]],
    ['by every action', [policy(allow({ Action: 'ecr:*', Resource: [API.replace('api', '*')] }))]],
    ['by a statement each', [policy(allow({ Action: BOTH[0] })), policy(allow({ Action: [BOTH[1]] }))]],
    ['by conditions, which may hold', [policy(allow({ Principal: '*', Condition: { StringEquals: {} } }))]],
    ['by exceptions, which may not hold', [policy({ Effect: 'Allow', NotPrincipal: ROOT, NotAction: 'ecr:Put*' })]],
    ['by one statement, not in a list', [JSON.stringify({ Statement: allow() })]],
    ['by what cannot be read', ['{']],
    ['by what is no policy', ['"text"']],
    ['by what is no statement', [JSON.stringify({ Statement: 'text' })]]
  ])('%s', (_, policies) => {
    expect(mayAllowPull(policies, ACCOUNT, API)).toBe(true)
  })

  it.each<[string, readonly (string | undefined)[]]>([
    ['where there is none', [undefined, undefined]],
    ['that name others', [policy(allow({ Principal: { AWS: 'arn:aws:iam::333333333333:root' } }))]],
    ['that name others alone', [policy(allow({ Principal: {} }))]],
    ['that allow one half', [policy(allow({ Action: 'ecr:BatchGetImage' }))]],
    ['that allow to push', [policy(allow({ Action: ['ecr:PutImage', 'ecr:BatchCheckLayerAvailability'] }))]],
    ['for other repositories', [policy(allow({ Resource: API.replace('shop/', 'bakery/') }))]],
    ['that deny', [policy(allow({ Effect: 'Deny' }))]]
  ])('but not %s', (_, policies) => {
    expect(mayAllowPull(policies, ACCOUNT, API)).toBe(false)
  })
})
