import { describe, expect, it } from '@jest/globals'
import { ManualClock, sha256, UserError } from '@sluice/core'
import { combine, describeFailure, type StepOutcome } from '../src/apply-outcome.ts'
import { Pace } from '../src/pace.ts'
import { checkParameters, resolveParameters } from '../src/parameters.ts'
import { PollSchedule, pollUntil } from '../src/poll.ts'
import { describeCause, rootCause } from '../src/root-cause.ts'
import { isOfStack, type StackEvent } from '../src/stack-events.ts'
import { isSuccess, stateOf } from '../src/stack-status.ts'
import { readTemplate } from '../src/template.ts'
import { nextStep } from '../src/unfit-stack.ts'
import { unit } from './emulator.ts'
import { PARAMETER } from './templates.ts'

const STACK = 'arn:aws:cloudformation:eu-west-1:1:stack/api/1'

function event(logicalId: string, status: string, changes: Partial<StackEvent> = {}): StackEvent {
  return {
    id: `${logicalId} ${status}`,
    stack: 'api',
    stackId: STACK,
    at: 0,
    logicalId,
    physicalId: `physical ${logicalId}`,
    type: 'AWS::SSM::Parameter',
    status,
    ...changes
  }
}
const ofStack = (status: string, reason?: string): StackEvent =>
  event('api', status, {
    type: 'AWS::CloudFormation::Stack',
    physicalId: STACK,
    ...(reason === undefined ? {} : { reason })
  })

describe('a root cause', () => {
  it.each(['Resource creation cancelled', 'Resource update cancelled', 'resource DELETION cancelled by user'])(
    'is no resource of which AWS says "%s"',
    reason => {
      const own = event('B', 'CREATE_FAILED', { reason: 'quota' })

      expect(rootCause([event('A', 'CREATE_FAILED', { reason }), own])?.resource?.logicalId).toBe('B')
      expect(rootCause([event('A', 'CREATE_FAILED', { reason })])).toBeUndefined()
      expect(rootCause([event('A', 'CREATE_FAILED', { reason: `It says: ${reason}` })])?.resource?.logicalId).toBe('A')
    }
  )

  it('is no resource that only rolls back', () => {
    expect(rootCause([event('A', 'CREATE_FAILED_NOT'), event('B', 'UPDATE_COMPLETE')])).toBeUndefined()
  })

  it('is told without a reason where AWS gives none', () => {
    expect(rootCause([event('A', 'CREATE_FAILED')])).toEqual({
      resource: { logicalId: 'A', type: 'AWS::SSM::Parameter', status: 'CREATE_FAILED' },
      reason: 'AWS gave no reason'
    })
  })

  it('is what the stack says of itself, when it fails or turns back, and no other word of it', () => {
    expect(rootCause([ofStack('UPDATE_ROLLBACK_IN_PROGRESS', 'turned')])).toEqual({ reason: 'turned' })
    expect(rootCause([ofStack('CREATE_FAILED', 'failed')])).toEqual({ reason: 'failed' })
    expect(rootCause([ofStack('UPDATE_FAILED'), ofStack('UPDATE_FAILED', 'second')])).toEqual({ reason: 'second' })
    expect(rootCause([ofStack('UPDATE_COMPLETE', 'fine')])).toBeUndefined()
    expect(rootCause([event('A', 'UPDATE_ROLLBACK_IN_PROGRESS', { reason: 'not the stack' })])).toBeUndefined()
  })

  it('is one sentence without its full stop', () => {
    expect(describeCause({ reason: ' no quota. ' })).toBe('no quota')
    expect(describeCause({ resource: { logicalId: 'A', type: 'T', status: 'CREATE_FAILED' }, reason: 'a. b.' })).toBe(
      'A (T) CREATE_FAILED: a. b'
    )
  })

  it('tells the stack from a nested one, and from a resource of its name', () => {
    expect(isOfStack(ofStack('CREATE_COMPLETE'))).toBe(true)
    expect(isOfStack(event('api', 'CREATE_COMPLETE', { physicalId: STACK }))).toBe(false)
    expect(isOfStack(event('api', 'CREATE_COMPLETE', { type: 'AWS::CloudFormation::Stack' }))).toBe(false)
  })
})

