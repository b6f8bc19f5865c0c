import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Failure, type PlannedStack } from '@sluice/core'
import { applyWith } from '../src/apply-stacks.ts'
import { type CloudFormation, withCloudFormation } from '../src/connection.ts'
import { type ApplyOutcome, describeFailure, describeStacks, planStacks, type StacksRequest } from '../src/index.ts'
import { deliver, type Emulator, memoryLog, stacksRequest, startEmulator, unit } from './emulator.ts'
import { awsError, fakeCloudFormation } from './fake.ts'
import { CONSUMER, PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const API = 'storefront-staging-api'
const api = (Image: string, template = PARAMETER) => unit('api', template, { parameters: { Image } })

/** Applies a plan over a connection in which some verbs are replaced; they are given the real ones. */
async function applyOver(
  request: StacksRequest,
  plan: readonly PlannedStack[],
  replace: (real: CloudFormation) => Partial<CloudFormation>
): Promise<ApplyOutcome> {
  return withCloudFormation(request.session, request.clock, real =>
    applyWith(
      { ...real, ...replace(real) },
      { ...request, plan, clientToken: 'a'.repeat(64), deadline: Date.now() + 60_000, onEvent: () => undefined }
    )
  )
}

/** What the API says, as a connection throws it. */
async function refusal(code: string, reason: string): Promise<never> {
  const { executeChangeSet } = fakeCloudFormation({
    executeChangeSet: async () => {
      throw awsError(code, reason)
    }
  })
  await executeChangeSet({ ChangeSetName: 'sluice-1' })
  throw new Error('unreachable')
}

async function planned() {
  const request = stacksRequest(aws.session(), [api('one')])
  return { request, plan: await planStacks(request) }
}

describe('executing a change set', () => {
  it('goes on when the answer was lost and the call repeated', async () => {
    const { request, plan } = await planned()

    const outcome = await applyOver(request, plan, real => ({
      executeChangeSet: async input => {
        await real.executeChangeSet(input)
        return real.executeChangeSet(input)
      }
    }))

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'created' }] })
  })

  it.each(['InvalidChangeSetStatus', 'ChangeSetNotFound'])(
    'compares again when AWS refuses it with %s, and then goes on',
    async code => {
      const { request, plan } = await planned()
      let refusals = 0

      const outcome = await applyOver(request, plan, real => ({
        executeChangeSet: input =>
          ++refusals === 1 ? refusal(code, 'ChangeSet is in OBSOLETE status') : real.executeChangeSet(input)
      }))

      expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'created' }] })
      expect(refusals).toBe(2)
    }
  )

  it('asks for a rollback in so many words, but where the change set says what becomes of a failed creation', async () => {
    const asked: unknown[] = []
    const watched = (real: CloudFormation): Partial<CloudFormation> => ({
      executeChangeSet: async input => {
        asked.push(input.DisableRollback)
        return real.executeChangeSet(input)
      }
    })
    const { request, plan } = await planned()
    await applyOver(request, plan, watched)
    const again = stacksRequest(request.session, [api('two')])
    await applyOver(again, await planStacks(again), watched)

    expect(asked).toEqual([undefined, false])
  })

  it('fails when AWS keeps refusing', async () => {
    const { request, plan } = await planned()

    const outcome = await applyOver(request, plan, () => ({
      executeChangeSet: () => refusal('InvalidChangeSetStatus', 'ChangeSet is in OBSOLETE status')
    }))

    expect(outcome.kind === 'failed' && outcome.failures.map(describeFailure)).toEqual([
      `AWS refused to execute the change set sluice-0123456789ab-7 3 times [stack ${API}]`
    ])
  })

  it.each([
    ['a refusal', () => refusal('AccessDenied', 'not authorized'), /^AWS denied cloudformation:ExecuteChangeSet/],
    [
      'an error',
      () => refusal('ValidationError', 'no such role'),
      /^CloudFormation, ExecuteChangeSet .*: no such role/
    ],
    [
      'a defect',
      async () => {
        throw new Failure('out of order')
      },
      /^out of order/
    ]
  ])('counts %s as a failure of that stack alone', async (_, refuse, message) => {
    const session = aws.session()
    const request = stacksRequest(session, [api('one'), unit('worker', PARAMETER)])
    const plan = await planStacks(request)

    const outcome = await applyOver(request, plan, real => ({
      describeStackEvents: input =>
        input.StackName?.includes('-api/') === true ? refuse() : real.describeStackEvents(input)
    }))

    expect(outcome).toMatchObject({ kind: 'failed', stacks: [{ unit: 'worker' }], failures: [{ unit: 'api' }] })
    expect(outcome.kind === 'failed' && outcome.failures.map(describeFailure)[0]).toMatch(message)
  })

  it('joins an execution that the status does not show yet', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api('one')]))
    const request = { ...stacksRequest(session, [api('two')]), log: memoryLog() }
    const plan = await planStacks(request)
    let looks = 0

    const outcome = await applyOver(request, plan, real => ({
      describeChangeSet: async input => {
        const answer = await real.describeChangeSet(input)
        // The first look of the step itself: the one before compared all stacks.
        if (++looks !== 2) return answer
        await real.executeChangeSet({ ChangeSetName: answer.ChangeSetId, ClientRequestToken: `${'a'.repeat(64)}-1` })
        return { ...answer, ExecutionStatus: 'EXECUTE_IN_PROGRESS' }
      }
    }))

    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'updated', outputs: { Value: 'two x' } }] })
    expect(request.log.lines).toContain(`${API}: an earlier run started this operation; monitoring it`)
  })
})

