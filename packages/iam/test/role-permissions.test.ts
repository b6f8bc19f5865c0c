import { describe, expect, it } from '@jest/globals'
import { deliveryRoles, parseDelivery } from '@sluice/delivery'
import { STOREFRONT } from '@sluice-lab/samples'
import type { RolePolicies, Statement } from '../src/index.ts'
import { allows, named, type RequestContext } from './iam.ts'
import { LOOKALIKE, PUBLISHING, policiesOf } from './roles.ts'

const policies = policiesOf(PUBLISHING)
const may = (role: string, action: string, resource: string, context?: RequestContext): boolean =>
  allows(named(policies, role).permissions, action, resource, context)
/** What a request says of the alias by which it names a key. */
const byAlias = (signer: string): RequestContext => ({
  'kms:RequestAlias': [`alias/sluice-storefront-ledger/${signer}`]
})

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
    const everywhere = allowed
      .filter(({ Resource }) => Resource?.includes('*') !== false)
      .flatMap(({ Action }) => Action)

    expect(everywhere.sort()).toEqual([
      ...Array(6).fill('cloudformation:ListImports'),
      ...Array(5).fill('ecr:GetAuthorizationToken'),
      'ecr:GetRegistryPolicy',
      ...Array(3).fill('ecs:DescribeTaskDefinition'),
      // Of an environment's clusters only, by its condition.
      ...Array(3).fill('ecs:ListTasks')
    ])
  })

  it.each([
    ['deletes images', /^ecr:.*Delete|^ecr:(?!PutLifecyclePolicy$|Get).*(Policy|Lifecycle)/],
    ['changes roles, users or policies', /^(iam|sts|organizations):(?!PassRole$)/],
    ['changes keys', /^kms:(?!GetPublicKey$|Sign$)/],
    ['changes buckets', /^s3:(?!GetObject(?:Version)?$|PutObject$|DeleteObject$|ListBucket$)/],
    // RollbackStack and ContinueUpdateRollback bring nothing new: they undo an update that failed.
    ['changes a stack past its change set', /^cloudformation:(Create|Update|SetStack|Cancel).*Stack/]
  ])('never hold one that %s', (_, pattern) => {
    expect(allowed.flatMap(({ Action }) => Action).filter(action => pattern.test(action))).toEqual([])
  })

  it('let push add artifacts of the product, and nothing else', () => {
    expect(may('push', 'ecr:PutImage', repository('storefront/api'))).toBe(true)
    expect(may('push', 'ecr:CreateRepository', repository('storefront/api'))).toBe(true)
    expect(may('push', 's3:PutObject', `${OPS}/bundles/site/a.zip`)).toBe(true)
    expect(may('push', 'kms:Sign', 'arn:aws:kms:eu-west-1:111111111111:key/k', byAlias('builds'))).toBe(true)
    expect(may('push', 'kms:Sign', 'arn:aws:kms:eu-west-1:111111111111:key/k', byAlias('production/plan'))).toBe(false)

    expect(may('push', 'ecr:PutImage', repository('preview/storefront/api'))).toBe(false)
    expect(may('push', 'ecr:PutImage', repository('storefront-next/api'))).toBe(false)
    expect(may('push', 's3:PutObject', `${OPS}/elsewhere`)).toBe(false)
    expect(may('push', 's3:DeleteObject', `${OPS}/bundles/site/a.zip`)).toBe(false)
    expect(may('push', 's3:PutObject', 'arn:aws:s3:::sluice-storefront-222222222222/bundles/site/a.zip')).toBe(false)
  })

  it('let only push say what a repository of the product keeps: it makes them', () => {
    const holders = allowed.filter(({ Action }) => Action.includes('ecr:PutLifecyclePolicy'))

    expect(holders.map(({ role, Resource }) => [role, Resource])).toEqual([
      ['sluice-storefront-push', [repository('storefront/*')]]
    ])
  })

  it('let push put a bundle where there is none, and replace none', () => {
    const put = (context: RequestContext): boolean =>
      allows(named(policies, 'push').permissions, 's3:PutObject', `${OPS}/bundles/site/a.zip`, context)
    const owned = { 'aws:ResourceAccount': ['111111111111'] }

    expect(put({ ...owned, 's3:if-none-match': ['*'] })).toBe(true)
    expect(put(owned)).toBe(false)
    expect(put({ 'aws:ResourceAccount': ['222222222222'], 's3:if-none-match': ['*'] })).toBe(false)
  })

  it('let plan copy code of functions where there is none, below the product, and replace or delete none', () => {
    const at = (key: string, account = '222222222222'): string => `arn:aws:s3:::storefront-code-${account}/${key}`
    const owned = { 'aws:ResourceAccount': ['222222222222'] }
    const absent = { ...owned, 's3:if-none-match': ['*'] }
    const put = (key: string, context: RequestContext): boolean => may('staging-plan', 's3:PutObject', at(key), context)

    expect(put('storefront/report/a.zip', absent)).toBe(true)
    expect(put('storefront/report/a.zip', owned)).toBe(false)
    expect(put('storefront/report/a.zip', { ...absent, 'aws:ResourceAccount': ['333333333333'] })).toBe(false)
    expect(put('other/report/a.zip', absent)).toBe(false)
    expect(may('staging-plan', 's3:PutObject', at('storefront/report/a.zip', '333333333333'), absent)).toBe(false)
    for (const duty of ['plan', 'deploy', 'record', 'execution'])
      for (const action of ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutBucketVersioning'])
        expect(may(`staging-${duty}`, action, at('storefront/report/a.zip'), absent)).toBe(false)
  })

  it('let deploy find code of functions, and the execution role hand a version of it to Lambda', () => {
    const object = 'arn:aws:s3:::storefront-code-222222222222/storefront/report/a.zip'
    const owned = { 'aws:ResourceAccount': ['222222222222'] }

    for (const duty of ['plan', 'deploy', 'execution'])
      expect(may(`staging-${duty}`, 's3:GetObject', object, owned)).toBe(true)
    for (const duty of ['plan', 'deploy'])
      expect(may(`staging-${duty}`, 's3:ListBucket', 'arn:aws:s3:::storefront-code-222222222222', owned)).toBe(true)
    expect(may('staging-execution', 's3:GetObjectVersion', object, owned)).toBe(true)
    expect(may('staging-execution', 's3:GetObjectVersion', object.replace('/storefront/', '/other/'), owned)).toBe(
      false
    )
    for (const duty of ['deploy', 'execution'])
      expect(may(`staging-${duty}`, 's3:PutObject', object, { ...owned, 's3:if-none-match': ['*'] })).toBe(false)
  })

  it('let pull read artifacts, and write none', () => {
    expect(may('pull', 'ecr:BatchGetImage', repository('storefront/releases'))).toBe(true)
    expect(may('pull', 's3:GetObject', `${OPS}/bundles/site/a.zip`)).toBe(true)
    for (const action of ['ecr:DescribeRepositories', 'ecr:DescribeImages', 'ecr:GetRepositoryPolicy'])
      expect(may('pull', action, repository('storefront/api'))).toBe(true)
    expect(may('pull', 'ecr:GetRegistryPolicy', '*')).toBe(true)

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
    expect(may('staging-plan', 's3:DeleteObject', 'arn:aws:s3:::storefront-staging-site-bucket/index.html')).toBe(false)
    expect(may('staging-plan', 's3:GetObject', 'arn:aws:s3:::storefront-production-site-bucket/index.html')).toBe(false)
    expect(may('staging-plan', 's3:GetObject', 'arn:aws:s3:::storefront-staging-site-bucket/index.html')).toBe(true)
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

  it('let deploy invalidate the distributions of its environment, and only where a unit asks for it', () => {
    const own = { 'aws:ResourceTag/product': ['storefront'], 'aws:ResourceTag/environment': ['staging'] }
    const distribution = 'arn:aws:cloudfront::222222222222:distribution/E2EXAMPLE'
    const asks = (role: string, tags: RequestContext): boolean =>
      may(role, 'cloudfront:CreateInvalidation', distribution, tags)

    expect(asks('staging-deploy', own)).toBe(true)
    expect(asks('staging-deploy', { ...own, 'aws:ResourceTag/environment': ['integration'] })).toBe(false)
    expect(asks('staging-deploy', {})).toBe(false)
    expect(asks('staging-plan', own)).toBe(false)
    const without = policiesOf(PUBLISHING.replace(', invalidate: Distribution', ''))
    expect(
      allows(named(without, 'staging-deploy').permissions, 'cloudfront:CreateInvalidation', distribution, own)
    ).toBe(false)
  })

  it.each(['plan', 'deploy'])('let %s tag stacks by change sets alone', duty => {
    const role = `staging-${duty}`
    const by = (action: string): RequestContext => ({ 'cloudformation:CreateAction': [action] })
    const own = stack('storefront-staging-api')

    expect(may(role, 'cloudformation:TagResource', own, by('CreateChangeSet'))).toBe(true)
    expect(may(role, 'cloudformation:TagResource', own, by('CreateStack'))).toBe(false)
    expect(may(role, 'cloudformation:TagResource', own, {})).toBe(false)
    expect(may(role, 'cloudformation:UntagResource', stack('storefront-integration-api'), by('CreateChangeSet'))).toBe(
      false
    )
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
      expect(may(role, 'kms:Sign', 'arn:aws:kms:eu-west-1:222222222222:key/k', byAlias('production/plan'))).toBe(false)
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
    const found = policiesOf(LOOKALIKE.replace(/(integration-eu, {5}account: )nonprod, stacks: .*? } },/, '$1ops,'))
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

  it.each(['plan', 'deploy'])('let %s read the parameters of SSM that delivery.yml lists, and no others', duty => {
    const read = (parameter: string): boolean =>
      may(`production-${duty}`, 'ssm:GetParameters', `arn:aws:ssm:eu-west-1:333333333333:parameter${parameter}`)

    expect(['/cdk-bootstrap/hnb659fds/version', '/storefront/production/vpc'].filter(it => !read(it))).toEqual([])
    expect(['/cdk-bootstrap/other/version', '/storefront/staging/vpc', '/other'].filter(read)).toEqual([])
  })

  it.each(['plan', 'deploy', 'record'])('let %s delete stacks that were never deployed', duty => {
    const [forget, ...others] = named(policies, `staging-${duty}`).permissions.Statement.filter(({ Action }) =>
      Action.includes('cloudformation:DeleteStack')
    )

    expect(others.map(({ Sid }) => Sid)).toEqual(duty === 'deploy' ? ['DeleteStacks'] : [])
    expect(forget?.Condition).toEqual({
      Null: { 'aws:ResourceTag/product': 'true', 'cloudformation:RoleArn': 'true' }
    })
  })

  it.each([
    ['deploy', true],
    ['plan', false],
    ['record', false]
  ])('%s may delete what was deployed, to create it anew or because it is retired: %s', (duty, expected) => {
    const own = { 'aws:ResourceTag/product': ['storefront'], 'aws:ResourceTag/environment': ['staging'] }
    const deletes = (context: RequestContext, name = 'storefront-staging-api'): boolean =>
      may(`staging-${duty}`, 'cloudformation:DeleteStack', stack(name), context)

    expect(deletes(own)).toBe(expected)
    expect(deletes({ ...own, 'aws:ResourceTag/environment': ['integration'] })).toBe(false)
    expect(deletes({ ...own, 'aws:ResourceTag/product': ['shop'] })).toBe(false)
    expect(deletes(own, 'storefront-integration-api')).toBe(false)
    const lent = 'arn:aws:iam::222222222222:role/sluice-storefront-staging-execution'
    expect(deletes({ ...own, 'cloudformation:RoleArn': [lent] })).toBe(false)
  })

  it.each([
    ['deploy', true],
    ['plan', false],
    ['record', false]
  ])('%s may roll a stack of its environment back, with the role that it has: %s', (duty, expected) => {
    const lent = { 'cloudformation:RoleArn': ['arn:aws:iam::222222222222:role/sluice-storefront-staging-execution'] }
    for (const action of ['cloudformation:ContinueUpdateRollback', 'cloudformation:RollbackStack']) {
      expect(may(`staging-${duty}`, action, stack('storefront-staging-api'))).toBe(expected)
      expect(may(`staging-${duty}`, action, stack('storefront-integration-api'))).toBe(false)
      expect(may(`staging-${duty}`, action, stack('storefront-staging-api'), lent)).toBe(false)
    }
  })

  it.each([
    ['deploy', true],
    ['plan', false],
    ['record', false],
    ['execution', false]
  ])('%s may say whether a stack of its environment is protected from deletion: %s', (duty, expected) => {
    const action = 'cloudformation:UpdateTerminationProtection'

    expect(may(`staging-${duty}`, action, stack('storefront-staging-api'))).toBe(expected)
    expect(may(`staging-${duty}`, action, stack('storefront-integration-api'))).toBe(false)
  })

  it.each([
    ['plan', true],
    ['deploy', true],
    ['execution', true],
    ['record', false]
  ])('%s may tell the topics that its stacks name, and look at alarms: %s', (duty, expected) => {
    const role = `staging-${duty}`

    expect(may(role, 'sns:Publish', 'arn:aws:sns:eu-west-1:222222222222:storefront-stacks')).toBe(expected)
    expect(may(role, 'sns:Publish', 'arn:aws:sns:eu-west-1:222222222222:storefront-orders')).toBe(false)
    expect(may(role, 'sns:Publish', 'arn:aws:sns:eu-west-1:333333333333:storefront-stacks')).toBe(false)
    expect(may(role, 'cloudwatch:DescribeAlarms', 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors')).toBe(
      expected
    )
  })

  it('say nothing of settings that no stack has', () => {
    const sids = policiesOf(STOREFRONT).flatMap(({ permissions }) => permissions.Statement.map(({ Sid }) => Sid))

    expect(sids.filter(sid => ['Protect', 'TellTopics', 'WatchAlarms'].includes(sid))).toEqual([])
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
      signing.map(({ Resource, Condition }) => [Resource?.map(it => it.replace(/^.*?:\d+:/, '')), Condition])
    ).toEqual([[['key/*'], { StringEquals: { 'kms:RequestAlias': alias } }]])
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
    const found = policiesOf(PUBLISHING.replaceAll('eu-west-1', 'cn-north-1').replaceAll('arn:aws:', 'arn:aws-cn:'))
    const arns = found.flatMap(({ permissions }) =>
      permissions.Statement.flatMap(({ Resource = [], NotResource = [] }) => [...Resource, ...NotResource])
    )

    expect(arns.filter(arn => arn !== '*' && !arn.startsWith('arn:aws-cn:'))).toEqual([])
  })
})
