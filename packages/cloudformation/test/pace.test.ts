import { describe, expect, it } from '@jest/globals'
import { ManualClock } from '@sluice/core'
import { followOperation } from '../src/monitor.ts'
import { Pace } from '../src/pace.ts'
import { EventStream } from '../src/stack-events.ts'
import { fakeCloudFormation } from './fake.ts'

/** A call that is made, and answers when it is told to. */
interface Made {
  readonly n: number
  readonly answer: (error?: Error) => void
}

describe('the calls of one process', () => {
  it('are eight at once, and the others follow in their order, also after failures', async () => {
    const pace = new Pace()
    const made: Made[] = []
    const calls = Array.from({ length: 20 }, (_, n) =>
      pace.call(
        async () =>
          new Promise<number>((resolve, reject) => {
            made.push({ n, answer: error => (error === undefined ? resolve(n) : reject(error)) })
          })
      )
    )
    const settled = Promise.allSettled(calls)
    const turn = async (): Promise<void> => new Promise(resolve => setImmediate(resolve))

    await turn()
    expect(made.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    made[3]?.answer()
    made[5]?.answer(new Error('throttled'))
    await turn()
    expect(made.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    for (let n = 0; n < made.length; n++) {
      made[n]?.answer()
      await turn()
    }

    expect((await settled).map(({ status }) => status)).toEqual(
      calls.map((_, n) => (n === 5 ? 'rejected' : 'fulfilled'))
    )
    await expect(pace.call(async () => 'free again')).resolves.toBe('free again')
  })
})

describe('many stacks that are followed at once', () => {
  it.each([
    [3, 1],
    [25, 3]
  ])('are %s: events are read at one look of %s, and an end is seen with its event', async (stacks, looksPerRead) => {
    const clock = new ManualClock()
    const calls = { status: 0, events: 0 }
    const endsAt = clock.now() + 3_600_000
    const ended = (): boolean => clock.now() >= endsAt
    const cloudFormation = fakeCloudFormation(
      {
        describeStacks: async ({ StackName: StackId }) => {
          calls.status++
          return {
            Stacks: [
              {
                StackId,
                StackName: StackId,
                CreationTime: new Date(0),
                StackStatus: ended() ? 'CREATE_COMPLETE' : 'CREATE_IN_PROGRESS'
              }
            ]
          }
        },
        getTemplate: async () => ({ TemplateBody: '{}' }),
        describeStackEvents: async ({ StackName = '' }) => {
          calls.events++
          const of = (ResourceStatus: 'CREATE_COMPLETE' | 'CREATE_IN_PROGRESS', at: number) => ({
            ...{
              StackId: StackName,
              StackName,
              EventId: `${StackName}-${at}`,
              Timestamp: new Date(at),
              ResourceStatus
            },
            ...{ PhysicalResourceId: StackName, ResourceType: 'AWS::CloudFormation::Stack', LogicalResourceId: 'it' }
          })
          return { StackEvents: [...(ended() ? [of('CREATE_COMPLETE', endsAt)] : []), of('CREATE_IN_PROGRESS', 1)] }
        }
      },
      clock
    )
    const names = Array.from({ length: stacks }, (_, n) => `stack-${n}`)
    const streams = await Promise.all(names.map(async name => EventStream.fromNow(cloudFormation, name)))
    const before = calls.events
    const ends = Promise.all(
      streams.map(async (events, n) =>
        followOperation(cloudFormation, {
          ...{ stackId: names[n] ?? '', events, deadline: endsAt * 2 },
          onEvent: () => {}
        })
      )
    )

    expect((await ends).map(({ kind }) => kind)).toEqual(names.map(() => 'complete'))
    const ratio = calls.status / (calls.events - before)
    expect(Math.abs(ratio - looksPerRead)).toBeLessThan(0.8)
  })
})
