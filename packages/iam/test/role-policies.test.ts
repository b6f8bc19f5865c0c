import { describe, expect, it } from '@jest/globals'
import { deliveryRoles, parseDelivery } from '@sluice/delivery'
import { changed, STOREFRONT } from '@sluice-lab/samples'
import { type RolePolicies, rolePolicies, type Statement, type TrustedRepository } from '../src/index.ts'
import { allows, named } from './iam.ts'

const REPOSITORY: TrustedRepository = {
  owner: 'octo-shop',
  ownerId: '11',
  name: 'storefront',
  id: '22',
  defaultBranch: 'main'
}

/** The sample, whose site is also published to a bucket. */
const PUBLISHING = changed('path: site }', 'path: site, publish: Bucket }')

/** The same, with an environment whose stacks begin like those of another in its account. */
const LOOKALIKE = PUBLISHING.replaceAll('name: staging,', 'name: integration-eu,').replace(
  '[integration, staging]',
  '[integration, integration-eu]'
)

function policiesOf(text: string, repository: TrustedRepository = REPOSITORY): readonly RolePolicies[] {
  return rolePolicies({ delivery: parseDelivery(text, 'delivery.yml'), repository })
}

const policies = policiesOf(PUBLISHING)
const may = (role: string, action: string, resource: string): boolean =>
  allows(named(policies, role).permissions, action, resource)

const stack = (name: string, account = '222222222222'): string =>
  `arn:aws:cloudformation:eu-west-1:${account}:stack/${name}/11111111-1111-1111-1111-111111111111`
const repository = (name: string): string => `arn:aws:ecr:eu-west-1:111111111111:repository/${name}`
const OPS = 'arn:aws:s3:::sluice-storefront-111111111111'

describe('the roles of a delivery', () => {
  it('are those that deliveryRoles names, each once', () => {
    const roles = deliveryRoles(parseDelivery(PUBLISHING, 'delivery.yml'))
    const wanted = [
      roles.push,
      roles.pull,
      ...['integration', 'staging', 'production'].flatMap(name => Object.values(roles.environment(name)))
    ]

    expect(policies.map(({ role }) => role.arn).sort()).toEqual(wanted.map(({ arn }) => arn).sort())
  })

  it('fit into what IAM takes as an inline policy', () => {
    for (const { permissions } of policies) expect(JSON.stringify(permissions).length).toBeLessThan(10_240)
    for (const { permissions } of policies) {
      const sids = permissions.Statement.map(({ Sid }) => Sid)
      expect(new Set(sids).size).toBe(sids.length)
    }
  })

  it('are written in the language of IAM: its version, and names for statements that it takes', () => {
    for (const { role, trust, permissions } of [...policies, ...policiesOf(LOOKALIKE)]) {
      const written = [trust, permissions].map(({ Version, Statement }) => ({
        Version,
        sids: Statement.map(({ Sid }) => Sid).filter(sid => !/^[A-Za-z0-9]+$/.test(sid))
      }))

      expect([role.name, ...written]).toEqual([role.name, ...Array(2).fill({ Version: '2012-10-17', sids: [] })])
    }
  })
})

