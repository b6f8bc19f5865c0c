import { describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { changed, STOREFRONT } from '@sluice-lab/samples'
import { type AnchorBucket, anchorBucket, boundaryPolicies, type RolePolicies, rolePolicies } from '../src/index.ts'
import { allows, named, type RequestContext } from './iam.ts'

const REPOSITORY = { owner: 'octo-shop', ownerId: '11', name: 'storefront', id: '22', defaultBranch: 'main' }
const BUCKET = 'arn:aws:s3:::storefront-ledger-anchors'

/** A request that fails where there is an object already. */
const ONCE: RequestContext = { 'aws:ResourceAccount': ['111111111111'], 's3:if-none-match': ['*'] }
const PLAIN: RequestContext = { 'aws:ResourceAccount': ['111111111111'] }

function policiesOf(text: string): readonly RolePolicies[] {
  return rolePolicies({ delivery: parseDelivery(text, 'delivery.yml'), repository: REPOSITORY })
}

const policies = policiesOf(STOREFRONT)

function bucketOf(text: string): AnchorBucket {
  const found = anchorBucket(parseDelivery(text, 'delivery.yml'))
  if (found === undefined) throw new Error('The ledger is not anchored.')
  return found
}

/** Whether the bucket lets a caller do something, as far as its own policy says. */
function bucketAllows(principal: string, action: string, key: string, context: RequestContext): boolean {
  const { policy } = bucketOf(STOREFRONT)
  const account = principal.split(':')[4]
  const Statement = policy.Statement.filter(
    ({ Principal }) => Principal === '*' || Principal.AWS === `arn:aws:iam::${account}:root`
  )
  const resource = key === '' ? BUCKET : `${BUCKET}/${key}`
  return allows({ ...policy, Statement }, action, resource, { ...context, 'aws:PrincipalArn': [principal] })
}

const role = (name: string, account = '333333333333'): string =>
  `arn:aws:iam::${account}:role/sluice-storefront-${name}`

describe('the roles that write records', () => {
  it.each([
    ['push', 'product'],
    ['integration-plan', 'environments/integration'],
    ['production-plan', 'environments/production'],
    ['production-deploy', 'environments/production'],
    ['production-record', 'environments/production']
  ])('let %s anchor in %s alone, and only once', (name, section) => {
    const { permissions } = named(policies, name)
    const may = (key: string, context = ONCE): boolean =>
      allows(permissions, 's3:PutObject', `${BUCKET}/${key}`, context)

    expect(may(`storefront/${section}/999999999999990`)).toBe(true)
    expect(may(`storefront/${section}/999999999999990`, PLAIN)).toBe(false)
    expect(may(`storefront/${section}-eu/999999999999990`)).toBe(false)
    for (const other of ['product', 'environments/integration', 'environments/staging', 'environments/production'])
      expect(may(`storefront/${other}/1`)).toBe(other === section)
    expect(may(`warehouse/${section}/1`)).toBe(false)
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutBucketPolicy', 's3:GetObject'])
      expect(allows(permissions, action, `${BUCKET}/storefront/${section}/1`)).toBe(false)
  })

  it('let nobody else anchor', () => {
    for (const name of ['pull', 'production-promote', 'production-execution']) {
      const { permissions } = named(policies, name)
      expect(allows(permissions, 's3:PutObject', `${BUCKET}/storefront/product/1`, ONCE)).toBe(false)
    }
  })
})

describe('the role that reads for every decision', () => {
  it('lists and reads the anchors of the product', () => {
    const { permissions } = named(policies, 'pull')
    const listing = (prefix: string): boolean =>
      allows(permissions, 's3:ListBucket', BUCKET, { ...PLAIN, 's3:prefix': [prefix] })

    expect(allows(permissions, 's3:GetObject', `${BUCKET}/storefront/environments/production/1`, PLAIN)).toBe(true)
    expect(listing('storefront/environments/production/')).toBe(true)
    expect(listing('warehouse/product/')).toBe(false)
    expect(allows(permissions, 's3:GetObject', `${BUCKET}/warehouse/product/1`, PLAIN)).toBe(false)
  })
})

describe('the bucket', () => {
  it('is written by the roles of an environment below its own section, and by requests that fail where there is an object', () => {
    const own = 'storefront/environments/production/999999999999990'

    for (const duty of ['plan', 'deploy', 'record']) {
      expect(bucketAllows(role(`production-${duty}`), 's3:PutObject', own, ONCE)).toBe(true)
      expect(bucketAllows(role(`production-${duty}`), 's3:PutObject', own, PLAIN)).toBe(false)
      expect(bucketAllows(role(`staging-${duty}`, '222222222222'), 's3:PutObject', own, ONCE)).toBe(false)
      expect(bucketAllows(role(`production-${duty}`), 's3:PutObject', 'storefront/product/1', ONCE)).toBe(false)
    }
  })

  it('lets no other role of an account in, whatever that account allows it', () => {
    const own = 'storefront/environments/production/999999999999990'

    for (const principal of [role('production-execution'), 'arn:aws:iam::333333333333:role/admin'])
      expect(bucketAllows(principal, 's3:PutObject', own, ONCE)).toBe(false)
  })

  it('denies everybody, its own account included, to delete and to overwrite', () => {
    const { policy } = bucketOf(STOREFRONT)
    const everybody = policy.Statement.filter(({ Principal }) => Principal === '*')
    const generous = { Sid: 'Admin', Effect: 'Allow', Action: ['*'], Resource: ['*'] } as const
    const may = (action: string, resource: string, context: RequestContext): boolean =>
      allows({ ...policy, Statement: [generous, ...everybody] }, action, resource, context)

    expect(may('s3:PutObject', `${BUCKET}/storefront/product/1`, ONCE)).toBe(true)
    expect(may('s3:PutObject', `${BUCKET}/storefront/product/1`, PLAIN)).toBe(false)
    for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateObject', 's3:ReplicateDelete'])
      expect(may(action, `${BUCKET}/storefront/product/1`, ONCE)).toBe(false)
    for (const action of ['s3:PutLifecycleConfiguration', 's3:DeleteBucket'])
      expect(may(action, BUCKET, PLAIN)).toBe(false)
  })

  it('says nothing of environments in its own account: their roles are enough', () => {
    const sids = bucketOf(changed('name: staging,     account: nonprod', 'name: staging,     account: ops')).policy
      .Statement

    expect(sids.map(({ Sid }) => Sid)).toEqual([
      'WriteOnce',
      'DeleteNothing',
      'ReplicateNothing',
      'ExpireNothing',
      'AnchorIntegration',
      'AnchorProduction'
    ])
  })

  it('names each statement differently, also for environments whose names differ in a hyphen alone', () => {
    const alike = STOREFRONT.replaceAll('integration', 'eu-1').replaceAll('staging', 'eu1')

    const sids = bucketOf(alike).policy.Statement.map(({ Sid }) => Sid)

    expect(sids).toContain('AnchorEu1')
    expect(new Set(sids).size).toBe(sids.length)
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/)
  })

  it('is not there for a ledger that is not anchored', () => {
    const without = changed(/ {2}anchors:.*\n/, '').replace('level: production, ', 'level: preproduction,')

    expect(anchorBucket(parseDelivery(without, 'delivery.yml'))).toBeUndefined()
    expect(JSON.stringify(policiesOf(without))).not.toMatch(/nchor/)
  })

  it('is out of reach of what templates make', () => {
    for (const { permissions } of boundaryPolicies(parseDelivery(STOREFRONT, 'delivery.yml')))
      for (const resource of [BUCKET, `${BUCKET}/storefront/product/1`])
        expect(allows(permissions, 's3:PutObject', resource, ONCE)).toBe(false)
  })
})
