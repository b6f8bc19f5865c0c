import { describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { STOREFRONT } from '@sluice-lab/samples'
import { boundaryPolicies, type PermissionPolicy, rolePolicies, type Statement } from '../src/index.ts'
import { allows, named, type RequestContext } from './iam.ts'
import { PUBLISHING } from './roles.ts'

const ACCOUNT = '222222222222'
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/sluice-storefront-boundary`
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-1111-1111-1111-111111111111`
const delivery = parseDelivery(PUBLISHING, 'delivery.yml')

/** A platform team that allows the stacks of its product whatever they ask for. */
const EVERYTHING: Statement = { Sid: 'Everything', Effect: 'Allow', Action: ['*'], Resource: ['*'] }

function boundaryOf(account: string): PermissionPolicy {
  const found = boundaryPolicies(delivery).find(it => it.account === account)
  if (found === undefined) throw new Error(`There is no boundary in ${account}.`)
  return found.permissions
}

const execution = named(
  rolePolicies({
    delivery,
    repository: { owner: 'octo-shop', ownerId: '11', name: 'storefront', id: '22', defaultBranch: 'main' },
    execution: () => [EVERYTHING]
  }),
  'staging-execution'
)

const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`
const within: RequestContext = { 'iam:PermissionsBoundary': [BOUNDARY] }

// What a role that a template made may do is what its own policies allow and its boundary does not deny: here they allow everything.
describe.each([
  ['the execution role', execution.permissions],
  ['a role that a template made', boundaryOf('nonprod')]
])('%s', (_, permissions) => {
  const may = (action: string, resource: string, context: RequestContext = {}): boolean =>
    allows(permissions, action, resource, context)

  it('makes no role without the boundary, or with another one', () => {
    const other = { 'iam:PermissionsBoundary': [`arn:aws:iam::${ACCOUNT}:policy/mine`] }

    expect(may('iam:CreateRole', role('storefront-staging-task'), within)).toBe(true)
    expect(may('iam:CreateRole', role('storefront-staging-task'))).toBe(false)
    expect(may('iam:CreateRole', role('storefront-staging-task'), other)).toBe(false)
    expect(may('iam:CreateUser', `arn:aws:iam::${ACCOUNT}:user/mallory`)).toBe(false)
  })

  it.each(['iam:PutRolePolicy', 'iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy'])(
    'does not %s where the role is not within the boundary, as one from before Sluice',
    action => {
      expect(may(action, role('storefront-staging-task'), within)).toBe(true)
      expect(may(action, role('platform-admin'))).toBe(false)
    }
  )

  it('takes the boundary of no role away, and puts no other in its place', () => {
    const other = { 'iam:PermissionsBoundary': ['arn:aws:iam::aws:policy/AdministratorAccess'] }

    expect(may('iam:PutRolePermissionsBoundary', role('storefront-staging-task'), within)).toBe(true)
    expect(may('iam:PutRolePermissionsBoundary', role('storefront-staging-task'), other)).toBe(false)
    expect(may('iam:DeleteRolePermissionsBoundary', role('storefront-staging-task'), within)).toBe(false)
    expect(may('iam:DeleteUserPermissionsBoundary', `arn:aws:iam::${ACCOUNT}:user/mallory`, within)).toBe(false)
  })

  it('does not write the boundary anew', () => {
    for (const action of ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:DeletePolicy'])
      expect(may(action, BOUNDARY)).toBe(false)
  })

  it.each(['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'])(
    'does not %s of what others may have: only of policies under names of its own',
    action => {
      const policy = (name: string): string => `arn:aws:iam::${ACCOUNT}:policy/${name}`

      expect(may(action, policy('storefront-staging-reads'))).toBe(true)
      expect(may(action, policy('app/storefront-staging-reads'))).toBe(true)
      for (const name of [
        'platform-admin',
        'storefront-reads',
        'other-staging-storefront-staging',
        'storefront-staging'
      ])
        expect(may(action, policy(name))).toBe(false)
    }
  )

  it('gives no group anything, and puts no one into one: a group has no boundary, and users outside of it may be in there', () => {
    for (const action of ['iam:AddUserToGroup', 'iam:AttachGroupPolicy', 'iam:PutGroupPolicy'])
      for (const group of ['platform', 'storefront-staging-team'])
        expect(may(action, `arn:aws:iam::${ACCOUNT}:group/${group}`, within)).toBe(false)
  })

  it.each([
    'iam:CreateAccessKey',
    'iam:CreateLoginProfile',
    'iam:UpdateLoginProfile',
    'iam:UpdateUser',
    'iam:CreateServiceSpecificCredential',
    'iam:ResetServiceSpecificCredential',
    'iam:UploadSSHPublicKey',
    'iam:UploadSigningCertificate'
  ])('does not %s for a user that is not its own', action => {
    expect(may(action, `arn:aws:iam::${ACCOUNT}:user/storefront-staging-mailer`)).toBe(true)
    expect(may(action, `arn:aws:iam::${ACCOUNT}:user/platform-admin`)).toBe(false)
  })

  it('neither takes nor changes a role of Sluice, nor the issuer that they trust', () => {
    expect(may('sts:AssumeRole', role('sluice-storefront-staging-plan'))).toBe(false)
    expect(may('iam:UpdateAssumeRolePolicy', role('sluice-storefront-staging-plan'), within)).toBe(false)
    expect(may('iam:PassRole', role('sluice-storefront-staging-execution'))).toBe(false)
    for (const action of ['iam:CreateOpenIDConnectProvider', 'iam:AddClientIDToOpenIDConnectProvider'])
      expect(may(action, `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`)).toBe(false)
  })

  it('changes no provider of identities that roles of people trust', () => {
    for (const action of ['iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider', 'iam:DeleteSAMLProvider'])
      expect(may(action, `arn:aws:iam::${ACCOUNT}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE`)).toBe(false)
  })

  it.each(['alias/sluice-storefront-ledger', 'alias/sluice-storefront-ledger/staging/intent', 'alias/sluice-other'])(
    'signs with no key of the alias %s, and gives nobody a grant for it',
    alias => {
      const known = { 'kms:ResourceAliases': ['alias/storefront', alias] }

      for (const action of ['kms:Sign', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'])
        expect(may(action, KEY, known)).toBe(false)
      expect(may('kms:UpdateAlias', `arn:aws:kms:eu-west-1:${ACCOUNT}:${alias}`)).toBe(false)
      expect(may('kms:Decrypt', KEY, { 'kms:ResourceAliases': ['alias/storefront'] })).toBe(true)
    }
  )

  it('puts and deletes no code that functions are made of, in whichever region, nor changes the bucket', () => {
    const bucket = `arn:aws:s3:::storefront-code-${ACCOUNT}`

    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:ReplicateObject'])
      expect(may(action, `${bucket}/storefront/report/a.zip`)).toBe(false)
    for (const action of [
      's3:PutBucketPolicy',
      's3:PutBucketVersioning',
      's3:PutLifecycleConfiguration',
      's3:DeleteBucket'
    ])
      expect(may(action, bucket)).toBe(false)
    expect(may('s3:GetObjectVersion', `${bucket}/storefront/report/a.zip`)).toBe(true)
  })

  it('does everything else that its policies allow', () => {
    expect(may('s3:PutObject', 'arn:aws:s3:::storefront-staging-site/index.html')).toBe(true)
    expect(may('sts:AssumeRole', role('storefront-staging-task'))).toBe(true)
    expect(may('iam:DeleteRole', role('storefront-staging-task'))).toBe(true)
  })
})

describe('the boundary', () => {
  it('is one policy in each account that has environments, and each execution role is within it', () => {
    expect(boundaryPolicies(delivery).map(({ account, arn }) => [account, arn])).toEqual([
      ['nonprod', BOUNDARY],
      ['prod', BOUNDARY.replace(ACCOUNT, '333333333333')]
    ])
    expect(execution.boundary).toBe(BOUNDARY)
  })

  it('fits into what IAM takes as a managed policy', () => {
    for (const { permissions } of boundaryPolicies(delivery))
      expect(JSON.stringify(permissions).length).toBeLessThanOrEqual(6_144)
  })

  it('protects the code of functions in every region of the account', () => {
    const text = PUBLISHING.replace(
      '  prod: ',
      '  us: { id: "222222222222", region: us-east-1, bundles: code-us }\n  prod: '
    )
    const [found] = boundaryPolicies(parseDelivery(text, 'delivery.yml'))

    expect(found?.permissions.Statement.find(({ Sid }) => Sid === 'ProtectCode')?.Resource).toEqual([
      ...['arn:aws:s3:::storefront-code-222222222222', 'arn:aws:s3:::storefront-code-222222222222/*'],
      ...['arn:aws:s3:::code-us', 'arn:aws:s3:::code-us/*']
    ])
  })

  it('protects the ledger keys of the account in every region', () => {
    const [found] = boundaryPolicies(delivery)
    const may = (action: string, resource: string): boolean =>
      found !== undefined &&
      allows(found.permissions, action, `arn:aws:kms:us-east-1:${ACCOUNT}:${resource}`, {
        'kms:ResourceAliases': ['alias/sluice-shop-ledger/staging/outcome']
      })

    expect(may('kms:Sign', 'key/22222222-2222-2222-2222-222222222222')).toBe(false)
    expect(may('kms:UpdateAlias', 'alias/sluice-shop-ledger/staging/outcome')).toBe(false)
  })

  it('protects a ledger key whose alias is not one of the convention, with those of all signers', () => {
    const text = STOREFRONT.replace('alias/sluice-storefront-ledger', 'alias/storefront/ledger')
    const [found] = boundaryPolicies(parseDelivery(text, 'delivery.yml'))
    const sign = (alias: string): boolean =>
      found !== undefined && allows(found.permissions, 'kms:Sign', KEY, { 'kms:ResourceAliases': [alias] })

    expect([
      sign('alias/storefront/ledger'),
      sign('alias/storefront/ledger/staging/outcome'),
      sign('alias/storefront/ledger-of-shop')
    ]).toEqual([false, false, true])
  })
})

describe('what plan and deploy may delete', () => {
  const policies = rolePolicies({
    delivery,
    repository: { owner: 'octo-shop', ownerId: '11', name: 'storefront', id: '22', defaultBranch: 'main' }
  })
  const stack = `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/storefront-staging-api/1`

  it.each(['plan', 'deploy'])('by %s is a stack without the tag of a deployment, and with no role lent to it', duty => {
    const may = (context: RequestContext): boolean =>
      allows(named(policies, `staging-${duty}`).permissions, 'cloudformation:DeleteStack', stack, context)

    expect(may({})).toBe(true)
    expect(may({ 'aws:ResourceTag/product': ['storefront'] })).toBe(false)
    expect(may({ 'cloudformation:RoleArn': [role('sluice-storefront-staging-execution')] })).toBe(false)
  })
})