describe('permissions', () => {
  const allowed: readonly (Statement & { readonly role: string })[] = policies.flatMap(({ role, permissions }) =>
    permissions.Statement.filter(({ Effect }) => Effect === 'Allow').map(it => ({ ...it, role: role.name }))
  )

  it('name every action in full', () => {
    expect(allowed.flatMap(({ Action }) => Action).filter(action => !/^[a-z0-9]+:[A-Za-z]+$/.test(action))).toEqual([])
  })

  it('are for everything only where IAM knows no resource', () => {
    expect(allowed.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action)).toEqual(
      Array(5).fill('ecr:GetAuthorizationToken')
    )
  })

  it.each([
    ['deletes images', /^ecr:.*Delete|^ecr:.*(Policy|Lifecycle)/],
    ['changes roles, users or policies', /^(iam|sts|organizations):(?!PassRole$)/],
    ['changes keys', /^kms:(?!GetPublicKey$|Sign$)/],
    ['changes buckets', /^s3:(?!GetObject$|PutObject$|DeleteObject$|ListBucket$)/],
    ['changes a stack past its change set', /^cloudformation:(Create|Update|Rollback|SetStack|Cancel|Continue).*Stack/]
  ])('never hold one that %s', (_, pattern) => {
    expect(allowed.flatMap(({ Action }) => Action).filter(action => pattern.test(action))).toEqual([])
  })

  it('let push add artifacts of the product, and nothing else', () => {
    expect(may('push', 'ecr:PutImage', repository('storefront/api'))).toBe(true)
    expect(may('push', 'ecr:CreateRepository', repository('storefront/api'))).toBe(true)
    expect(may('push', 's3:PutObject', `${OPS}/bundles/site/a.zip`)).toBe(true)
    expect(may('push', 'kms:Sign', 'arn:aws:kms:eu-west-1:111111111111:alias/sluice-storefront-ledger/builds')).toBe(
      true
    )

    expect(may('push', 'ecr:PutImage', repository('preview/storefront/api'))).toBe(false)
    expect(may('push', 'ecr:PutImage', repository('storefront-next/api'))).toBe(false)
    expect(may('push', 's3:PutObject', `${OPS}/elsewhere`)).toBe(false)
    expect(may('push', 's3:DeleteObject', `${OPS}/bundles/site/a.zip`)).toBe(false)
    expect(may('push', 's3:PutObject', 'arn:aws:s3:::sluice-storefront-222222222222/bundles/site/a.zip')).toBe(false)
  })

  it('let pull read artifacts, and write none', () => {
    expect(may('pull', 'ecr:BatchGetImage', repository('storefront/releases'))).toBe(true)
    expect(may('pull', 's3:GetObject', `${OPS}/bundles/site/a.zip`)).toBe(true)

    for (const action of ['ecr:PutImage', 'ecr:InitiateLayerUpload', 'ecr:CreateRepository'])
      expect(may('pull', action, repository('storefront/api'))).toBe(false)
    expect(may('pull', 's3:PutObject', `${OPS}/bundles/site/a.zip`)).toBe(false)
    expect(may('pull', 'kms:Sign', 'arn:aws:kms:eu-west-1:111111111111:key/k')).toBe(false)
  })

  it('let promote tag what is there, and upload nothing', () => {
    expect(may('production-promote', 'ecr:PutImage', repository('storefront/api'))).toBe(true)
    expect(may('production-promote', 'ecr:InitiateLayerUpload', repository('storefront/api'))).toBe(false)
    expect(may('production-promote', 'ecr:PutImage', repository('storefront/releases'))).toBe(false)
    expect(may('production-promote', 's3:GetObject', `${OPS}/bundles/site/a.zip`)).toBe(false)
  })

  it('let plan make and take back change sets, but carry none out', () => {
    const api = stack('storefront-staging-api')

    expect(may('staging-plan', 'cloudformation:CreateChangeSet', api)).toBe(true)
    expect(may('staging-plan', 'cloudformation:DeleteChangeSet', api)).toBe(true)
    expect(may('staging-plan', 'cloudformation:ExecuteChangeSet', api)).toBe(false)
    expect(may('staging-plan', 's3:PutObject', 'arn:aws:s3:::storefront-staging-site-bucket/index.html')).toBe(false)
    expect(may('staging-plan', 's3:GetObject', 'arn:aws:s3:::storefront-staging-site-bucket/index.html')).toBe(false)
    expect(may('staging-plan', 's3:GetObject', 'arn:aws:s3:::storefront-staging-site-bucket/.sluice/bundle')).toBe(true)
  })

  it('let record discard change sets, and neither make nor apply one', () => {
    const api = stack('storefront-staging-api')

    for (const action of ['DescribeStacks', 'ListChangeSets', 'DeleteChangeSet', 'DeleteStack'])
      expect(may('staging-record', `cloudformation:${action}`, api)).toBe(true)
    for (const action of ['CreateChangeSet', 'ExecuteChangeSet', 'GetTemplate', 'UpdateStack'])
      expect(may('staging-record', `cloudformation:${action}`, api)).toBe(false)
    expect(may('staging-record', 'cloudformation:DeleteChangeSet', stack('storefront-integration-api'))).toBe(false)
    expect(
      may('staging-record', 'iam:PassRole', 'arn:aws:iam::222222222222:role/sluice-storefront-staging-execution')
    ).toBe(false)
    expect(may('staging-record', 's3:GetObject', 'arn:aws:s3:::storefront-staging-site-bucket/.sluice/bundle')).toBe(
      false
    )
  })

  it('let deploy carry out change sets of its environment, and publish into its buckets', () => {
    expect(may('staging-deploy', 'cloudformation:ExecuteChangeSet', stack('storefront-staging-api'))).toBe(true)
    expect(may('staging-deploy', 'cloudformation:CreateStack', stack('storefront-staging-api'))).toBe(false)
    expect(may('staging-deploy', 's3:DeleteObject', 'arn:aws:s3:::storefront-staging-site-bucket/old.html')).toBe(true)
    expect(may('staging-deploy', 's3:DeleteObject', `${OPS}/bundles/site/a.zip`)).toBe(false)
  })

  it.each(['plan', 'deploy', 'record'])('keep %s away from stacks, buckets and keys of other environments', duty => {
    const production = stack('storefront-production-api', '333333333333')

    for (const role of [`integration-${duty}`, `staging-${duty}`]) {
      for (const action of [
        'cloudformation:DescribeStacks',
        'cloudformation:ExecuteChangeSet',
        'cloudformation:DeleteStack'
      ])
        expect(may(role, action, production)).toBe(false)
      expect(may(role, 's3:PutObject', 'arn:aws:s3:::storefront-production-site-bucket/index.html')).toBe(false)
      expect(may(role, 'kms:Sign', 'arn:aws:kms:eu-west-1:333333333333:key/k')).toBe(false)
      expect(
        may(role, 'kms:Sign', 'arn:aws:kms:eu-west-1:333333333333:alias/sluice-storefront-ledger/production/plan')
      ).toBe(false)
    }
    expect(may(`integration-${duty}`, 'cloudformation:DescribeStacks', stack('storefront-staging-api'))).toBe(false)
  })

  it('tell an environment from one whose name begins alike', () => {
    const found = policiesOf(LOOKALIKE)
    const plan = named(found, 'integration-plan').permissions

    expect(allows(plan, 'cloudformation:CreateChangeSet', stack('storefront-integration-api'))).toBe(true)
    expect(allows(plan, 'cloudformation:CreateChangeSet', stack('storefront-integration-eu-api'))).toBe(false)
    expect(allows(plan, 's3:GetObject', 'arn:aws:s3:::storefront-integration-eu-site/.sluice/bundle')).toBe(false)
    expect(
      allows(
        named(found, 'integration-eu-plan').permissions,
        'cloudformation:CreateChangeSet',
        stack('storefront-integration-eu-api')
      )
    ).toBe(true)
  })

  it('say nothing of one whose name begins alike in another account, where the role can do nothing anyway', () => {
    const found = policiesOf(
      LOOKALIKE.replace('integration-eu,     account: nonprod', 'integration-eu,     account: ops')
    )
    const denials = (of: readonly RolePolicies[]): readonly unknown[] =>
      named(of, 'integration-plan').permissions.Statement.filter(({ Effect }) => Effect === 'Deny')

    expect(denials(policiesOf(LOOKALIKE))).toHaveLength(1)
    expect(denials(found)).toEqual([])
  })

  it.each(['plan', 'deploy'])(
    'let %s pass the execution role of its environment to CloudFormation, and no other',
    duty => {
      const passed = named(policies, `staging-${duty}`).permissions.Statement.filter(({ Action }) =>
        Action.includes('iam:PassRole')
      )

      expect(passed).toEqual([
        {
          Sid: 'PassExecutionRole',
          Effect: 'Allow',
          Action: ['iam:PassRole'],
          Resource: ['arn:aws:iam::222222222222:role/sluice-storefront-staging-execution'],
          Condition: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } }
        }
      ])
    }
  )

  it.each(['plan', 'deploy', 'record'])('let %s delete only stacks that were never deployed', duty => {
    const [forget, ...others] = named(policies, `staging-${duty}`).permissions.Statement.filter(({ Action }) =>
      Action.includes('cloudformation:DeleteStack')
    )

    expect(others).toEqual([])
    expect(forget?.Condition).toEqual({
      Null: { 'aws:ResourceTag/product': 'true', 'cloudformation:RoleArn': 'true' }
    })
  })

  it('use buckets of the own account alone, and to anchor that of the registry', () => {
    const account = new Map(policies.map(({ role }) => [role.name, role.arn.split(':')[4]]))
    const owner = (role: string, sid: string): string | undefined =>
      sid === 'AnchorRecords' ? '111111111111' : account.get(role)
    const onBuckets = allowed.filter(({ Action }) => Action.some(action => action.startsWith('s3:')))

    expect(onBuckets.length).toBeGreaterThan(8)
    for (const { role, Sid, Condition } of onBuckets)
      expect(Condition?.['StringEquals']).toEqual({ 'aws:ResourceAccount': owner(role, Sid) })
  })

  it.each([
    ['push', 'builds'],
    ['production-plan', 'production/plan'],
    ['production-deploy', 'production/intent'],
    ['production-record', 'production/outcome']
  ])('let %s sign with the key that has the alias of %s, and with no other', (role, signer) => {
    const alias = `alias/sluice-storefront-ledger/${signer}`
    const signing = named(policies, role).permissions.Statement.filter(({ Action }) => Action.includes('kms:Sign'))

    expect(
      signing.map(({ Resource, Condition }) => [Resource.map(it => it.replace(/^.*?:\d+:/, '')), Condition])
    ).toEqual([
      [['key/*'], { StringEquals: { 'kms:RequestAlias': alias } }],
      [[alias], undefined]
    ])
  })

  it('hold none on keys where the ledger is not signed, and none on buckets where nothing is published', () => {
    const text = STOREFRONT.replace(/ledger:[\s\S]*$/, 'ledger: { branch: sluice-ledger }\n').replace(
      'level: production,   ',
      'level: preproduction,'
    )
    const actions = policiesOf(text)
      .filter(({ role }) => /-(plan|deploy|record|push)$/.test(role.name))
      .flatMap(({ role, permissions }) =>
        permissions.Statement.flatMap(({ Action }) => Action.map(it => [role.name, it]))
      )

    expect(actions.filter(([, action]) => action?.startsWith('kms:'))).toEqual([])
    expect(actions.filter(([role, action]) => action?.startsWith('s3:') && !role?.endsWith('-push'))).toEqual([])
  })

  it('are written for the partition of the account', () => {
    const found = policiesOf(PUBLISHING.replaceAll('eu-west-1', 'cn-north-1'))
    const arns = found.flatMap(({ permissions }) => permissions.Statement.flatMap(({ Resource }) => Resource))

    expect(arns.filter(arn => arn !== '*' && !arn.startsWith('arn:aws-cn:'))).toEqual([])
  })
})

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
    expect(new Set(named(policies, 'staging-execution').permissions.Statement.map(({ Effect }) => Effect))).toEqual(
      new Set(['Deny'])
    )
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