describe('the outcome of all stacks', () => {
  const applied: StepOutcome = { kind: 'applied', applied: { unit: 'a', stack: 'a', result: 'kept', outputs: {} } }
  const failed: StepOutcome = {
    kind: 'failed',
    failure: { unit: 'b', stack: 'b', status: 'UPDATE_FAILED', cause: { reason: 'r' } }
  }
  const obsolete: StepOutcome = {
    kind: 'obsolete',
    differences: [{ unit: 'c', stack: 'c', what: 'stack', planned: 'new', found: 'x' }]
  }

  it('is a failure before it is obsolete, and applied only when all are', () => {
    expect(combine([applied])).toEqual({ kind: 'applied', stacks: [applied.applied] })
    expect(combine([applied, obsolete])).toEqual({
      kind: 'obsolete',
      stacks: [applied.applied],
      differences: obsolete.differences
    })
    expect(combine([obsolete, failed, applied])).toEqual({
      kind: 'failed',
      stacks: [applied.applied],
      failures: [failed.failure]
    })
    expect(combine([])).toEqual({ kind: 'applied', stacks: [] })
  })

  it('names a failed stack with its status, where it has one', () => {
    expect(describeFailure({ unit: 'b', stack: 'b', cause: { reason: 'r' } })).toBe('r [stack b]')
    expect(describeFailure(failed.failure)).toBe('r [stack b: UPDATE_FAILED]')
  })

  it('says of a failed creation that nothing is left of it, or what is', () => {
    const gone = { ...failed.failure, status: 'DELETE_COMPLETE' }

    expect(describeFailure(gone)).toBe(
      'r [stack b: DELETE_COMPLETE]. The stack is deleted and nothing of it is left: the next delivery creates it anew'
    )
    expect(describeFailure({ ...gone, leftBehind: ['Data (AWS::S3::Bucket) data', 'Log (T) log'] })).toBe(
      'r [stack b: DELETE_COMPLETE]. The stack is deleted, and the next delivery creates it anew. What its template retains was left behind, and keeps its name until you delete it: Data (AWS::S3::Bucket) data, Log (T) log'
    )
  })
})

describe('the wait between two looks', () => {
  it('grows to 1.4 seconds, and shrinks to them again after AWS throttled', () => {
    const schedule = new PollSchedule()
    const next = (count: number): readonly number[] => Array.from({ length: count }, () => schedule.next())

    expect(next(8)).toEqual([200, 280, 392, 549, 768, 1076, 1400, 1400])
    schedule.throttled()
    expect(next(5)).toEqual([2800, 2240, 1792, 1434, 1400])
    for (let n = 0; n < 10; n++) schedule.throttled()
    expect(next(1)).toEqual([20_000])
  })

  it('grows with the number of stacks that are followed, up to 20 seconds', async () => {
    const pace = new Pace()
    const waits: number[] = []
    const follow = async (more: number): Promise<void> =>
      pace.follow(async () => {
        waits.push(new PollSchedule(pace).next())
        if (more > 0) await follow(more - 1)
      })
    await follow(249)

    expect([1, 14, 15, 50, 200, 250].map(count => waits[count - 1])).toEqual([200, 200, 1500, 5000, 20_000, 20_000])
    expect(new PollSchedule(pace).next()).toBe(200)
  })

  it('is two seconds when AWS throttles at once', () => {
    const schedule = new PollSchedule()
    schedule.throttled()

    expect(schedule.next()).toBe(2_000)
  })

  it('ends at the deadline, with one more look', async () => {
    const clock = new ManualClock(0)
    const looks: number[] = []

    expect(await pollUntil(clock, 1_000, async () => void looks.push(clock.now()))).toBeUndefined()
    expect(looks).toEqual([0, 200, 480, 872, 1_000])
    expect(await pollUntil(clock, 0, async () => 'found at once')).toBe('found at once')
    expect(clock.slept).toHaveLength(4)
  })
})

describe('the status of a stack', () => {
  it.each([
    ['CREATE_COMPLETE', 'settled', true],
    ['UPDATE_COMPLETE', 'settled', true],
    ['IMPORT_COMPLETE', 'settled', true],
    ['UPDATE_ROLLBACK_COMPLETE', 'settled', false],
    ['IMPORT_ROLLBACK_COMPLETE', 'settled', false],
    ['CREATE_FAILED', 'dead', false],
    ['ROLLBACK_COMPLETE', 'dead', false],
    ['ROLLBACK_FAILED', 'dead', false],
    ['DELETE_FAILED', 'dead', false],
    ['IMPORT_ROLLBACK_FAILED', 'stuck', false],
    ['CREATE_IN_PROGRESS', 'busy', false]
  ])('%s is %s', (status, state, success) => {
    expect([stateOf(status), isSuccess(status)]).toEqual([state, success])
  })

  it.each([
    [
      'DELETE_FAILED',
      /^It holds no working deployment and can only be replaced, which the plan does not say: re-run all jobs for a new plan that does$/
    ],
    [
      'UPDATE_ROLLBACK_FAILED',
      /^It has to be rolled back first, which the plan does not say: re-run all jobs for a new plan that does$/
    ],
    [
      'UPDATE_FAILED',
      /^It has to be rolled back first, which the plan does not say: re-run all jobs for a new plan that does$/
    ],
    [
      'IMPORT_ROLLBACK_FAILED',
      /^CloudFormation has no operation that Sluice could plan for it: who administers the account brings it to where it can be updated, or asks AWS Support; then re-run the job$/
    ],
    [
      'DELETE_IN_PROGRESS',
      /^Wait until the operation has finished \(watch it with `aws cloudformation describe-stack-events --stack-name s --region r`\), then re-run the job$/
    ],
    ['REVIEW_IN_PROGRESS', /^Re-run the job$/]
  ])('%s comes with one way on', (status, words) => {
    expect(nextStep('s', 'r', status)).toMatch(words)
  })
})

