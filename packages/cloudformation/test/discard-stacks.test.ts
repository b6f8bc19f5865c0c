import { StackStatus } from '@aws-sdk/client-cloudformation'
import { describe, expect, it } from '@jest/globals'
import { ManualClock } from '@sluice/core'
import { discardStack } from '../src/discard-stacks.ts'
import { memoryLog } from './emulator.ts'
import { awsError, fakeCloudFormation } from './fake.ts'

describe('discarding', () => {
  const review = {
    StackName: 'api',
    StackId: 'arn:1',
    CreationTime: new Date(),
    StackStatus: 'REVIEW_IN_PROGRESS' as const
  }

  it('keeps an empty stack in which somebody else plans, whatever page that is on', async () => {
    const deleted: string[] = []
    await discardStack(
      fakeCloudFormation({
        describeStacks: async () => ({ Stacks: [review] }),
        listChangeSets: async ({ NextToken }) =>
          NextToken === undefined
            ? { Summaries: deleted.length === 0 ? [{ ChangeSetName: 'sluice-1' }] : [], NextToken: '2' }
            : { Summaries: [{ ChangeSetName: 'sluice-2' }] },
        deleteChangeSet: async ({ ChangeSetName = '' }) => void deleted.push(ChangeSetName)
      }),
      'api',
      'sluice-1'
    )

    expect(deleted).toEqual(['sluice-1'])
  })

  it.each([
    ['a change set', () => [{ ChangeSetName: 'sluice-1' }], 'the change set sluice-1 of api'],
    ['an empty stack', () => [], 'the empty stack api']
  ])('says what it waits for where AWS does not delete %s, and that it is no harm', async (_, listed, what) => {
    const clock = new ManualClock()
    const log = memoryLog()
    await discardStack(
      fakeCloudFormation(
        {
          describeStacks: async () => ({ Stacks: [review] }),
          listChangeSets: async () => ({ Summaries: listed() }),
          deleteChangeSet: async () => ({}),
          deleteStack: async () => ({})
        },
        clock
      ),
      'api',
      'sluice-1',
      log
    )

    expect(log.lines).toEqual([
      `Waiting until AWS has deleted ${what}, 60 s at most`,
      `AWS still has ${what}. It runs nothing, and the next plan takes it back.`
    ])
  })

  it('keeps a stack that another run began to create meanwhile', async () => {
    const states = ['REVIEW_IN_PROGRESS', 'CREATE_IN_PROGRESS'] as const
    let look = 0
    await discardStack(
      fakeCloudFormation({
        describeStacks: async () => ({ Stacks: [{ ...review, StackStatus: states[look++] ?? 'CREATE_COMPLETE' }] }),
        listChangeSets: async () => ({ Summaries: [] })
      }),
      'api',
      'sluice-1'
    )

    expect(look).toBe(2)
  })

  it.each(Object.values(StackStatus).filter(status => !['REVIEW_IN_PROGRESS', 'DELETE_COMPLETE'].includes(status)))(
    'keeps a stack that is %s: something was created in it once',
    async StackStatus => {
      const asked: string[] = []
      await discardStack(
        fakeCloudFormation({
          describeStacks: async () => ({ Stacks: [{ ...review, StackStatus }] }),
          listChangeSets: async () => ({ Summaries: asked.length === 0 ? [{ ChangeSetName: 'sluice-1' }] : [] }),
          deleteChangeSet: async ({ ChangeSetName = '' }) => void asked.push(ChangeSetName),
          deleteStack: async ({ StackName = '' }) => void asked.push(StackName)
        }),
        'api',
        'sluice-1'
      )

      expect(asked).toEqual(['sluice-1'])
    }
  )

  it('lends no role to the deletion of an empty stack', async () => {
    const asked: unknown[] = []
    await discardStack(
      fakeCloudFormation({
        describeStacks: async () => ({ Stacks: asked.length === 0 ? [review] : [] }),
        listChangeSets: async () => ({ Summaries: [] }),
        deleteStack: async input => void asked.push(input)
      }),
      'api',
      'sluice-1'
    )

    expect(asked).toEqual([{ StackName: review.StackId }])
  })

  it('leaves an empty stack to the next plan where its role may delete none', async () => {
    const asked: string[] = []
    await discardStack(
      fakeCloudFormation({
        describeStacks: async () => ({ Stacks: [review] }),
        listChangeSets: async () => ({ Summaries: [] }),
        deleteStack: async ({ StackName = '' }) => {
          asked.push(StackName)
          throw awsError('AccessDenied', 'not authorized')
        }
      }),
      'api',
      'sluice-1'
    )

    expect(asked).toEqual([review.StackId])
  })

  it('is content with a stack that is gone, also when it goes meanwhile', async () => {
    const absent = awsError('ValidationError', 'Stack with id api does not exist')
    const gone = async () => {
      throw absent
    }
    let looks = 0
    await discardStack(fakeCloudFormation({ describeStacks: gone }), 'api', 'sluice-1')
    await discardStack(
      fakeCloudFormation({
        describeStacks: async () => (looks++ === 0 ? { Stacks: [review] } : gone()),
        listChangeSets: gone
      }),
      'api',
      'sluice-1'
    )

    expect(looks).toBe(2)
  })

  it('passes on that AWS refuses to list change sets', async () => {
    const discarding = discardStack(
      fakeCloudFormation({
        describeStacks: async () => ({ Stacks: [review] }),
        listChangeSets: async () => {
          throw awsError('AccessDenied', 'not authorized')
        }
      }),
      'api',
      'sluice-1'
    )

    await expect(discarding).rejects.toThrow(/^AWS denied cloudformation:ListChangeSets on api/)
  })
})
