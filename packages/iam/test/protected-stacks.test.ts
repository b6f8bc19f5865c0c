import { describe, expect, it } from '@jest/globals'
import { parseDelivery } from '@sluice/delivery'
import { boundaryPolicies, type PermissionPolicy, rolePolicies, type Statement } from '../src/index.ts'
import { allows, named, type RequestContext } from './iam.ts'
import { LOOKALIKE, PUBLISHING, REPOSITORY } from './roles.ts'

const ACCOUNT = '222222222222'

/** All that the service authorization reference of CloudFormation has (November 2026) and that does not only read. */
const WRITES = {
  ofStacks: [
    ['CancelUpdateStack', 'ContinueUpdateRollback', 'CreateChangeSet', 'CreateStack', 'CreateStackRefactor'],
    ['DeleteChangeSet', 'DeleteStack', 'ExecuteChangeSet', 'ExecuteStackRefactor', 'RecordHandlerProgress'],
    ['RollbackStack', 'SetStackPolicy', 'UpdateStack', 'UpdateTerminationProtection']
  ].flat(),
  ofTypesAndStackSets: [
    ['ActivateType', 'DeactivateType', 'DeregisterType', 'RegisterType', 'SetTypeConfiguration'],
    ['SetTypeDefaultVersion', 'CreateStackInstances', 'CreateStackSet', 'DeleteStackInstances', 'DeleteStackSet'],
    ['ImportStacksToStackSet', 'StopStackSetOperation', 'UpdateStackInstances', 'UpdateStackSet']
  ].flat(),
  // They change nothing that a delivery decides: signals of instances, tags (which only a stack's operation sets), resources made with the
  // caller's own rights (Cloud Control), scans, and what is published to others.
  left: [
    ['SignalResource', 'TagResource', 'UntagResource', 'CreateResource', 'UpdateResource', 'DeleteResource'],
    ['CancelResourceRequest', 'CreateGeneratedTemplate', 'UpdateGeneratedTemplate', 'DeleteGeneratedTemplate'],
    ['StartResourceScan', 'CreateUploadBucket', 'PublishType', 'RegisterPublisher', 'TestType'],
    ['ActivateOrganizationsAccess', 'DeactivateOrganizationsAccess']
  ].flat()
}

const READS = ['DescribeStacks', 'DescribeChangeSet', 'GetTemplate', 'ListStackResources', 'DetectStackDrift']

const cloudFormation = (name: string): string => `cloudformation:${name}`
const stack = (name: string, region = 'eu-west-1'): string =>
  `arn:aws:cloudformation:${region}:${ACCOUNT}:stack/${name}/11111111-1111-1111-1111-111111111111`
const role = (name: string): RequestContext => ({ 'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/${name}`] })

const [boundary] = boundaryPolicies(parseDelivery(PUBLISHING, 'delivery.yml'))

describe('a role that a template made', () => {
  const task = role('storefront-staging-api-TaskRole')
  const may = (action: string, resource: string, context: RequestContext = task): boolean =>
    boundary !== undefined && allows(boundary.permissions, cloudFormation(action), resource, context)

  it.each(WRITES.ofStacks)('does not %s on a stack of the product, of any environment, in any region', action => {
    for (const name of ['storefront-staging-api', 'storefront-integration-site', 'storefront-staging-api-Nested-1A2B'])
      for (const region of ['eu-west-1', 'us-east-1']) expect(may(action, stack(name, region))).toBe(false)
    expect(may(action, `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:changeSet/sluice-r-1-2/3`)).toBe(false)
  })

  it.each(WRITES.ofStacks)('does not %s on what was delivered of another product', action => {
    const tags = { product: 'shop', environment: 'staging', unit: 'api' }
    const tagged = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, [value]]))

    expect(may(action, stack('shop-staging-api'), { ...task, ...tagged })).toBe(false)
    expect(may(action, stack('tenant-7'), { ...task, 'aws:ResourceTag/product': ['storefront'] })).toBe(true)
  })

  it.each(WRITES.ofTypesAndStackSets)('does not %s', action => {
    expect(may(action, '*')).toBe(false)
    expect(may(action, `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stackset/mine:1`)).toBe(false)
  })

  it('makes stacks of its own, reads all, and reports that it is up, where its policies allow it', () => {
    for (const action of [...WRITES.ofStacks, ...READS]) expect(may(action, stack('tenant-7'))).toBe(true)
    for (const action of [...READS, ...WRITES.left]) expect(may(action, stack('storefront-staging-api'))).toBe(true)
  })

  it('is not taken for an execution role by a name that is like one', () => {
    const api = stack('storefront-staging-api')

    for (const name of [
      'storefront-staging-execution',
      'x/sluice-storefront-staging-execution',
      'sluice-other-execution'
    ])
      expect(may('UpdateStack', api, role(name))).toBe(false)
    expect(may('UpdateStack', api, {})).toBe(false)
  })
})

describe('the execution role', () => {
  const everything: Statement = { Sid: 'Everything', Effect: 'Allow', Action: ['*'], Resource: ['*'] }
  const policiesOf = (text: string): ((environment: string) => PermissionPolicy) => {
    const delivery = parseDelivery(text, 'delivery.yml')
    const policies = rolePolicies({ delivery, repository: REPOSITORY, execution: () => [everything] })
    return environment => named(policies, `${environment}-execution`).permissions
  }
  /** As its own policy and its boundary have it. */
  const may = (text: string, environment: string, action: string, resource: string): boolean => {
    const self = role(`sluice-storefront-${environment}-execution`)
    const [found] = boundaryPolicies(parseDelivery(text, 'delivery.yml'))
    const all = [policiesOf(text)(environment), ...(found === undefined ? [] : [found.permissions])]
    return all.every(policy => allows(policy, cloudFormation(action), resource, self))
  }

  it.each(['CreateStack', 'UpdateStack', 'DeleteStack', 'CreateChangeSet', 'ExecuteChangeSet'])(
    'may %s where a stack of its environment has nested ones',
    action => {
      expect(may(PUBLISHING, 'staging', action, stack('storefront-staging-api-Nested-1A2B'))).toBe(true)
    }
  )

  it('expands the transforms of nested stacks, of AWS and of the account', () => {
    for (const owner of ['aws', ACCOUNT]) {
      const transform = `arn:aws:cloudformation:eu-west-1:${owner}:transform/Serverless-2016-10-31`
      expect(may(PUBLISHING, 'staging', 'CreateChangeSet', transform)).toBe(true)
    }
  })

  it.each(WRITES.ofStacks)('does not %s on a stack of another environment, or of no environment', action => {
    for (const other of ['storefront-integration-api', 'shop-staging-api', 'storefront-platform'])
      expect(may(PUBLISHING, 'staging', action, stack(other))).toBe(false)
    expect(may(PUBLISHING, 'staging', action, stack('storefront-staging-api', 'us-east-1'))).toBe(false)
  })

  it('tells an environment from one whose name begins alike, both ways', () => {
    const [own, other] = [stack('storefront-integration-api'), stack('storefront-integration-eu-api')]

    expect(may(LOOKALIKE, 'integration', 'UpdateStack', own)).toBe(true)
    expect(may(LOOKALIKE, 'integration', 'UpdateStack', other)).toBe(false)
    expect(may(LOOKALIKE, 'integration-eu', 'UpdateStack', other)).toBe(true)
    expect(may(LOOKALIKE, 'integration-eu', 'UpdateStack', own)).toBe(false)
  })
})
