import { describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { STOREFRONT } from '@sluice-lab/samples'
import { rolePolicies } from '../src/index.ts'
import { allows, named } from './iam.ts'
import { PUBLISHING, policiesOf, REPOSITORY } from './roles.ts'

const policies = policiesOf(PUBLISHING)

describe('the execution role', () => {
  it('may do what the product says, but not touch the roles of Sluice', () => {
    const found = rolePolicies({
      delivery: parseDelivery(STOREFRONT, 'delivery.yml'),
      repository: REPOSITORY,
      execution: ({ name }) => [
        { Sid: 'All', Effect: 'Allow', Action: ['iam:*'], Resource: [`arn:aws:iam::*:role/*${name}*`] }
      ]
    })
    const { permissions } = named(found, 'staging-execution')
    const role = (name: string): string => `arn:aws:iam::222222222222:role/${name}`

    const within = { 'iam:PermissionsBoundary': ['arn:aws:iam::222222222222:policy/sluice-storefront-boundary'] }

    expect(allows(permissions, 'iam:CreateRole', role('storefront-staging-api-TaskRole'), within)).toBe(true)
    expect(allows(permissions, 'iam:CreateRole', role('storefront-integration-api-TaskRole'), within)).toBe(false)
    expect(allows(permissions, 'iam:PutRolePolicy', role('sluice-storefront-staging-plan'))).toBe(false)
    expect(allows(permissions, 'iam:PassRole', role('sluice-storefront-staging-execution'))).toBe(false)
  })

  it('may touch neither the issuer that is trusted nor the keys of the ledger, whatever the product says', () => {
    const found = rolePolicies({
      delivery: parseDelivery(
        STOREFRONT.replace('alias/sluice-storefront-ledger', 'alias/storefront/ledger'),
        'delivery.yml'
      ),
      repository: REPOSITORY,
      execution: () => [{ Sid: 'All', Effect: 'Allow', Action: ['iam:*', 'kms:*'], Resource: ['*'] }]
    })
    const { permissions } = named(found, 'staging-execution')
    const issuer = 'arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com'
    const kms = (name: string): string => `arn:aws:kms:eu-west-1:222222222222:${name}`

    expect(allows(permissions, 'iam:UpdateOpenIDConnectProviderThumbprint', issuer)).toBe(false)
    for (const alias of ['alias/storefront/ledger', 'alias/sluice-other-ledger'])
      expect(allows(permissions, 'kms:DeleteAlias', kms(alias))).toBe(false)
    expect(allows(permissions, 'kms:CreateAlias', kms('alias/storefront-data'))).toBe(true)
    expect(permissions.Statement.find(({ Sid }) => Sid === 'ProtectLedgerKeys')).toMatchObject({
      Effect: 'Deny',
      Action: ['kms:*'],
      Resource: ['arn:aws:kms:*:222222222222:key/*'],
      Condition: {
        'ForAnyValue:StringLike': {
          'kms:ResourceAliases': ['alias/sluice-*', 'alias/storefront/ledger', 'alias/storefront/ledger/*']
        }
      }
    })
  })

  it('may do nothing while the product says nothing', () => {
    expect(
      new Set(named(policiesOf(STOREFRONT), 'staging-execution').permissions.Statement.map(({ Effect }) => Effect))
    ).toEqual(new Set(['Deny']))
  })

  it('is taken by CloudFormation alone', () => {
    expect(named(policies, 'staging-execution').trust.Statement).toEqual([
      {
        Sid: 'Stacks',
        Effect: 'Allow',
        Principal: { Service: 'cloudformation.amazonaws.com' },
        Action: 'sts:AssumeRole'
      }
    ])
  })
})
