import { expect, it } from '@jest/globals'
import { resourcesOf } from '../src/stack-resources.ts'
import { fakeCloudFormation } from './fake.ts'

const NESTED = 'arn:aws:cloudformation:eu-west-1:222222222222:stack/shop-Nested/1'
const entry = (ResourceType: string, PhysicalResourceId?: string, ResourceStatus = 'CREATE_COMPLETE') =>
  ({
    ...{ LogicalResourceId: 'It', ResourceType, ResourceStatus, LastUpdatedTimestamp: new Date(0) },
    ...(PhysicalResourceId === undefined ? {} : { PhysicalResourceId })
  }) as never

it('reads what a stack consists of, from every page and every nested stack, and nothing that is gone or was never made', async () => {
  const pages: Readonly<Record<string, { readonly StackResourceSummaries?: never[]; readonly NextToken?: string }>> = {
    'shop ': {
      StackResourceSummaries: [entry('AWS::ECS::Cluster', 'cluster'), entry('AWS::ECS::Service')],
      NextToken: 'more'
    },
    'shop more': {
      StackResourceSummaries: [
        entry('AWS::CloudFormation::Stack', NESTED),
        entry('AWS::ECS::Service', 'gone', 'DELETE_COMPLETE')
      ]
    },
    [`${NESTED} `]: { StackResourceSummaries: [entry('AWS::ECS::Service', 'service')] }
  }
  const cloudFormation = fakeCloudFormation({
    listStackResources: async ({ StackName, NextToken }) => ({
      StackResourceSummaries: undefined,
      NextToken: undefined,
      ...pages[`${StackName} ${NextToken ?? ''}`]
    })
  })

  expect(await resourcesOf(cloudFormation, 'shop')).toEqual([
    { type: 'AWS::ECS::Cluster', logicalId: 'It', physicalId: 'cluster' },
    { type: 'AWS::CloudFormation::Stack', logicalId: 'It', physicalId: NESTED },
    { type: 'AWS::ECS::Service', physicalId: 'service' }
  ])
})
