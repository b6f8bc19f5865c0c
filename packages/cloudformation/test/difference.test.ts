import { describe, expect, it } from '@jest/globals'
import { type PlannedChange, type PlannedStack, sha256 } from '@sluice/core'
import { inDependencyOrder } from '../src/dependency-order.ts'
import { compareStacks, describeDifference, outsideBounds } from '../src/difference.ts'
import { isSuccess, stateOf } from '../src/stack-status.ts'
import { nextStep } from '../src/unfit-stack.ts'

const STACK: PlannedStack = {
  unit: 'site',
  stack: 'shop-staging-site',
  region: 'eu-west-1',
  action: 'deferred',
  artifact: sha256('artifact'),
  template: sha256('template'),
  parameters: { Source: { expression: '${api.Url}' } },
  tags: {},
  changes: []
}
const BASE = { status: 'CREATE_COMPLETE', template: sha256('template'), parameters: { Source: 'old' }, tags: {} }

const modify = (changes: Partial<PlannedChange> = {}): PlannedChange => ({
  action: 'Modify',
  logicalId: 'Site',
  type: 'AWS::S3::Bucket',
  replacement: 'Conditional',
  targets: ['Properties.Name', 'Properties.Policy'],
  ...changes
})

describe('the bounds of a deferred stack', () => {
  const planned = { ...STACK, base: BASE, changes: [modify()] }

  it.each([
    ['exactly what was planned', [modify()]],
    ['less of it', [modify({ replacement: 'False', targets: ['Properties.Name'] })]],
    ['nothing', []]
  ])('allow %s', (_, found) => {
    expect(outsideBounds(planned, found, false)).toEqual([])
  })

  it.each([
    ['a replacement that was not certain', modify({ replacement: 'True' })],
    ['another property', modify({ targets: ['Properties.Tags'] })],
    ['another action', modify({ action: 'Remove' })],
    ['another type', modify({ type: 'AWS::IAM::Role' })],
    ['another resource', modify({ logicalId: 'Other' })]
  ])('refuse %s', (_, found) => {
    const [difference, ...more] = outsideBounds(planned, [found], true)

    expect(difference?.what).toBe(`resource ${found.logicalId}`)
    expect(more).toEqual([])
  })

  it.each(['False', undefined])('refuse a replacement that may happen where %s was planned', replacement => {
    const { replacement: _, ...rest } = modify()
    const bound = replacement === undefined ? rest : { ...rest, replacement }
    const found = outsideBounds({ ...planned, changes: [bound] }, [modify()], false)

    expect(found.map(({ what }) => what)).toEqual(['resource Site'])
  })

  it('allow additions that only a transform can name, to a new stack alone', () => {
    const added = { action: 'Add', logicalId: 'Generated', type: 'AWS::IAM::Role', targets: [] }

    expect(outsideBounds(STACK, [added], true)).toEqual([])
    expect(outsideBounds(STACK, [added], false)).toHaveLength(1)
    expect(outsideBounds({ ...STACK, base: BASE }, [added], true)).toHaveLength(1)
    expect(outsideBounds(STACK, [{ ...added, action: 'Remove' }], true)).toHaveLength(1)
  })

  it('are told with both values', () => {
    expect(outsideBounds(planned, [modify({ replacement: 'True' })], false).map(describeDifference)).toEqual([
      'shop-staging-site: resource Site was Modify AWS::S3::Bucket (replacement Conditional; Properties.Name, Properties.Policy) in the plan and is Modify AWS::S3::Bucket (replacement True; Properties.Name, Properties.Policy) now'
    ])
  })
})

describe('comparing with a plan', () => {
  it('names the region', () => {
    expect(compareStacks(STACK, { ...STACK, region: 'us-east-1' })).toMatchObject([
      { what: 'region', planned: 'eu-west-1', found: 'us-east-1' }
    ])
  })

  it('sees a live template that somebody edited, though all parameters are as they were', () => {
    const planned = { ...STACK, base: BASE }
    const edited = sha256('edited by hand')

    expect(compareStacks(planned, { ...planned, base: { ...BASE, template: edited } })).toMatchObject([
      { what: 'live template', planned: BASE.template, found: edited }
    ])
  })

  it('does not mind by which way a stack came to rest', () => {
    const planned = { ...STACK, base: BASE }

    expect(compareStacks(planned, { ...planned, base: { ...BASE, status: 'UPDATE_ROLLBACK_COMPLETE' } })).toEqual([])
  })

  it('names parameters that came and went', () => {
    const found = { ...STACK, parameters: { Other: { value: 'x' } } }

    expect(compareStacks(STACK, found)).toMatchObject([
      { what: 'parameter Other', planned: 'nothing', found: '"x"' },
      { what: 'parameter Source', planned: '"${api.Url}"', found: 'nothing' }
    ])
  })
})

describe('the state of a stack', () => {
  it.each([
    [undefined, 'absent'],
    ['DELETE_COMPLETE', 'absent'],
    ['REVIEW_IN_PROGRESS', 'review'],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'busy'],
    ['UPDATE_ROLLBACK_COMPLETE', 'settled'],
    ['IMPORT_COMPLETE', 'settled'],
    ['ROLLBACK_COMPLETE', 'dead'],
    ['DELETE_FAILED', 'dead'],
    ['UPDATE_ROLLBACK_FAILED', 'stuck'],
    ['UPDATE_FAILED', 'stuck'],
    ['SOMETHING_NEW', 'stuck']
  ])('of status %s is %s', (status, state) => {
    expect(stateOf(status)).toBe(state)
  })

  it.each([
    ['ROLLBACK_COMPLETE', 're-run all jobs for a new plan'],
    ['UPDATE_ROLLBACK_FAILED', 'rolled back first'],
    ['IMPORT_ROLLBACK_FAILED', 'AWS Support'],
    ['UPDATE_IN_PROGRESS', 'aws cloudformation describe-stack-events --stack-name api --region eu-west-1'],
    ['UPDATE_COMPLETE', 'Re-run the job']
  ])('%s comes with the next step', (status, command) => {
    expect(nextStep('api', 'eu-west-1', status)).toContain(command)
  })

  it('counts a rollback as no success', () => {
    expect(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'].map(isSuccess)).toEqual([
      true,
      true,
      false
    ])
  })
})

describe('dependency order', () => {
  it('starts what is free at once, and nothing behind a failure, however far behind', async () => {
    const done: string[] = []
    const items = [
      { unit: 'a', dependsOn: [] },
      { unit: 'b', dependsOn: ['a', 'of-another-plan'] },
      { unit: 'c', dependsOn: ['b'] },
      { unit: 'd', dependsOn: [] },
      { unit: 'e', dependsOn: ['c'] }
    ]
    await inDependencyOrder(items, async ({ unit }) => {
      await new Promise(resolve => setTimeout(resolve, unit === 'd' ? 0 : 10))
      done.push(unit)
      return unit !== 'b'
    })

    expect(done).toEqual(['d', 'a', 'b'])
  })
})
