import type { ResourceStatus, StackEvent as SdkEvent } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import { Failure, ManualClock } from '@sluice/core'
import type { CloudFormationVerbs } from '../src/connection.ts'
import { followOperation, type OperationEnd } from '../src/monitor.ts'
import { EventStream, type StackEvent } from '../src/stack-events.ts'
import { awsError, fakeCloudFormation } from './fake.ts'

const STACK = 'arn:aws:cloudformation:eu-west-1:1:stack/api/1'
const NESTED = 'arn:aws:cloudformation:eu-west-1:1:stack/api-Network/2'
const START = Date.parse('2026-01-01T00:00:00Z')

let serial = 0

/** An event of a resource; `api` is the stack itself. */
function event(logicalId: string, status: ResourceStatus, at = 1, more: Partial<SdkEvent> = {}): SdkEvent {
  const own = logicalId === 'api'
  return {
    StackId: STACK,
    StackName: 'api',
    EventId: `e${++serial}`,
    Timestamp: new Date(START + at),
    LogicalResourceId: logicalId,
    PhysicalResourceId: own ? STACK : `physical-${logicalId}`,
    ResourceType: own ? 'AWS::CloudFormation::Stack' : 'AWS::SSM::Parameter',
    ResourceStatus: status,
    ...more
  }
}

/** What AWS tells at one look: the stack's status, or an error; and the events since the look before, oldest first. */
interface Look {
  readonly status?: string
  readonly error?: Error
  readonly events?: readonly SdkEvent[]
}

/** Follows an operation that AWS tells of in these looks; the last of them repeats. */
async function follow(
  looks: readonly Look[],
  options: {
    readonly deadline?: number
    readonly pageSize?: number
    readonly nested?: readonly SdkEvent[]
    readonly more?: Partial<CloudFormationVerbs>
  } = {}
): Promise<{ readonly end: OperationEnd; readonly told: readonly StackEvent[]; readonly clock: ManualClock }> {
  const { deadline = 60 * 60_000, pageSize = 100, nested = [], more = {} } = options
  const clock = new ManualClock(START)
  const history: SdkEvent[] = [event('api', 'CREATE_COMPLETE', 0)]
  let look = -1
  let current: Look = {}
  const cloudFormation = fakeCloudFormation(
    {
      describeStacks: async () => {
        look = Math.min(look + 1, looks.length - 1)
        if (looks[look] !== current) {
          current = looks[look] ?? {}
          history.unshift(...[...(current.events ?? [])].reverse())
        }
        if (current.error !== undefined) throw current.error
        return current.status === undefined ? { Stacks: [] } : { Stacks: [stack(current.status)] }
      },
      describeStackEvents: async ({ StackName, NextToken }) => {
        if (StackName === NESTED) return { StackEvents: [...nested] }
        const from = Number(NextToken ?? '0')
        const next = from + pageSize
        return {
          StackEvents: history.slice(from, next),
          ...(next < history.length ? { NextToken: String(next) } : {})
        }
      },
      getTemplate: async () => ({ TemplateBody: 'Resources: {}' }),
      describeEvents: async () => ({ OperationEvents: [] }),
      ...more
    },
    clock
  )
  const told: StackEvent[] = []
  const events = await EventStream.fromNow(cloudFormation, STACK)
  const end = await followOperation(cloudFormation, {
    stackId: STACK,
    events,
    deadline: START + deadline,
    onEvent: it => told.push(it)
  })
  return { end, told, clock }
}

function stack(status: string) {
  return { StackName: 'api', StackId: STACK, StackStatus: status as 'CREATE_COMPLETE', CreationTime: new Date(START) }
}

const begin = event('api', 'UPDATE_IN_PROGRESS')
const lines = (told: readonly StackEvent[]): readonly string[] =>
  told.map(({ logicalId, status }) => `${logicalId} ${status}`)