describe('a template', () => {
  const read = (text: string) => readTemplate(text, 'infra/api.yml')
  const declared = (parameter: string) =>
    read(`Parameters: { P: ${parameter} }\nResources: { R: { Type: T } }`).parameters.get('P')

  it.each<[string, string, object]>([
    ['no type', '{}', { type: 'String', noEcho: false }],
    ['no members', '', { type: 'String', noEcho: false }],
    ['a hidden value', '{ Type: Number, NoEcho: true }', { type: 'Number', noEcho: true }],
    ['a hidden value, as a text', '{ NoEcho: "True" }', { type: 'String', noEcho: true }],
    ['a value that is not hidden', '{ NoEcho: false }', { type: 'String', noEcho: false }],
    ['a list as default', '{ Default: [a, 010] }', { type: 'String', noEcho: false, default: 'a,8' }],
    ['a mapping as default', '{ Default: { a: b } }', { type: 'String', noEcho: false }],
    ['a null as default', '{ Default: null }', { type: 'String', noEcho: false, default: 'null' }]
  ])('declares a parameter with %s', (_, text, expected) => {
    expect(declared(text)).toEqual(expected)
  })

  it('has resources without a type, and sections that are none, as CloudFormation will say', () => {
    const template = read('Resources: { R: {} }\nOutputs: []\nParameters: 5\nTransform: X')

    expect([...template.resources]).toEqual([['R', '']])
    expect([template.outputs, [...template.parameters], template.transformed]).toEqual([[], [], true])
  })

  it('may be as long as CloudFormation takes it, and is named by what comes back', () => {
    const text = 'Resources: { R: { Type: T } }\n#'
    const longest = `${text}${'x'.repeat(51_200 - text.length)}`

    expect(read(longest).digest).toBe(sha256(`${longest}\n`))
    expect(() => read(`${longest}x`)).toThrow(
      'The template infra/api.yml is 51201 bytes long; CloudFormation accepts at most 51200 in a request. Name a bucket for longer ones under accounts.<name>.bundles of delivery.yml, split the stack or shorten the template.'
    )
    const kept = `${longest}${'x'.repeat(1_000_000 - 51_200)}`
    expect(readTemplate(kept, 'infra/api.yml', true).text).toBe(kept)
    expect(() => readTemplate(`${kept}x`, 'infra/api.yml', true)).toThrow(
      'The template infra/api.yml is 1000001 bytes long; CloudFormation accepts at most 1000000. Split the stack or shorten the template.'
    )
  })

  it('that is malformed is answered with one line', () => {
    expect(() => read('Resources:\n  a: b: c\n')).toThrow(
      /^The template infra\/api\.yml is not valid YAML or JSON at 2:\d+: [^\n]+$/
    )
  })
})

describe('the parameters of a stack', () => {
  const template = readTemplate(PARAMETER, 'infra/api.yml')

  it('are sorted, and those that wait for an output are shown as they are written', () => {
    const request = unit('api', PARAMETER, { parameters: { Suffix: '-${db.Name}', Image: 'i' } })

    expect(resolveParameters(request, template, new Map())).toEqual({
      values: { Image: 'i' },
      planned: { Image: { value: 'i' }, Suffix: { expression: '-${db.Name}' } },
      pending: ['Suffix'],
      moving: []
    })
    expect(resolveParameters(request, template, new Map([['db', { Name: 'n' }]])).values).toEqual({
      Image: 'i',
      Suffix: '-n'
    })
  })

  it('that refer to a template without outputs are told so', () => {
    const producer = readTemplate('Resources: { R: { Type: T } }', 'infra/db.yml')
    const request = unit('api', PARAMETER, { dependsOn: ['db'], parameters: { Image: '${db.Url}' } })

    expect(() => checkParameters(request, template, new Map([['db', producer]]))).toThrow(UserError)
    expect(() => checkParameters(request, template, new Map([['db', producer]]))).toThrow(
      'Unit api, parameter Image: the template of db has no output ${db.Url}. Its outputs: none.'
    )
  })
})
