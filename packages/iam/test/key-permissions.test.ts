import { describe, expect, it } from '@jest/globals'
import { allows, named } from './iam.ts'
import { ENCRYPTED, PUBLISHING, policiesOf } from './roles.ts'

const keyOf = (account: string, region = 'eu-west-1', partition = 'aws'): string =>
  `arn:${partition}:kms:${region}:${account}:key/0d9b7a52-3c1e-4f86-9a77-5b2e8c4d1f60`
const [OPS, NONPROD, PROD] = [keyOf('111111111111'), keyOf('222222222222'), keyOf('333333333333')]

/** What a role may do with a key when a service asks for it. */
function uses(text: string, role: string, key: string, service = 's3.eu-west-1.amazonaws.com'): readonly string[] {
  const { permissions } = named(policiesOf(text), role)
  const actions = [
    'Decrypt',
    'GenerateDataKey',
    'CreateGrant',
    'DescribeKey',
    'RetireGrant',
    'Encrypt',
    'ReEncryptFrom'
  ]
  return actions.filter(it => allows(permissions, `kms:${it}`, key, { 'kms:ViaService': [service] }))
}

describe('the key of an account', () => {
  it.each<[string, string, readonly string[]]>([
    ['push', OPS, ['Decrypt', 'GenerateDataKey']],
    ['pull', OPS, ['Decrypt']],
    ['staging-plan', NONPROD, ['Decrypt', 'GenerateDataKey']],
    ['staging-deploy', NONPROD, ['Decrypt', 'GenerateDataKey']],
    ['staging-execution', NONPROD, ['Decrypt']],
    // Anchors are written into the account of the ops registry, and only its role pull reads them.
    ['staging-plan', OPS, ['GenerateDataKey']],
    ['staging-deploy', OPS, ['GenerateDataKey']],
    ['staging-record', OPS, ['GenerateDataKey']],
    ['staging-record', NONPROD, []],
    ['staging-promote', OPS, []],
    ['staging-deploy', PROD, []],
    ['production-deploy', NONPROD, []]
  ])('lets %s do with %s, through S3, %j', (role, key, actions) => {
    expect(uses(ENCRYPTED, role, key)).toEqual(actions)
  })

  it('is used through no other service, in no other region, and by no request of a job itself', () => {
    for (const service of [
      'ecr.eu-west-1.amazonaws.com',
      's3.us-east-1.amazonaws.com',
      'lambda.eu-west-1.amazonaws.com',
      ''
    ])
      expect(
        ['pull', 'staging-deploy', 'staging-execution'].flatMap(role => uses(ENCRYPTED, role, NONPROD, service))
      ).toEqual([])
  })

  it('encrypts repositories that are made, and needs no right of whoever pulls from them', () => {
    const service = 'ecr.eu-west-1.amazonaws.com'

    expect(uses(ENCRYPTED, 'push', OPS, service)).toEqual(['CreateGrant', 'DescribeKey', 'RetireGrant'])
    expect(uses(ENCRYPTED, 'pull', OPS, service)).toEqual([])
  })

  it('is asked for under the name that S3 has in the partition', () => {
    const text = ENCRYPTED.replaceAll('eu-west-1', 'cn-north-1').replaceAll('arn:aws:', 'arn:aws-cn:')

    expect(uses(text, 'pull', keyOf('111111111111', 'cn-north-1', 'aws-cn'), 's3.cn-north-1.amazonaws.com.cn')).toEqual(
      ['Decrypt']
    )
  })

  it('is of no use to environments that neither publish nor take code from a bucket', () => {
    const text = ENCRYPTED.replace(', publish: Bucket, invalidate: Distribution', '').replaceAll(
      / bundles: storefront-code-\d+,/g,
      ''
    )

    expect(['staging-plan', 'staging-deploy', 'staging-execution'].flatMap(role => uses(text, role, NONPROD))).toEqual(
      []
    )
  })

  it('is not asked for where there is none', () => {
    expect(
      policiesOf(PUBLISHING)
        .flatMap(({ permissions }) => permissions.Statement)
        .filter(({ Sid }) => /crypt/.test(Sid))
    ).toEqual([])
  })

  it('leaves policies that IAM takes', () => {
    for (const { permissions } of policiesOf(ENCRYPTED)) {
      const sids = permissions.Statement.map(({ Sid }) => Sid)
      expect([JSON.stringify(permissions).length < 10_240, new Set(sids).size]).toEqual([true, sids.length])
    }
  })
})
