import { describe, expect, it } from '@jest/globals'
import type { AppliedStack } from '@sluice/cloudformation'
import type { Plan } from '@sluice/core'
import { howFar, type Progress, progressOf } from '../src/how-far.ts'

const PLAN = {
  stacks: ['api', 'site', 'worker'].map(unit => ({ unit, action: 'update' })),
  content: [{ unit: 'site' }]
} as unknown as Plan
const stack = (unit: string, result: AppliedStack['result'] = 'updated'): AppliedStack => ({
  unit,
  stack: `shop-${unit}`,
  result,
  outputs: {}
})
const after = (progress: Partial<Progress>): ReturnType<typeof howFar> =>
  howFar(PLAN, { stacks: [], stopped: [], published: [], ...progress })

describe('how far a plan came', () => {
  it.each<[string, Partial<Progress>]>([
    ['nothing was begun', {}],
    ['the first stack went back to what it was', { stopped: ['api'] }],
    ['what is as planned was not to change', { stacks: [stack('api', 'kept')], stopped: ['worker'] }]
  ])('is not by half where %s', (_, progress) => {
    const plan = { ...PLAN, stacks: PLAN.stacks.map(it => ({ ...it, action: 'unchanged' as const })) }
    expect(howFar(plan, { stacks: [], stopped: [], published: [], ...progress })).toBeUndefined()
  })

  it('counts what an earlier attempt of the plan has done, and this one found as planned', () => {
    expect(after({ stacks: [stack('api', 'kept')], stopped: ['worker'] })).toEqual({
      done: ['api'],
      stopped: ['worker'],
      notBegun: ['site']
    })
  })

  it.each<[string, Partial<Progress>, readonly [string, string, string]]>([
    ['a unit after it failed', { stacks: [stack('api')], stopped: ['worker'] }, ['api', 'worker', 'site']],
    ['what follows was never begun', { stacks: [stack('api', 'created')] }, ['api', '', 'site,worker']],
    [
      'a stack has changed, and its files have not',
      { stacks: [stack('api', 'kept'), stack('site'), stack('worker', 'kept')], stopped: ['site'] },
      ['api,worker', 'site', '']
    ],
    [
      'files are published, and those of another unit are not',
      { stacks: [stack('site', 'kept')], stopped: ['worker'], published: ['site'] },
      ['site', 'worker', 'api']
    ]
  ])('is told where %s', (_, progress, [done, stopped, notBegun]) => {
    const far = after(progress)

    expect([far?.done.join(), far?.stopped.join(), far?.notBegun.join()]).toEqual([done, stopped, notBegun])
  })

  it('is read off what became of the stacks', () => {
    const stacks = [stack('api')]
    const cause = { reason: '' }
    const difference = { unit: 'site', stack: 's', what: 'unit', planned: 'a', found: 'b' } as const

    expect(progressOf({ kind: 'applied', stacks }).stopped).toEqual([])
    expect(progressOf({ kind: 'obsolete', stacks, differences: [difference, difference] }).stopped).toEqual([])
    const failures = [
      { unit: 'worker', stack: 'w', status: 'UPDATE_ROLLBACK_COMPLETE', cause },
      { unit: 'report', stack: 'r', cause }
    ]
    expect(progressOf({ kind: 'failed', stacks, failures })).toEqual({
      stacks,
      stopped: ['worker'],
      published: []
    })
  })
})