describe('a deferred stack', () => {
  it('fails when the output that it needs does not come', async () => {
    const session = aws.session()
    const never = PARAMETER.replace('Resources:', 'Conditions: { Never: !Equals [a, b] }\nResources:').replace(
      'Name: { Value: !Ref Running }',
      'Name: { Condition: Never, Value: !Ref Running }'
    )
    const site = unit('site', CONSUMER, {
      dependsOn: ['api'],
      parameters: { BundleDigest: 'b', Source: '${api.Name}' }
    })

    const { outcome } = await deliver(stacksRequest(session, [api('one', never), site]))

    expect(outcome).toMatchObject({ kind: 'failed', stacks: [{ unit: 'api' }] })
    expect(outcome.kind === 'failed' && outcome.failures.map(describeFailure)).toEqual([
      'It needs outputs of api that do not exist [stack storefront-staging-site]'
    ])
  })

  it('is refused when it would do more than the plan showed, and leaves nothing', async () => {
    const session = aws.session()
    const site = unit('site', CONSUMER, {
      dependsOn: ['api'],
      parameters: { BundleDigest: 'b', Source: '${api.Name}' }
    })
    const request = stacksRequest(session, [api('one'), site])
    const plan = (await planStacks(request)).map(stack => (stack.unit === 'site' ? { ...stack, changes: [] } : stack))

    const outcome = await applyOver(request, plan, () => ({}))

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      stacks: [{ unit: 'api' }],
      differences: [{ unit: 'site', what: 'resource Running', planned: 'no change', found: 'Add AWS::SSM::Parameter' }]
    })
    expect((await describeStacks(session, ['storefront-staging-site'])).size).toBe(0)
  })
})

describe('a stack that somebody has to help', () => {
  it.each([
    [
      'UPDATE_ROLLBACK_FAILED',
      /has to be rolled back first, which the plan does not say: re-run all jobs for a new plan/
    ],
    ['UPDATE_FAILED', /has to be rolled back first, which the plan does not say: re-run all jobs for a new plan/],
    ['IMPORT_ROLLBACK_FAILED', /CloudFormation has no operation that Sluice could plan for it/]
  ] as const)('is refused in %s with the next step, before anything is touched', async (status, message) => {
    const { request, plan } = await planned()

    const applying = applyOver(request, plan, real => ({
      describeStacks: async input => {
        const { Stacks = [] } = await real.describeStacks(input)
        return { Stacks: Stacks.map(stack => ({ ...stack, StackStatus: status })) }
      }
    }))

    await expect(applying).rejects.toThrow(message)
    expect((await describeStacks(request.session, [API])).get(API)?.status).toBe('REVIEW_IN_PROGRESS')
  })

  it('is refused when another operation does not end in time', async () => {
    const { request, plan } = await planned()

    const applying = withCloudFormation(request.session, request.clock, real =>
      applyWith(
        {
          ...real,
          describeStacks: async input => {
            const { Stacks = [] } = await real.describeStacks(input)
            return { Stacks: Stacks.map(stack => ({ ...stack, StackStatus: 'UPDATE_IN_PROGRESS' as const })) }
          }
        },
        { ...request, plan, clientToken: 'a'.repeat(64), deadline: Date.now() + 300, onEvent: () => undefined }
      )
    )

    await expect(applying).rejects.toThrow(
      /^Stack storefront-staging-api is in UPDATE_IN_PROGRESS\. Wait until the operation has finished/
    )
  })
})