describe('trust', () => {
  const ISSUER = 'token.actions.githubusercontent.com'
  const subjects = (found: readonly RolePolicies[], role: string): unknown => {
    const [statement] = named(found, role).trust.Statement
    return { ...statement?.Condition?.['StringEquals'], ...statement?.Condition?.['StringLike'] }[`${ISSUER}:sub`]
  }
  const both = (context: string): readonly string[] => [
    `repo:octo-shop@11/storefront@22:${context}`,
    `repo:octo-shop/storefront:${context}`
  ]
  const MAIN = both('ref:refs/heads/main')

  it.each([
    ['push', MAIN],
    ['pull', [...MAIN, ...['integration', 'staging', 'production'].flatMap(name => both(`environment:${name}`))]],
    ['integration-plan', both('environment:integration')],
    ['integration-deploy', both('environment:integration')],
    ['staging-plan', MAIN],
    ['staging-deploy', both('environment:staging')],
    ['staging-record', MAIN],
    ['integration-record', MAIN],
    ['production-deploy', both('environment:production')],
    ['production-promote', both('environment:production')]
  ])('in %s is for these jobs of the repository', (role, wanted) => {
    expect(subjects(policies, role)).toEqual(wanted)
  })

  it('in plan is for no job behind a gate that one person opens: that job carries out what was planned before', () => {
    const found = policiesOf(STOREFRONT.replace('gate: approval', 'gate: dispatch'))

    expect(subjects(found, 'staging-plan')).toEqual(MAIN)
    expect(subjects(found, 'staging-deploy')).toEqual(both('environment:staging'))
  })

  it('asks for the audience, the repository, the ref and the workflow, whatever the subject says', () => {
    expect(named(policies, 'production-deploy').trust).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Jobs',
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::333333333333:oidc-provider/${ISSUER}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${ISSUER}:aud`]: 'sts.amazonaws.com',
              [`${ISSUER}:sub`]: both('environment:production'),
              [`${ISSUER}:repository_id`]: '22',
              [`${ISSUER}:ref`]: 'refs/heads/main',
              [`${ISSUER}:job_workflow_ref`]: `octo-shop/sluice/.github/workflows/stage.yml@${'a'.repeat(40)}`
            }
          }
        }
      ]
    })
  })

  it.each([
    ['push', ['deliver', 'adopt', 'repair']],
    ['staging-plan', ['plan']],
    ['integration-plan', ['stage']],
    ['staging-record', ['stage', 'withdraw', 'repair']],
    ['integration-record', ['stage', 'withdraw', 'repair']],
    ['staging-deploy', ['stage']],
    ['staging-promote', ['stage']]
  ])('in %s is for the workflows that have its jobs, at each commit that is listed', (role, workflows) => {
    const commits = ['a', 'b'].map(digit => digit.repeat(40))
    const found = policiesOf(STOREFRONT.replace(/commits: .*]/, `commits: ["${commits.join('", "')}"]`))

    expect(named(found, role).trust.Statement[0]?.Condition?.['StringEquals']?.[`${ISSUER}:job_workflow_ref`]).toEqual(
      commits.flatMap(commit => workflows.map(it => `octo-shop/sluice/.github/workflows/${it}.yml@${commit}`))
    )
  })

  it('in pull, which only reads, is for every workflow of each commit that is listed', () => {
    const { Condition } = named(policies, 'pull').trust.Statement[0] ?? {}

    expect(Condition?.['StringEquals']).not.toHaveProperty(`${ISSUER}:job_workflow_ref`)
    expect(Condition?.['StringLike']).toEqual({
      [`${ISSUER}:job_workflow_ref`]: `octo-shop/sluice/.github/workflows/*.yml@${'a'.repeat(40)}`
    })
  })

  it('is for every workflow of the delivery refs where delivery.yml names no Sluice', () => {
    const text = STOREFRONT.replace(/sluice: \{.*\n/, '').replace('level: production,   ', 'level: preproduction,')

    expect(JSON.stringify(policiesOf(text).map(({ trust }) => trust))).not.toContain('job_workflow_ref')
  })

  it('fits into what IAM takes of a trust policy, with the most environments and commits', () => {
    const names = ['acceptance', 'rehearsal', 'preproduction']
    const more = names.map(name => `  - { name: ${name}, account: nonprod, level: preproduction, gate: approval }\n`)
    const commits = ['a', 'b'].map(digit => digit.repeat(40))
    const text = STOREFRONT.replace('ledger:\n', `${more.join('')}ledger:\n`)
      .replace(/commits: .*]/, `commits: ["${commits.join('", "')}"]`)
      .replace('[integration, staging]', `[integration, staging, ${names.join(', ')}]`)
    const found = policiesOf(text, { ...REPOSITORY, ownerId: '123456789', id: '1234567890' })

    expect(found).toHaveLength(2 + 6 * 5)
    for (const { trust } of found) expect(JSON.stringify(trust).length).toBeLessThanOrEqual(2_048)
  })

  it('follows deliverFrom, with patterns only where there are some', () => {
    const found = policiesOf(`${STOREFRONT}deliverFrom: [stable, "release/*", "refs/tags/v*"]\n`)
    const refs = ['refs/heads/stable', 'refs/heads/release/*', 'refs/tags/v*']
    const conditions = (role: string): unknown => named(found, role).trust.Statement[0]?.Condition

    expect(subjects(found, 'push')).toEqual(refs.flatMap(ref => both(`ref:${ref}`)))
    expect(conditions('production-deploy')).toMatchObject({
      StringEquals: { [`${ISSUER}:sub`]: both('environment:production') },
      StringLike: { [`${ISSUER}:ref`]: refs }
    })
    expect(Object.keys(named(policies, 'push').trust.Statement[0]?.Condition ?? {})).toEqual(['StringEquals'])
  })

  it('can be in another issuer', () => {
    const found = policiesOf(STOREFRONT, { ...REPOSITORY, issuer: 'github.octo-shop.example/_services/token' })
    const [statement] = named(found, 'push').trust.Statement

    expect(statement?.Principal).toEqual({
      Federated: 'arn:aws:iam::111111111111:oidc-provider/github.octo-shop.example/_services/token'
    })
    expect(statement?.Condition?.['StringEquals']).toHaveProperty(
      ['github.octo-shop.example/_services/token:aud'],
      'sts.amazonaws.com'
    )
  })
})
