import type { StackEvent, StackResourceSummary } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import { Failure, ManualClock, type RetiredStack, sha256, UserError } from '@sluice/core'
import type { CloudFormationVerbs } from '../src/connection.ts'
import { deleteWith } from '../src/delete-retired.ts'
import { importsOf } from '../src/importers.ts'
import { retiredResources } from '../src/retired-resources.ts'
import { readAtRest, readRetired } from '../src/retired-stack.ts'
import { memoryLog } from './emulator.ts'
import { awsError, fakeCloudFormation, UNSET } from './fake.ts'

const ID = 'arn:aws:cloudformation:eu-west-1:1:stack/worker/1'
const INNER = 'arn:aws:cloudformation:eu-west-1:1:stack/worker-Inner/2'

type Status = NonNullable<StackResourceSummary['ResourceStatus']>
const resource = (name: string, type: string, id = name.toLowerCase(), status: Status = 'CREATE_COMPLETE') => ({
  ...{ LogicalResourceId: name, ResourceType: type, PhysicalResourceId: id, ResourceStatus: status },
  LastUpdatedTimestamp: new Date(0)
})

describe('the resources of a stack that is to be deleted', () => {
  const fates = async (resources: Readonly<Record<string, object>>) => {
    const listed = Object.entries(resources).map(([name, it]) => resource(name, (it as { Type: string }).Type))
    const cloudFormation = fakeCloudFormation({
      listStackResources: async () => ({ StackResourceSummaries: listed }),
      getTemplate: async input => {
        expect(input).toEqual({ StackName: ID, TemplateStage: 'Processed' })
        return { TemplateBody: JSON.stringify({ Resources: resources }) }
      }
    })
    return (await retiredResources(cloudFormation, ID)).map(({ becomes }) => becomes)
  }

  it.each([
    ['is deleted where nothing else is said', { Type: 'AWS::S3::Bucket' }, 'delete'],
    ['is deleted where that is said', { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Delete' }, 'delete'],
    ['stays', { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' }, 'retain'],
    ['stays, unless its creation fails', { Type: 'T', DeletionPolicy: 'RetainExceptOnCreate' }, 'retain'],
    ['leaves a snapshot', { Type: 'AWS::EC2::Volume', DeletionPolicy: 'Snapshot' }, 'snapshot'],
    ['leaves a snapshot as a cluster', { Type: 'AWS::RDS::DBCluster' }, 'snapshot'],
    ['leaves a snapshot as a database', { Type: 'AWS::RDS::DBInstance', Properties: {} }, 'snapshot'],
    [
      'goes with its cluster',
      { Type: 'AWS::RDS::DBInstance', Properties: { DBClusterIdentifier: { Ref: 'Cluster' } } },
      'delete'
    ],
    ['goes although it is a database', { Type: 'AWS::RDS::DBCluster', DeletionPolicy: 'Delete' }, 'delete'],
    ['counts as deleted where AWS alone knows', { Type: 'T', DeletionPolicy: { Ref: 'Policy' } }, 'delete']
  ])('one %s', async (_, definition, becomes) => {
    expect(await fates({ Data: definition })).toEqual([becomes])
  })

  it('are those of nested stacks, too, and stay where the nested stack does', async () => {
    const templates: Readonly<Record<string, object>> = {
      [ID]: { Inner: { Type: 'AWS::CloudFormation::Stack' }, Kept: { DeletionPolicy: 'Retain' } },
      [INNER]: { Table: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Delete' } }
    }
    const lists: Readonly<Record<string, readonly StackResourceSummary[]>> = {
      [ID]: [
        resource('Kept', 'AWS::CloudFormation::Stack', INNER),
        resource('Inner', 'AWS::CloudFormation::Stack', INNER),
        resource('Gone', 'T', 'gone', 'DELETE_COMPLETE'),
        resource('Left', 'T', 'left', 'DELETE_SKIPPED'),
        resource('Unmade', 'T', '', 'CREATE_FAILED')
      ],
      [INNER]: [resource('Table', 'AWS::DynamoDB::Table', 'orders')]
    }
    const cloudFormation = fakeCloudFormation({
      listStackResources: async ({ StackName = '' }) => ({ StackResourceSummaries: [...(lists[StackName] ?? [])] }),
      getTemplate: async ({ StackName = '' }) => ({ TemplateBody: JSON.stringify({ Resources: templates[StackName] }) })
    })

    const found = await retiredResources(cloudFormation, ID)

    expect(found.map(({ logicalId, becomes }) => `${logicalId} ${becomes}`)).toEqual([
      ...['Inner delete', 'Inner/Table delete', 'Kept retain', 'Kept/Table retain']
    ])
  })

  it('are none where the stack is gone, and no guess where CloudFormation does not answer', async () => {
    const failing = (message: string) =>
      fakeCloudFormation({
        listStackResources: async () => {
          throw awsError('ValidationError', message)
        }
      })

    expect(await retiredResources(failing(`Stack with id ${ID} does not exist`), ID)).toEqual([])
    await expect(retiredResources(failing('No.'), ID)).rejects.toThrow(`ListStackResources ${ID}: No.`)
  })

  it('are not guessed where CloudFormation returns no template', async () => {
    const live = {
      id: ID,
      name: 'worker',
      status: 'CREATE_COMPLETE',
      outputs: {},
      parameters: {},
      resolved: {},
      tags: {},
      settings: UNSET
    }

    await expect(readRetired(fakeCloudFormation({}), { unit: 'worker', stack: 'worker' }, live)).rejects.toThrow(
      Failure
    )
  })
})

describe('who imports what a stack exports', () => {
  const around = { stack: 'worker', resources: [] }
  const live = { exports: ['a', 'b'] }

  it('is asked for each export, page by page', async () => {
    const cloudFormation = fakeCloudFormation({
      listImports: async ({ ExportName = '', NextToken }) => {
        if (ExportName === 'b') throw awsError('ValidationError', "Export 'b' is not imported by any stack.")
        return NextToken === undefined ? { Imports: ['api'], NextToken: '2' } : { Imports: ['site'], NextToken: '' }
      }
    })

    expect(await importsOf(cloudFormation, around, live)).toEqual([
      { name: 'a', by: 'api' },
      { name: 'a', by: 'site' }
    ])
    expect(await importsOf(cloudFormation, around, {})).toEqual([])
  })

  it('is asked of what is nested in it and goes with it, and not told of what is nested beside that', async () => {
    const nested = (name: string, becomes: 'delete' | 'retain') => ({
      ...{ logicalId: name, type: 'AWS::CloudFormation::Stack', becomes },
      physicalId: `arn:aws:cloudformation:eu-west-1:1:stack/worker-${name}/3`
    })
    const unmade = { ...nested('Unmade', 'delete'), physicalId: '' }
    const resources = [nested('Inner', 'delete'), nested('Kept', 'retain'), unmade]
    const cloudFormation = fakeCloudFormation({
      describeStacks: async ({ StackName = '' }) => {
        const exported = [{ OutputKey: 'A', OutputValue: 'a', ExportName: `of ${StackName.split('/')[1]}` }]
        return { Stacks: [{ StackName, StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(0), Outputs: exported }] }
      },
      listImports: async () => ({ Imports: ['worker', 'worker-Kept', 'worker-Inner', 'api'] })
    })

    expect(await importsOf(cloudFormation, { stack: 'worker', resources }, {})).toEqual([
      { name: 'of worker-Inner', by: 'api' }
    ])
  })

  it('is not taken for no one where the role may not ask', async () => {
    const cloudFormation = fakeCloudFormation({
      listImports: async () => {
        throw awsError('AccessDenied', 'no identity-based policy allows it', 403)
      }
    })

    await expect(importsOf(cloudFormation, around, live)).rejects.toThrow(
      "AWS denied cloudformation:ListImports on a: no identity-based policy allows it. Allow this action in the policy of this job's role."
    )
  })
})

const PLANNED: RetiredStack = {
  ...{ unit: 'worker', stack: 'worker', region: 'eu-west-1', id: ID, template: sha256('{}\n') },
  resources: [{ logicalId: 'Data', type: 'T', physicalId: 'data', becomes: 'delete' }]
}
const status = (
  StackStatus:
    | 'CREATE_COMPLETE'
    | 'DELETE_FAILED'
    | 'DELETE_IN_PROGRESS'
    | 'UPDATE_IN_PROGRESS'
    | 'UPDATE_ROLLBACK_COMPLETE'
) => ({
  Stacks: [{ StackName: 'worker', StackId: ID, StackStatus, CreationTime: new Date(0) }]
})
const gone = async (): Promise<never> => {
  throw awsError('ValidationError', `Stack with id ${ID} does not exist`)
}

describe('a deletion', () => {
  /** A stack that passes through these statuses, one for each look; the last stays. */
  function passing(
    ...statuses: readonly (ReturnType<typeof status> | 'gone')[]
  ): CloudFormationVerbs['describeStacks'] {
    let look = 0
    return async () => {
      const now = statuses[Math.min(look++, statuses.length - 1)]
      return now === undefined || now === 'gone' ? gone() : now
    }
  }
  const event = (id: number, name: string, ResourceStatus: Status, more: Partial<StackEvent> = {}): StackEvent => ({
    ...{ StackId: ID, StackName: 'worker', EventId: String(id), Timestamp: new Date(id * 1_000), ResourceStatus },
    ...{ LogicalResourceId: name, ResourceType: name === 'worker' ? 'AWS::CloudFormation::Stack' : 'T' },
    PhysicalResourceId: name === 'worker' ? ID : name.toLowerCase(),
    ...more
  })
  async function deleting(answers: Partial<CloudFormationVerbs>, deadline = 3_600_000) {
    const log = memoryLog()
    const clock = new ManualClock()
    const cloudFormation = fakeCloudFormation(
      {
        getTemplate: async () => ({ TemplateBody: '{}' }),
        listStackResources: async () => ({ StackResourceSummaries: [resource('Data', 'T')] }),
        describeStackEvents: async () => ({ StackEvents: [] }),
        describeEvents: async () => ({}),
        ...answers
      },
      clock
    )
    const outcome = await deleteWith(cloudFormation, {
      ...{ log, plan: [PLANNED], clientToken: 'a'.repeat(64), onEvent: () => undefined },
      deadline: clock.now() + deadline
    })
    return { outcome, lines: log.lines }
  }

  it('that someone else has begun is waited for, and is as good', async () => {
    const { outcome, lines } = await deleting({
      describeStacks: passing(...Array(4).fill(status('DELETE_IN_PROGRESS')), 'gone')
    })

    expect(outcome).toEqual({ kind: 'deleted', deleted: ['worker'] })
    expect(lines).toEqual([
      'worker: someone else is deleting it; waiting until that is over',
      'worker: already deleted'
    ])
  })

  it('that someone else has begun, and that does not end in time, is said to go on', async () => {
    const { outcome } = await deleting({ describeStacks: passing(status('DELETE_IN_PROGRESS')) }, 1_000)

    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { status: 'DELETE_IN_PROGRESS', cause: { reason: expect.stringContaining('re-run the job to resume') } }
    })
  })

  it.each([
    ['CREATE_COMPLETE', 'Delete canceled. Export a is in use.', 'Delete canceled. Export a is in use'],
    ['UPDATE_ROLLBACK_COMPLETE', 'Delete canceled.', 'Delete canceled'],
    ['CREATE_COMPLETE', undefined, 'AWS gave no reason']
  ] as const)('that CloudFormation calls off, so that the stack is in %s, is a failure', async (was, reason, told) => {
    let ordered = false
    const called = reason === undefined ? {} : { StackStatusReason: reason }
    const { outcome } = await deleting({
      describeStacks: async () => ({ Stacks: status(was).Stacks.map(it => ({ ...it, ...(ordered ? called : {}) })) }),
      deleteStack: async () => {
        ordered = true
        return {}
      },
      describeStackEvents: async () => ({ StackEvents: ordered ? [event(2, 'worker', was)] : [] })
    })

    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: {
        status: was,
        cause: { reason: `CloudFormation did not delete it: ${told}. Re-run all jobs` }
      }
    })
  })

  it('says which resources are left, those of nested stacks in place of them, and none that went in the end', async () => {
    const inner = { StackId: INNER, StackName: 'worker-Inner' }
    const events = [
      event(1, 'worker', 'DELETE_IN_PROGRESS'),
      event(1.5, 'Inner', 'DELETE_IN_PROGRESS', {
        ResourceType: 'AWS::CloudFormation::Stack',
        PhysicalResourceId: INNER
      }),
      event(2, 'Slow', 'DELETE_FAILED', { ResourceStatusReason: 'Later.' }),
      event(3, 'Slow', 'DELETE_COMPLETE'),
      event(4, 'Late', 'DELETE_FAILED', { ResourceStatusReason: 'Resource deletion cancelled' }),
      event(5, 'Table', 'DELETE_FAILED', { ...inner, ResourceStatusReason: 'It is protected.' }),
      event(6, 'Inner', 'DELETE_FAILED', { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: INNER }),
      event(7, 'Mute', 'DELETE_FAILED'),
      event(8, 'worker', 'DELETE_FAILED', { ResourceStatusReason: 'The following failed.' })
    ]
    let ordered = false
    const { outcome } = await deleting({
      describeStacks: async () => status(ordered ? 'DELETE_FAILED' : 'CREATE_COMPLETE'),
      deleteStack: async () => {
        ordered = true
        return {}
      },
      describeStackEvents: async ({ StackName }) => ({
        StackEvents: ordered ? events.filter(it => it.StackId === StackName).toReversed() : []
      })
    })

    expect(outcome).toMatchObject({ kind: 'failed', failure: { status: 'DELETE_FAILED' } })
    expect(outcome.kind === 'failed' ? outcome.failure.cause.reason : '').toBe(
      'Table (T) table of stack worker-Inner could not be deleted: It is protected; Mute (T) mute could not be deleted: AWS gave no reason. Put right what keeps them, as by emptying a bucket, and re-run the failed jobs: the deletion goes on. Or leave them behind with `aws cloudformation delete-stack --stack-name worker --region eu-west-1 --retain-resources Inner Mute`'
    )
  })

  it('is not begun while another operation does not end', async () => {
    const { outcome } = await deleting({ describeStacks: async () => status('UPDATE_IN_PROGRESS') }, 1_000)

    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { cause: { reason: expect.stringMatching(/^Stack worker is in UPDATE_IN_PROGRESS\. Wait until/) } }
    })
    expect(outcome.kind === 'failed' ? outcome.failure : {}).not.toHaveProperty('status')
  })

  it('is not planned while another operation does not end', async () => {
    const reading = readAtRest(
      fakeCloudFormation({ describeStacks: async () => status('UPDATE_IN_PROGRESS') }),
      'worker'
    )

    await expect(reading).rejects.toThrow(UserError)
  })
})