describe('following an operation', () => {
  it('tells all events of one timestamp, in order and once', async () => {
    const same = ['A', 'B', 'C'].map(name => event(name, 'UPDATE_COMPLETE', 5))
    const { told, end } = await follow([
      { status: 'UPDATE_IN_PROGRESS', events: [begin, ...same.slice(0, 1)] },
      { status: 'UPDATE_IN_PROGRESS', events: same.slice(1) },
      { status: 'UPDATE_COMPLETE', events: [event('api', 'UPDATE_COMPLETE', 5)] }
    ])

    expect(end.kind).toBe('complete')
    expect(lines(told)).toEqual([
      'api UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'B UPDATE_COMPLETE',
      'C UPDATE_COMPLETE',
      'api UPDATE_COMPLETE'
    ])
  })

  it('reads as many pages as there are new events', async () => {
    const many = Array.from({ length: 25 }, (_, index) => event(`R${index}`, 'UPDATE_COMPLETE', 10 + index))
    const { told } = await follow(
      [
        { status: 'UPDATE_IN_PROGRESS', events: [begin] },
        { status: 'UPDATE_COMPLETE', events: [...many, event('api', 'UPDATE_COMPLETE', 99)] }
      ],
      { pageSize: 3 }
    )

    expect(lines(told)).toEqual([
      'api UPDATE_IN_PROGRESS',
      ...many.map(it => `${it.LogicalResourceId} UPDATE_COMPLETE`),
      'api UPDATE_COMPLETE'
    ])
  })

  it('does not take the status before the operation for its end', async () => {
    const { end, told } = await follow([
      { status: 'CREATE_COMPLETE' },
      { status: 'CREATE_COMPLETE' },
      { status: 'UPDATE_IN_PROGRESS', events: [begin] },
      { status: 'UPDATE_COMPLETE', events: [event('api', 'UPDATE_COMPLETE', 3)] }
    ])

    expect(end).toMatchObject({ kind: 'complete', live: { status: 'UPDATE_COMPLETE' } })
    expect(told).toHaveLength(2)
  })

  it('waits while the old resources are removed', async () => {
    const { end } = await follow([
      { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', events: [begin] },
      { status: 'UPDATE_COMPLETE', events: [event('api', 'UPDATE_COMPLETE', 3)] }
    ])

    expect(end).toMatchObject({ kind: 'complete', live: { status: 'UPDATE_COMPLETE' } })
  })

  it('looks for events that come after the last status', async () => {
    const last = { status: 'UPDATE_ROLLBACK_COMPLETE' }
    const late = event('A', 'UPDATE_FAILED', 2, { ResourceStatusReason: 'no quota' })
    const history: SdkEvent[] = []
    let reads = 0
    const { end, told } = await follow([{ status: 'UPDATE_IN_PROGRESS' }, last], {
      more: {
        describeStackEvents: async () => {
          reads++
          if (reads === 2) history.unshift(begin)
          if (reads === 5) history.unshift(event('api', 'UPDATE_ROLLBACK_COMPLETE', 4), late)
          return { StackEvents: [...history] }
        }
      }
    })

    expect(end).toMatchObject({ kind: 'failed', cause: { resource: { logicalId: 'A' }, reason: 'no quota' } })
    expect(lines(told).at(-1)).toBe('api UPDATE_ROLLBACK_COMPLETE')
  })

  it('ends although the last event never comes, once the status has lasted', async () => {
    const { end, clock } = await follow([
      { status: 'UPDATE_IN_PROGRESS', events: [begin] },
      { status: 'UPDATE_COMPLETE' }
    ])

    expect(end).toMatchObject({ kind: 'complete', live: { status: 'UPDATE_COMPLETE' } })
    expect(clock.now() - START).toBeGreaterThanOrEqual(30_000)
    expect(clock.now() - START).toBeLessThan(40_000)
  })

  it('waits for the end while AWS still tells the status of before the operation', async () => {
    const { end } = await follow([
      { status: 'CREATE_COMPLETE', events: [begin] },
      ...Array.from({ length: 10 }, () => ({ status: 'CREATE_COMPLETE' })),
      { status: 'UPDATE_IN_PROGRESS' },
      { status: 'UPDATE_ROLLBACK_COMPLETE' }
    ])

    expect(end).toMatchObject({ kind: 'failed', status: 'UPDATE_ROLLBACK_COMPLETE' })
  })

  it.each(['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'] as const)(
    'does not take %s of before for the end of an operation that begins between two calls',
    async before => {
      const clock = new ManualClock(START)
      const old = event('api', before, 0)
      const [begins, ends] = [event('api', 'UPDATE_IN_PROGRESS'), event('api', 'UPDATE_ROLLBACK_COMPLETE', 60_000)]
      let executed = false
      let begun = false
      const over = (): boolean => clock.now() >= START + 60_000
      const cloudFormation = fakeCloudFormation(
        {
          describeStacks: async () => ({
            Stacks: [stack(!begun ? before : over() ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_IN_PROGRESS')]
          }),
          describeStackEvents: async () => {
            begun = executed
            return { StackEvents: [...(over() ? [ends] : []), ...(begun ? [begins] : []), old] }
          },
          getTemplate: async () => ({ TemplateBody: 'Resources: {}' }),
          describeEvents: async () => ({ OperationEvents: [] })
        },
        clock
      )
      const events = await EventStream.fromNow(cloudFormation, STACK)
      executed = true

      const end = await followOperation(cloudFormation, {
        stackId: STACK,
        events,
        deadline: START + 600_000,
        onEvent: () => undefined
      })

      expect(end).toMatchObject({ kind: 'failed', status: 'UPDATE_ROLLBACK_COMPLETE' })
      expect(clock.now() - START).toBeGreaterThanOrEqual(60_000)
    }
  )

  it('does not take the end of a nested stack for that of the stack around it', async () => {
    const inner = { StackId: NESTED, PhysicalResourceId: NESTED, ResourceType: 'AWS::CloudFormation::Stack' }
    const network = { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: NESTED }
    const { end } = await follow(
      [
        { status: 'CREATE_COMPLETE', events: [begin, event('Network', 'UPDATE_IN_PROGRESS', 2, network)] },
        { status: 'CREATE_COMPLETE' },
        { status: 'UPDATE_IN_PROGRESS' },
        { status: 'UPDATE_COMPLETE', events: [event('api', 'UPDATE_COMPLETE', 9)] }
      ],
      { nested: [event('Network', 'CREATE_COMPLETE', 3, inner)] }
    )

    expect(end).toMatchObject({ kind: 'complete', live: { status: 'UPDATE_COMPLETE' } })
  })

  it('does not take an event that is listed late for the newest', async () => {
    const { end, clock } = await follow([
      { status: 'UPDATE_IN_PROGRESS', events: [event('api', 'UPDATE_COMPLETE', 5)] },
      { status: 'UPDATE_IN_PROGRESS', events: [begin] },
      { status: 'UPDATE_COMPLETE' }
    ])

    expect(end.kind).toBe('complete')
    expect(clock.now() - START).toBeLessThan(30_000)
  })

  it('calls a status that nothing confirms at the deadline a time-out', async () => {
    const { end } = await follow([{ status: 'CREATE_COMPLETE', events: [begin] }], { deadline: 10_000 })

    expect(end).toEqual({ kind: 'timeout', status: 'CREATE_COMPLETE' })
  })

  it('looks soon at first, and every 1.4 seconds later', async () => {
    const busy = Array.from({ length: 20 }, () => ({ status: 'UPDATE_IN_PROGRESS' }))
    const { clock } = await follow([
      { status: 'UPDATE_IN_PROGRESS', events: [begin] },
      ...busy,
      { status: 'UPDATE_COMPLETE', events: [event('api', 'UPDATE_COMPLETE', 9)] }
    ])

    expect(clock.slept.slice(0, 3)).toEqual([200, 280, 392])
    expect(Math.max(...clock.slept)).toBe(1_400)
    expect(clock.slept.at(-1)).toBe(1_400)
  })

  it('goes on through throttling and faults of AWS, more slowly', async () => {
    const throttled = { error: awsError('Throttling', 'Rate exceeded') }
    const { end, clock } = await follow([
      { status: 'UPDATE_IN_PROGRESS', events: [begin] },
      ...Array.from({ length: 12 }, () => ({ ...throttled })),
      { error: awsError('InternalFailure', 'oops', 500) },
      { error: awsError('InternalFailure', 'oops', 500) },
      { error: awsError('InternalFailure', 'oops', 500) },
      { status: 'UPDATE_COMPLETE', events: [event('api', 'UPDATE_COMPLETE', 9)] }
    ])

    expect(end.kind).toBe('complete')
    expect(Math.max(...clock.slept)).toBeGreaterThan(6_000)
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(20_000)
  })

  it.each([
    ['no session is to be had for a while', new Failure('GitHub issued no OIDC token: HTTP 503. Re-run the job.')],
    ['AWS calls the session over', awsError('ExpiredToken', 'The security token included in the request is expired')]
  ])('goes on where %s', async (_, error) => {
    const { end } = await follow([
      { status: 'UPDATE_IN_PROGRESS', events: [begin] },
      ...Array.from({ length: 5 }, () => ({ error })),
      { status: 'UPDATE_COMPLETE', events: [event('api', 'UPDATE_COMPLETE', 9)] }
    ])

    expect(end.kind).toBe('complete')
  })

  it('stops at once when AWS refuses to tell', async () => {
    const refused = { error: awsError('AccessDenied', 'not authorized to perform: cloudformation:DescribeStacks') }

    await expect(follow([refused])).rejects.toThrow(
      /^AWS denied cloudformation:DescribeStacks on .*\. Allow this action in the policy of this job's role\.$/
    )
  })

  it('calls a time-out a time-out, after one last look at the deadline', async () => {
    const { end, clock } = await follow([{ status: 'UPDATE_IN_PROGRESS', events: [begin] }], { deadline: 10_000 })

    expect(end).toEqual({ kind: 'timeout', status: 'UPDATE_IN_PROGRESS' })
    expect(clock.now() - START).toBe(10_000)
  })

  it('says that the stack was deleted under it', async () => {
    const { end } = await follow([{ status: 'UPDATE_IN_PROGRESS', events: [begin] }, {}])

    expect(end).toEqual({ kind: 'failed', status: 'DELETE_COMPLETE', cause: { reason: 'AWS gave no reason' } })
  })

  it.each(['CREATE_FAILED', 'ROLLBACK_COMPLETE'] as const)(
    'goes on after %s, since CloudFormation may delete what it failed to create',
    async passing => {
      const reason = { ResourceStatusReason: 'quota' }
      const failed = [event('api', 'CREATE_IN_PROGRESS'), event('A', 'CREATE_FAILED', 2, reason)]
      const { end, told } = await follow([
        { status: 'ROLLBACK_IN_PROGRESS', events: failed },
        { status: passing, events: [event('api', passing, 3)] },
        { status: passing },
        { events: [event('api', 'DELETE_IN_PROGRESS', 4), event('api', 'DELETE_COMPLETE', 5)] }
      ])

      expect(end).toMatchObject({ kind: 'failed', status: 'DELETE_COMPLETE', cause: { reason: 'quota' } })
      expect(lines(told).at(-1)).toBe('api DELETE_COMPLETE')
    }
  )

  it('takes a failed creation for the end when CloudFormation does not go on', async () => {
    const { end, clock } = await follow([
      { status: 'CREATE_IN_PROGRESS', events: [event('api', 'CREATE_IN_PROGRESS')] },
      { status: 'ROLLBACK_COMPLETE', events: [event('api', 'ROLLBACK_COMPLETE', 3)] }
    ])

    expect(end).toMatchObject({ kind: 'failed', status: 'ROLLBACK_COMPLETE' })
    expect(clock.now() - START).toBeGreaterThanOrEqual(30_000)
  })

  it('says what exists and was left behind by a stack that is gone, once each', async () => {
    const skipped = [3, 4].map(at => event('Data', 'DELETE_SKIPPED', at))
    const never = event('Other', 'DELETE_SKIPPED', 4, { PhysicalResourceId: '' })
    const failed = event('A', 'CREATE_FAILED', 2, { ResourceStatusReason: 'quota' })
    const whole = [event('api', 'CREATE_IN_PROGRESS'), failed, ...skipped, never, event('api', 'DELETE_COMPLETE', 5)]

    const { end } = await follow([{ events: whole }])

    expect(end).toMatchObject({ leftBehind: ['Data (AWS::SSM::Parameter) physical-Data'] })
    const { end: kept } = await follow([
      { status: 'UPDATE_ROLLBACK_COMPLETE', events: [failed, ...skipped, event('api', 'UPDATE_ROLLBACK_COMPLETE', 5)] }
    ])
    expect(kept).not.toHaveProperty('leftBehind')
  })
})

describe('the root cause', () => {
  const failing = async (events: readonly SdkEvent[], more: Partial<CloudFormationVerbs> = {}) => {
    const { end } = await follow(
      [
        { status: 'UPDATE_IN_PROGRESS', events: [begin] },
        { status: 'UPDATE_ROLLBACK_COMPLETE', events: [...events, event('api', 'UPDATE_ROLLBACK_COMPLETE', 99)] }
      ],
      { more }
    )
    return end
  }

  it('is the resource that failed first, not one that was cancelled because of it', async () => {
    const end = await failing([
      event('B', 'CREATE_FAILED', 2, { ResourceStatusReason: 'Resource creation cancelled' }),
      event('A', 'CREATE_FAILED', 2, { ResourceStatusReason: 'no such subnet' }),
      event('C', 'UPDATE_FAILED', 3, { ResourceStatusReason: 'later' }),
      event('api', 'UPDATE_ROLLBACK_IN_PROGRESS', 4, { ResourceStatusReason: 'The following resource(s) failed' })
    ])

    expect(end).toMatchObject({
      kind: 'failed',
      status: 'UPDATE_ROLLBACK_COMPLETE',
      cause: { resource: { logicalId: 'A', status: 'CREATE_FAILED' }, reason: 'no such subnet' }
    })
  })

  it('says what a hook said that refused a resource', async () => {
    const end = await failing([
      event('A', 'CREATE_IN_PROGRESS', 1, {
        HookType: 'Octo::Tags::Hook',
        HookStatus: 'HOOK_COMPLETE_FAILED',
        HookStatusReason: 'The tag owner is missing.'
      }),
      event('B', 'CREATE_IN_PROGRESS', 1, { HookStatus: 'HOOK_COMPLETE_SUCCEEDED', HookStatusReason: 'fine' }),
      event('A', 'CREATE_FAILED', 2, { ResourceStatusReason: 'The following hook(s) failed: [Octo::Tags::Hook]' })
    ])

    expect(end).toMatchObject({
      cause: {
        resource: { logicalId: 'A' },
        reason: 'The following hook(s) failed: [Octo::Tags::Hook] Octo::Tags::Hook: The tag owner is missing.'
      }
    })
  })

  it('is looked for inside nested stacks, whose events are told too', async () => {
    const nested = { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: NESTED }
    const inside = event('Subnet', 'CREATE_FAILED', 4, { StackId: NESTED, ResourceStatusReason: 'no address left' })
    const outer = [
      event('Network', 'CREATE_IN_PROGRESS', 3, nested),
      event('Network', 'CREATE_FAILED', 5, { ...nested, ResourceStatusReason: 'Embedded stack was not created' }),
      event('api', 'UPDATE_ROLLBACK_COMPLETE', 9)
    ]
    let looks = 0
    const { end, told } = await follow([{ status: 'UPDATE_IN_PROGRESS' }, { status: 'UPDATE_ROLLBACK_COMPLETE' }], {
      more: {
        describeStackEvents: async ({ StackName }) => {
          if (StackName === NESTED) return { StackEvents: [inside] }
          return { StackEvents: looks++ === 0 ? [] : [...outer].reverse().concat(begin) }
        }
      }
    })

    expect(end).toMatchObject({ cause: { resource: { logicalId: 'Subnet' }, reason: 'no address left' } })
    expect(lines(told)).toEqual([
      'api UPDATE_IN_PROGRESS',
      'Network CREATE_IN_PROGRESS',
      'Subnet CREATE_FAILED',
      'Network CREATE_FAILED',
      'api UPDATE_ROLLBACK_COMPLETE'
    ])
  })

  it('is the nested stack when nothing is known of its inside', async () => {
    const nested = { ResourceType: 'AWS::CloudFormation::Stack', PhysicalResourceId: NESTED }
    let looks = 0
    const { end } = await follow([{ status: 'UPDATE_ROLLBACK_COMPLETE' }], {
      more: {
        describeStackEvents: async ({ StackName }) => {
          if (StackName === NESTED) throw awsError('ValidationError', `Stack [${NESTED}] does not exist`)
          const failed = event('Network', 'CREATE_FAILED', 5, { ...nested, ResourceStatusReason: 'template not found' })
          return { StackEvents: looks++ === 0 ? [] : [failed, begin] }
        }
      }
    })

    expect(end).toMatchObject({ cause: { resource: { logicalId: 'Network' }, reason: 'template not found' } })
  })

  it('is what CloudFormation found wrong before the first resource', async () => {
    const failed = { EventType: 'VALIDATION_ERROR' as const, OperationId: '2' }
    const end = await failing(
      [event('api', 'UPDATE_FAILED', 2, { ResourceStatusReason: 'Validation failed. Call DescribeEvents' })],
      {
        describeEvents: async () => ({
          OperationEvents: [
            { ...failed, ValidationPath: '/Resources/A/Properties/Name', ValidationStatusReason: 'too long' },
            { ...failed, LogicalResourceId: 'B', ValidationStatusReason: 'exists' },
            { ...failed, OperationId: '1', ValidationStatusReason: 'of an older operation' }
          ]
        })
      }
    )

    expect(end).toMatchObject({ cause: { reason: '/Resources/A/Properties/Name: too long; B: exists' } })
  })

  it("is the stack's own reason when nobody says more, or may say more", async () => {
    const end = await failing([event('api', 'UPDATE_FAILED', 2, { ResourceStatusReason: 'Export in use' })], {
      describeEvents: async () => {
        throw awsError('AccessDenied', 'no')
      }
    })

    expect(end).toMatchObject({ cause: { reason: 'Export in use' } })
  })
})
