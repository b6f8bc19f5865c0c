import type { DescribeChangeSetCommandOutput } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import { Failure, ManualClock, UserError } from '@sluice/core'
import { type ChangeSetSpec, computeChanges, createChangeSet } from '../src/change-set.ts'
import type { CloudFormationVerbs } from '../src/connection.ts'
import { readChangeSet } from '../src/read-change-set.ts'
import { readTemplate } from '../src/template.ts'
import { unit } from './emulator.ts'
import { awsError, fakeCloudFormation } from './fake.ts'
import { PARAMETER } from './templates.ts'

const SPEC: ChangeSetSpec = {
  stack: 'api',
  name: 'sluice-1',
  type: 'UPDATE',
  template: 'Resources: {}',
  parameters: { Image: 'i' },
  tags: { unit: 'api' },
  roleArn: 'arn:aws:iam::1:role/execution'
}
const READY = { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' } as const
const ABSENT = awsError('ChangeSetNotFoundException', 'ChangeSet [sluice-1] does not exist', 404)

type Answer = Partial<DescribeChangeSetCommandOutput>

/** Reads a change set of which AWS says this. */
async function read(answer: Answer | Error, more: Partial<CloudFormationVerbs> = {}) {
  const cloudFormation = fakeCloudFormation({
    describeChangeSet: async () => {
      if (answer instanceof Error) throw answer
      return answer
    },
    ...more
  })
  return readChangeSet(cloudFormation, 'api', 'sluice-1')
}

/** A change set of a stack around a nested one, Network, around another, Subnets. */
function around(changeSetName: string | undefined, answer: Answer): DescribeChangeSetCommandOutput {
  const inner = { 'sluice-1': 'Network', 'arn:1': 'Network', 'arn:Network': 'Subnets' }[changeSetName ?? '']
  const nested = { Action: 'Modify', ResourceType: 'AWS::CloudFormation::Stack' } as const
  return {
    $metadata: {},
    ...answer,
    ...(inner === undefined
      ? {}
      : {
          Changes: [
            {
              ResourceChange: {
                ...{ ...nested, LogicalResourceId: inner, ChangeSetId: `arn:${inner}` },
                // That of subnets is new.
                ...(inner === 'Network' ? { PhysicalResourceId: 'arn:stack/api-Network-1' } : {})
              }
            }
          ]
        })
  }
}

describe('reading a change set', () => {
  it.each<[Answer, string]>([
    [READY, 'ready'],
    [{ Status: 'CREATE_PENDING' }, 'pending'],
    [{ Status: 'CREATE_IN_PROGRESS' }, 'pending'],
    [{ ...READY, ExecutionStatus: 'EXECUTE_IN_PROGRESS' }, 'executing'],
    [{ ...READY, ExecutionStatus: 'EXECUTE_COMPLETE' }, 'stale'],
    [{ ...READY, ExecutionStatus: 'OBSOLETE' }, 'stale'],
    [{ Status: 'DELETE_COMPLETE' }, 'stale'],
    [{}, 'stale'],
    [{ Status: 'FAILED', StatusReason: 'No updates are to be performed.' }, 'empty'],
    [
      {
        Status: 'FAILED',
        StatusReason:
          "The submitted information didn't contain changes. Submit different information to create a change set."
      },
      'empty'
    ],
    [{ Status: 'FAILED', StatusReason: 'Transform failed' }, 'failed'],
    [{ Status: 'FAILED' }, 'failed']
  ])('takes %j for %s', async (answer, state) => {
    expect((await read(answer))?.state).toBe(state)
  })

  it('reads all pages, and sorts by resource', async () => {
    const change = (LogicalResourceId: string) => ({ ResourceChange: { Action: 'Add' as const, LogicalResourceId } })
    const found = await read(READY, {
      describeChangeSet: async ({ NextToken }) =>
        NextToken === undefined
          ? { ...READY, Changes: [change('C'), change('A')], NextToken: '2' }
          : { ...READY, Changes: [change('B')] }
    })

    expect(found?.changes.map(({ logicalId }) => logicalId)).toEqual(['A', 'B', 'C'])
  })

  it('says what of a resource changes, by its properties where AWS names them', async () => {
    const found = await read({
      ...READY,
      Changes: [
        {
          ResourceChange: {
            Action: 'Modify',
            LogicalResourceId: 'Task',
            ResourceType: 'AWS::ECS::TaskDefinition',
            Replacement: 'True',
            Scope: ['Properties', 'Tags', 'Metadata'],
            Details: [
              { Target: { Attribute: 'Properties', Name: 'ContainerDefinitions', RequiresRecreation: 'Always' } },
              { Target: { Attribute: 'Properties', Name: 'ContainerDefinitions' }, Evaluation: 'Dynamic' },
              { Target: { Attribute: 'Tags' } },
              {}
            ]
          }
        },
        { ResourceChange: { Action: 'Remove', LogicalResourceId: 'Old', ResourceType: 'T', Scope: ['Properties'] } },
        { HookInvocationCount: 1 },
        { ResourceChange: {} }
      ]
    })

    expect(found?.changes).toEqual([
      { action: '', logicalId: '', type: '', targets: [] },
      { action: 'Remove', logicalId: 'Old', type: 'T', targets: [] },
      {
        action: 'Modify',
        logicalId: 'Task',
        type: 'AWS::ECS::TaskDefinition',
        replacement: 'True',
        targets: ['Metadata', 'Properties.ContainerDefinitions', 'Tags']
      }
    ])
  })

  it('looks into nested stacks', async () => {
    const found = await read(READY, {
      describeChangeSet: async ({ ChangeSetName, StackName }) => {
        // A nested stack that exists is named by its own ARN; a new one has none yet.
        expect(StackName).toBe(
          ChangeSetName === 'arn:Network'
            ? 'arn:stack/api-Network-1'
            : ChangeSetName?.startsWith('arn:')
              ? undefined
              : 'api'
        )
        return around(ChangeSetName, READY)
      }
    })

    expect(found?.changes.map(({ logicalId }) => logicalId)).toEqual(['Network', 'Network/Subnets'])
    expect(found?.state).toBe('ready')
  })

  it.each([
    ['directly', 'arn:Network', ['Network']],
    ['deeper', 'arn:Subnets', ['Network/Subnets']]
  ])('counts as stale when the one of a nested stack is gone, %s', async (_, gone, unknown) => {
    const found = await read(READY, {
      describeChangeSet: async ({ ChangeSetName }) => {
        if (ChangeSetName === gone) throw ABSENT
        return around(ChangeSetName, READY)
      }
    })

    expect(found).toMatchObject({ state: 'stale', unknown })
  })

  it('stays one that is executed when the one of a nested stack is gone', async () => {
    const found = await read(READY, {
      describeChangeSet: async ({ ChangeSetName }) => {
        if (ChangeSetName === 'arn:Network') throw ABSENT
        return around(ChangeSetName, { ...READY, ExecutionStatus: 'EXECUTE_IN_PROGRESS' })
      }
    })

    expect(found?.state).toBe('executing')
  })

  it('finds none where there is none', async () => {
    expect(await read(ABSENT)).toBeUndefined()
    expect(await read(awsError('ValidationError', 'Stack [api] does not exist'))).toBeUndefined()
    await expect(read(awsError('ValidationError', 'odd name'))).rejects.toThrow(
      'CloudFormation, DescribeChangeSet api: odd name'
    )
  })
})

describe('making a change set', () => {
  it('asks for nested stacks, named roles and the execution role, and waits until it is computed', async () => {
    const states: Answer[] = [ABSENTLY, { Status: 'CREATE_PENDING' }, { Status: 'CREATE_IN_PROGRESS' }, READY]
    let asked: unknown
    const made = await createChangeSet(
      fakeCloudFormation({
        createChangeSet: async input => {
          asked = input
          return { Id: 'arn:1' }
        },
        describeChangeSet: async () => {
          const next = states.shift() ?? READY
          if (next === ABSENTLY) throw ABSENT
          return next
        }
      }),
      SPEC
    )

    expect(made.state).toBe('ready')
    expect(asked).toEqual({
      StackName: 'api',
      ChangeSetName: 'sluice-1',
      ChangeSetType: 'UPDATE',
      TemplateBody: 'Resources: {}',
      Parameters: [{ ParameterKey: 'Image', ParameterValue: 'i' }],
      Tags: [{ Key: 'unit', Value: 'api' }],
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      IncludeNestedStacks: true,
      RoleARN: 'arn:aws:iam::1:role/execution'
    })
  })

  it.each([
    ['has transforms', 'Transform: AWS::LanguageExtensions\nResources: { A: { Type: AWS::SNS::Topic } }', true],
    ['has nested stacks', 'Resources: { A: { Type: AWS::CloudFormation::Stack } }', true],
    ['is no more than its text', 'Resources: { A: { Type: AWS::SNS::Topic } }', false]
  ])('says whether CloudFormation may expand a template, which %s', async (_, text, expected) => {
    let asked: readonly string[] | undefined
    const cloudFormation = fakeCloudFormation({
      createChangeSet: async ({ Capabilities }) => {
        asked = Capabilities
        return { Id: 'arn:1' }
      },
      describeChangeSet: async () => READY
    })

    await computeChanges(
      cloudFormation,
      { request: unit('api', text), template: readTemplate(text, 'of unit api') },
      { name: 'sluice-1', type: 'UPDATE', parameters: {} }
    )

    expect(asked?.includes('CAPABILITY_AUTO_EXPAND')).toBe(expected)
  })

  it('replaces one of the same name, whose deletion takes a while', async () => {
    const refusals = [1, 2, 3].map(() => awsError('AlreadyExistsException', 'ChangeSet sluice-1 already exists'))
    let deleted = 0
    const made = await createChangeSet(
      fakeCloudFormation({
        createChangeSet: async () => {
          const refusal = refusals.shift()
          if (refusal !== undefined) throw refusal
          return {}
        },
        deleteChangeSet: async () => {
          deleted++
          if (deleted === 2) throw ABSENT
          if (deleted === 3) throw awsError('InvalidChangeSetStatus', 'it is being deleted')
        },
        describeChangeSet: async () => READY
      }),
      SPEC
    )

    expect(made.state).toBe('ready')
    expect(deleted).toBe(3)
  })

  it('gives up on a name that stays taken', async () => {
    const making = createChangeSet(
      fakeCloudFormation({
        createChangeSet: async () => {
          throw awsError('AlreadyExistsException', 'ChangeSet sluice-1 already exists')
        },
        deleteChangeSet: async () => undefined
      }),
      SPEC
    )

    await expect(making).rejects.toThrow(
      /^The change set sluice-1 of stack api already exists and cannot be deleted.*Re-run the job/
    )
  })

  it('gives up on one that is never computed', async () => {
    const clock = new ManualClock()
    const began = clock.now()
    const making = createChangeSet(
      fakeCloudFormation(
        {
          createChangeSet: async () => ({ Id: 'arn:1' }),
          describeChangeSet: async () => ({ Status: 'CREATE_PENDING' })
        },
        clock
      ),
      SPEC
    )

    await expect(making).rejects.toThrow(
      /^The change set sluice-1 of stack api was not computed within 10 minutes\. Look at the stack .*re-run the job\.$/
    )
    expect(clock.now() - began).toBe(600_000)
  })

  it('passes on that its deletion is refused', async () => {
    const making = createChangeSet(
      fakeCloudFormation({
        createChangeSet: async () => {
          throw awsError('AlreadyExistsException', 'ChangeSet sluice-1 already exists')
        },
        deleteChangeSet: async () => {
          throw awsError('AccessDenied', 'not authorized')
        }
      }),
      SPEC
    )

    await expect(making).rejects.toThrow(/^AWS denied cloudformation:DeleteChangeSet on api/)
  })
})

describe('a change that CloudFormation refuses', () => {
  const target = {
    request: unit('api', PARAMETER, { stack: 'api' }),
    template: readTemplate(PARAMETER, 'infra/api.yml')
  }
  const computing = (answers: Partial<CloudFormationVerbs>) =>
    computeChanges(fakeCloudFormation({ createChangeSet: async () => ({ Id: 'arn:1' }), ...answers }), target, SPEC)

  it('is told with what was found wrong in the template', async () => {
    const computed = computing({
      describeChangeSet: async () => ({ Status: 'FAILED', StatusReason: 'Validation failed.', ChangeSetId: 'arn:1' }),
      describeEvents: async ({ ChangeSetName }) => ({
        OperationEvents: [
          { EventType: 'VALIDATION_ERROR', LogicalResourceId: ChangeSetName, ValidationStatusReason: 'name is taken.' },
          { EventType: 'STACK_EVENT' }
        ]
      })
    })

    await expect(computed).rejects.toThrow(UserError)
    await expect(computed).rejects.toThrow(
      'CloudFormation rejected the change set of stack api: Validation failed. arn:1: name is taken. Correct the template or the parameters of unit api.'
    )
  })

  it('that has lost what it changes in a nested stack is not shown as one that changes nothing there', async () => {
    const computed = computing({
      describeChangeSet: async ({ ChangeSetName }) => {
        if (ChangeSetName === 'arn:Network') throw ABSENT
        return around(ChangeSetName, READY)
      }
    })

    await expect(computed).rejects.toThrow(Failure)
    await expect(computed).rejects.toThrow(
      'The change set sluice-1 of stack api has lost its part for the nested stack Network, so that no one can see what would change there. Re-run the job: it makes the change set again.'
    )
  })

  it('that ends at parameters which CloudFormation may not read names the permission, not the template', async () => {
    const reason = "AccessDenied. User doesn't have permission to call ssm:GetParameters"
    const computed = computing({
      createChangeSet: async () => {
        throw awsError('ValidationError', reason)
      }
    })

    await expect(computed).rejects.toThrow(UserError)
    await expect(computed).rejects.toThrow(
      `CloudFormation rejected the change set of stack api: ${reason}. List the parameters that its template takes values from in \`ssmParameters\` of its account in delivery.yml, and give the roles that plan and deploy it what \`sluice roles\` then prints.`
    )
  })

  it.each(['SNS:Publish on resource: arn:aws:sns:eu-west-1:1:a', 'cloudwatch:DescribeAlarms'])(
    'that ends at a topic or an alarm which the role may not use names the permission: %s',
    async action => {
      const reason = `User: arn:aws:sts::1:assumed-role/plan/x is not authorized to perform: ${action}`
      const computed = computing({
        createChangeSet: async () => {
          throw awsError('ValidationError', reason)
        }
      })

      await expect(computed).rejects.toThrow(
        `${reason}. Give the roles that plan and deploy it what \`sluice roles\` prints for its notifications and rollbackAlarms; the policy of a topic in another account has to allow it, too.`
      )
    }
  )

  it('is told apart from a missing permission', async () => {
    const computed = computing({
      createChangeSet: async () => {
        throw awsError('AccessDenied', 'not authorized')
      }
    })

    await expect(computed).rejects.toThrow(/^AWS denied cloudformation:CreateChangeSet on api/)
  })
})

/** Stands for a change set that AWS does not know yet. */
const ABSENTLY: Answer = {}
