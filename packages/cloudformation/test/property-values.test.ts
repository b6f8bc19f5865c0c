import type { ResourceChange } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import type { PlannedChange } from '@sluice/core'
import { withoutValues, withValues } from '../src/property-values.ts'
import { fakeCloudFormation } from './fake.ts'

const ID = 'arn:aws:cloudformation:eu-west-1:1:changeSet/sluice-1/1'
const SUBNET: PlannedChange = {
  action: 'Modify',
  logicalId: 'Subnet',
  type: 'AWS::EC2::Subnet',
  replacement: 'True',
  targets: ['Properties.CidrBlock']
}
const TABLE: PlannedChange = { ...SUBNET, logicalId: 'Table', type: 'AWS::DynamoDB::Table' }
const QUEUE: PlannedChange = { action: 'Add', logicalId: 'Queue', type: 'AWS::SQS::Queue', targets: [] }

/** Reads values off pages of changes. */
async function valued(
  changes: readonly PlannedChange[],
  ...pages: readonly (readonly Partial<ResourceChange>[])[]
): Promise<{ readonly asked: readonly unknown[]; readonly changes: readonly PlannedChange[] }> {
  const asked: unknown[] = []
  const cloudFormation = fakeCloudFormation({
    describeChangeSet: async input => {
      asked.push(input)
      const at = Number(input.NextToken ?? 0)
      return {
        Changes: (pages[at] ?? []).map(it => ({ ResourceChange: { Action: 'Modify', ...it } as ResourceChange })),
        ...(at + 1 < pages.length ? { NextToken: String(at + 1) } : {})
      }
    }
  })
  return { changes: await withValues(cloudFormation, 'api', ID, changes), asked }
}

const detail = (target: object, Evaluation: 'Static' | 'Dynamic' = 'Static') => ({
  Target: { Attribute: 'Properties' as const, ...target },
  Evaluation
})

describe('the values of what changes', () => {
  it('are asked for after what changes, on all pages, and only add to it', async () => {
    const { changes, asked } = await valued(
      [SUBNET, TABLE, QUEUE],
      [
        {
          LogicalResourceId: 'Subnet',
          Details: [
            detail({
              Name: 'CidrBlock',
              Path: '/Properties/CidrBlock',
              RequiresRecreation: 'Always',
              BeforeValue: '10.0.1.0/24',
              AfterValue: '10.0.2.0/24'
            })
          ]
        }
      ],
      // A resource of whose values CloudFormation can make nothing is left out.
      [{ LogicalResourceId: 'Other' }, { Action: 'Add', LogicalResourceId: 'Queue', AfterContext: '{}' }]
    )

    expect(changes).toEqual([
      {
        ...SUBNET,
        values: [{ path: '/Properties/CidrBlock', before: '10.0.1.0/24', after: '10.0.2.0/24', recreates: 'Always' }]
      },
      TABLE,
      QUEUE
    ])
    expect(asked).toEqual([
      { ChangeSetName: ID, StackName: 'api', IncludePropertyValues: true },
      { ChangeSetName: ID, StackName: 'api', IncludePropertyValues: true, NextToken: '1' }
    ])
    expect(withoutValues(changes)).toEqual([SUBNET, TABLE, QUEUE])
  })

  it('are not asked for where nothing is modified', async () => {
    expect(await valued([QUEUE])).toEqual({ changes: [QUEUE], asked: [] })
  })

  it('are told once for each property, in order, as what is known before it is executed', async () => {
    const { changes } = await valued(
      [SUBNET],
      [
        {
          LogicalResourceId: 'Subnet',
          Details: [
            detail({ Name: 'Tags', BeforeValue: 'a', AfterValue: '{{changeSet:KNOWN_AFTER_APPLY}}' }, 'Dynamic'),
            detail({ Name: 'Tags', BeforeValue: 'a', AfterValue: 'b' }),
            detail({ Name: 'Tags', BeforeValue: 'a', AfterValue: 'c' }, 'Dynamic'),
            detail({ Name: 'Added', AfterValue: 'x', RequiresRecreation: 'Conditionally' }),
            detail({ Name: 'Gone', BeforeValue: 'y', RequiresRecreation: 'Never' }),
            detail({ Name: 'Untold', RequiresRecreation: 'Always' }),
            { Target: { Attribute: 'Metadata', BeforeValue: '1', AfterValue: '2' } },
            { Target: { BeforeValue: '1' } },
            {}
          ]
        }
      ]
    )

    expect(changes[0]?.values).toEqual([
      { path: '/Metadata', before: '1', after: '2' },
      { path: '/Properties/Added', after: 'x', recreates: 'Conditionally' },
      { path: '/Properties/Gone', before: 'y' },
      { path: '/Properties/Tags', before: 'a', after: 'b' }
    ])
  })

  it('read alike in whatever order members are told, and are cut where they are long', async () => {
    const value = async (AfterValue: string): Promise<string | undefined> => {
      const Details = [detail({ Name: 'Policy', AfterValue })]
      const { changes } = await valued([SUBNET], [{ LogicalResourceId: 'Subnet', Details }])
      return changes[0]?.values?.[0]?.after
    }

    expect(await value('{ "b": 1, "a": [2, 1] }')).toBe('{"a":[2,1],"b":1}')
    expect(await value('{"a":[2,1],"b":1}')).toBe('{"a":[2,1],"b":1}')
    expect(await value('{"a": cut off by CloudFo')).toBe('{"a": cut off by CloudFo')
    expect(await value('x'.repeat(2_000))).toBe(`${'x'.repeat(1_000)}…`)
  })
})
