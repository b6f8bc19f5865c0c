import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { canonicalJson, type PlannedStack, UserError } from '@sluice/core'
import { describeFailure, describeStacks, planStacks, type StackEvent } from '../src/index.ts'
import { leaveDead } from './dead.ts'
import { apply, deliver, type Emulator, memoryLog, stacksRequest, startEmulator, unit } from './emulator.ts'
import { liveDifferences } from './live-differences.ts'
import { API, api, BUNDLE, IMAGE_1, IMAGE_2, SITE, site } from './shop-stacks.ts'
import { CONSUMER, PARAMETER, PICKY, SLOW } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

describe('stacks that depend on each other', () => {
  it('defers a new stack until the outputs that it reads exist', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [api(), site()])

    const plan = await planStacks(request)
    const { outcome, events } = await apply(request, plan)

    expect(plan[1]).toMatchObject({
      action: 'deferred',
      parameters: { BundleDigest: { value: BUNDLE }, Source: { expression: 'from ${api.Value}' } },
      changes: [{ action: 'Add', logicalId: 'Running', type: 'AWS::SSM::Parameter', targets: [] }]
    })
    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [
        { unit: 'api', outputs: { Value: `${IMAGE_1} x` } },
        { unit: 'site', outputs: { Value: `${BUNDLE} from ${IMAGE_1} x` } }
      ]
    })
    const stacks = events.map(({ stack }) => stack)
    expect(stacks.lastIndexOf(API)).toBeLessThan(stacks.indexOf(SITE))
  })

  it('resolves outputs that exist already when it plans', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api(), site()]))

    const plan = await planStacks(stacksRequest(session, [api(), site()]))

    expect(plan).toMatchObject([
      { action: 'unchanged' },
      { action: 'unchanged', parameters: { Source: { value: `from ${IMAGE_1} x` } } }
    ])
  })

  it('plans with the value of now what a later stack reads that may move, and takes the one that it moved to', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api(), site()]))
    const request = stacksRequest(session, [api(IMAGE_2), site()])

    const plan = await planStacks(request)
    const { outcome } = await apply(request, plan)

    expect(plan[1]).toMatchObject({
      action: 'deferred',
      parameters: {
        Source: {
          expression: 'from ${api.Value}',
          now: `from ${IMAGE_1} x`,
          because: [{ unit: 'api', output: 'Value', via: ['Running'] }]
        }
      },
      changes: [{ action: 'Modify', logicalId: 'Running', targets: ['Properties.Value'], possible: true }]
    })
    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [
        { unit: 'api', result: 'updated' },
        { unit: 'site', result: 'updated', outputs: { Value: `${BUNDLE} from ${IMAGE_2} x` } }
      ]
    })
    expect(await planStacks(stacksRequest(session, [api(IMAGE_2), site()]))).toMatchObject([
      { action: 'unchanged' },
      { action: 'unchanged' }
    ])
  })

  it('plans the same again, a deferred stack too', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api(), site()]))
    const request = stacksRequest(session, [api(IMAGE_2), site()])

    expect(await planStacks(request)).toEqual(await planStacks(request))
  })

  it('changes nothing where an output may have moved and did not', async () => {
    const session = aws.session()
    const template = PARAMETER.replace(
      'Value: { Value: !GetAtt Running.Value }',
      'Value: { Value: !GetAtt Running.Type }'
    )
    await deliver(stacksRequest(session, [api(IMAGE_1, template), site()]))
    const request = stacksRequest(session, [api(IMAGE_2, template), site()])

    const plan = await planStacks(request)
    const { outcome } = await apply(request, plan)

    expect(plan[1]).toMatchObject({ action: 'deferred', changes: [{ logicalId: 'Running', possible: true }] })
    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [{ result: 'updated' }, { unit: 'site', result: 'kept' }]
    })
  })

  it('defers along a chain of stacks', async () => {
    const session = aws.session()
    const third = unit('worker', CONSUMER, {
      dependsOn: ['site'],
      parameters: { BundleDigest: BUNDLE, Source: '${site.Value}' }
    })
    await deliver(stacksRequest(session, [api(), site(), third]))
    const request = stacksRequest(session, [api(IMAGE_2), site(), third])

    const plan = await planStacks(request)
    const { outcome } = await apply(request, plan)

    expect(plan.map(({ action }) => action)).toEqual(['update', 'deferred', 'deferred'])
    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [{}, {}, { outputs: { Value: `${BUNDLE} ${BUNDLE} from ${IMAGE_2} x` } }]
    })
  })

  it('resolves what reads no output of what changes', async () => {
    const session = aws.session()
    const named = { ...site(), parameters: { BundleDigest: BUNDLE, Source: '${api.Name}' } }
    await deliver(stacksRequest(session, [api(), named]))

    const plan = await planStacks(stacksRequest(session, [api(IMAGE_2), named]))

    expect(plan).toMatchObject([{ action: 'update' }, { action: 'unchanged' }])
  })

  it('stops before a stack whose changes the plan did not show, and touches nothing of it', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api(), site()]))
    const request = stacksRequest(session, [api(IMAGE_2), site()])
    const [first, second] = await planStacks(request)

    const { outcome } = await apply(request, [first, { ...second, changes: [] }] as readonly PlannedStack[])

    expect(outcome).toMatchObject({
      kind: 'obsolete',
      stacks: [{ unit: 'api', result: 'updated' }],
      differences: [{ unit: 'site', what: 'resource Running', planned: 'no change' }]
    })
    expect((await describeStacks(session, [SITE])).get(SITE)?.parameters['Source']).toBe(`from ${IMAGE_1} x`)
  })

  it('defers an existing stack whose new parameter reads an output that this release adds', async () => {
    const session = aws.session()
    const before = unit(
      'api',
      PARAMETER.replace('Value: { Value: !GetAtt Running.Value }', '').replace('Default: x', 'Default: y')
    )
    const plain = { ...site(), parameters: { BundleDigest: BUNDLE, Source: 'none' } }
    await deliver(stacksRequest(session, [before, plain]))
    const request = stacksRequest(session, [api(), site()])

    const plan = await planStacks(request)
    const { outcome } = await apply(request, plan)

    expect(plan[1]).toMatchObject({
      action: 'deferred',
      base: { parameters: { Source: 'none' } },
      changes: [{ action: 'Modify', logicalId: 'Running', targets: ['Properties.Value'] }]
    })
    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [{ unit: 'api' }, { unit: 'site', outputs: { Value: `${BUNDLE} from ${IMAGE_1} x` } }]
    })
  })

  it('asks with a stand-in for an output to come whatever the parameter accepts', async () => {
    const session = aws.session()
    const before = unit('api', PARAMETER.replace('Value: { Value: !GetAtt Running.Value }', ''))
    const strict = CONSUMER.replace(
      'Source: { Type: String }',
      'Source: { Type: String, AllowedPattern: "none|from .*" }'
    )
    const plain = { ...site(), template: strict, parameters: { BundleDigest: BUNDLE, Source: 'none' } }
    await deliver(stacksRequest(session, [before, plain]))

    const plan = await planStacks(stacksRequest(session, [api(), { ...site(), template: strict }]))

    expect(plan[1]).toMatchObject({ action: 'deferred', changes: [{ action: 'Modify', logicalId: 'Running' }] })
  })

  it('runs stacks that do not depend on each other side by side', async () => {
    const session = aws.session()
    const slow = unit('slow', SLOW)
    const request = stacksRequest(session, [slow, api()])
    const applied = apply(request, await planStacks(request))

    await reaches(session, API, 'CREATE_COMPLETE')
    await signal(session, 'storefront-staging-slow', 'SUCCESS')

    expect((await applied).outcome).toMatchObject({ kind: 'applied', stacks: [{ unit: 'slow' }, { unit: 'api' }] })
  })
})

describe('failures', () => {
  it('names the resource that failed first, and rolls back', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api('good', PICKY)]))

    const { outcome } = await deliver(stacksRequest(session, [api('bad', PICKY)]))

    expect(outcome).toMatchObject({
      kind: 'failed',
      failures: [
        {
          unit: 'api',
          status: 'UPDATE_ROLLBACK_COMPLETE',
          cause: { resource: { logicalId: 'Picky', type: 'AWS::SSM::Parameter', status: 'UPDATE_FAILED' } }
        }
      ]
    })
    expect(outcome.kind === 'failed' && outcome.failures.map(describeFailure)[0]).toMatch(
      /^Picky \(AWS::SSM::Parameter\) UPDATE_FAILED: .*SecureString.* \[stack storefront-staging-api: UPDATE_ROLLBACK_COMPLETE\]$/
    )
    const live = await describeStacks(session, [API])
    expect(live.get(API)?.parameters).toEqual({ Image: 'good' })
  })

  it('does not start what depends on a failed stack, and lets the others end', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [
      api('bad', PICKY),
      { ...site(), parameters: { BundleDigest: BUNDLE, Source: 'x' } },
      unit('worker', PARAMETER)
    ])

    const { outcome } = await deliver(request)

    expect(outcome).toMatchObject({ kind: 'failed', stacks: [{ unit: 'worker' }], failures: [{ unit: 'api' }] })
    const live = await describeStacks(session, [SITE, 'storefront-staging-worker'])
    expect([...live.values()].map(({ status }) => status)).toEqual(['REVIEW_IN_PROGRESS', 'CREATE_COMPLETE'])
  })

  it('takes a stack back whose creation failed, so that the next plan makes it anew', async () => {
    const session = aws.session()
    const { outcome } = await deliver(stacksRequest(session, [api('bad', PICKY)]))

    expect(outcome).toMatchObject({
      kind: 'failed',
      failures: [{ unit: 'api', status: 'DELETE_COMPLETE', cause: { resource: { logicalId: 'Picky' } } }]
    })
    expect(outcome.kind === 'failed' && outcome.failures.map(describeFailure)[0]).toMatch(/ nothing of it is left: /)
    expect(await describeStacks(session, [API])).toEqual(new Map())
    expect((await deliver(stacksRequest(session, [api('good', PICKY)]))).outcome).toMatchObject({
      kind: 'applied',
      stacks: [{ unit: 'api', result: 'created' }]
    })
  })

  it('says what a failed creation left behind, since the template retains it', async () => {
    const session = aws.session()
    const retaining = PICKY.replace(
      'First:\n    Type: AWS::SSM::Parameter',
      'First:\n    Type: AWS::SSM::Parameter\n    DeletionPolicy: Retain'
    )

    const { outcome } = await deliver(stacksRequest(session, [api('bad', retaining)]))

    expect(outcome).toMatchObject({
      failures: [{ status: 'DELETE_COMPLETE', leftBehind: [`First (AWS::SSM::Parameter) /${API}/first`] }]
    })
  })

  it('says what becomes of what is removed', async () => {
    const session = aws.session()
    const other = (policy: string): string =>
      PARAMETER.replace(
        'Outputs:',
        `  Other:\n    Type: AWS::SSM::Parameter\n    DeletionPolicy: ${policy}\n    Properties: { Type: String, Name: !Sub '/\${AWS::StackName}/other', Value: x }\nOutputs:`
      )
    for (const policy of ['Retain', 'Delete']) {
      await deliver(stacksRequest(session, [api(IMAGE_1, other(policy))]))
      const [planned] = await planStacks(stacksRequest(session, [api(IMAGE_1)]))

      expect(planned?.changes).toMatchObject([{ action: 'Remove', logicalId: 'Other', policyAction: policy }])
    }
  })

  it('tries again after a rollback when it is run again', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api('good', PICKY)]))
    const request = stacksRequest(session, [api('bad', PICKY)])
    const plan = await planStacks(request)
    await apply(request, plan)

    const { outcome, events } = await apply(request, plan)

    expect(outcome).toMatchObject({ kind: 'failed', failures: [{ cause: { resource: { logicalId: 'Picky' } } }] })
    expect(events.length).toBeGreaterThan(0)
  })

  it('takes back the change sets of all stacks when one cannot be planned', async () => {
    const session = aws.session()
    await leaveDead(aws, session, true)

    await expect(planStacks(stacksRequest(session, [api(), unit('worker', PARAMETER)]))).rejects.toThrow(UserError)

    expect((await describeStacks(session, ['storefront-staging-worker'])).size).toBe(0)
  })

  it('passes on why CloudFormation refuses a template', async () => {
    const session = aws.session()
    const broken = PARAMETER.replace('AWS::SSM::Parameter', 'AWS::Nowhere::Thing')

    await expect(planStacks(stacksRequest(session, [api(IMAGE_1, broken), unit('worker', PARAMETER)]))).rejects.toThrow(
      /^CloudFormation rejected the change set of stack storefront-staging-api: .*Nowhere.*\. Correct the template or the parameters of unit api\.$/s
    )
    expect((await describeStacks(session, [API, 'storefront-staging-worker'])).size).toBe(0)
  })

  it('calls a time-out a failure, and joins the operation when it is run again', async () => {
    const session = aws.session()
    const request = stacksRequest(session, [api(IMAGE_1, SLOW)])
    const plan = await planStacks(request)

    const first = await apply(request, plan, { deadline: Date.now() + 700 })
    const events: StackEvent[] = []
    const second = apply(request, plan, { onEvent: event => events.push(event) })
    while (events.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
    await signal(session, API, 'SUCCESS')
    const { outcome } = await second

    expect(first.outcome).toMatchObject({
      kind: 'failed',
      failures: [{ status: 'CREATE_IN_PROGRESS', cause: { reason: expect.stringContaining('Timed out at ') } }]
    })
    expect(outcome).toMatchObject({
      kind: 'applied',
      stacks: [{ result: 'created', outputs: { Name: `/${API}/before` } }]
    })
    expect(events[0]).toMatchObject({ logicalId: API, status: 'CREATE_IN_PROGRESS' })
    expect(events.at(-1)).toMatchObject({ logicalId: API, status: 'CREATE_COMPLETE' })
  })
})

describe('tags', () => {
  it('are applied, and applied again without a change', async () => {
    const session = aws.session()
    await deliver(stacksRequest(session, [api()]))
    const tagged = { ...api(), tags: { ...api().tags, team: 'shop' } }
    const request = stacksRequest(session, [tagged])
    const plan = await planStacks(request)

    const first = await apply(request, plan)
    const second = await apply(request, plan)

    expect(plan).toMatchObject([{ action: 'update', changes: [{ logicalId: 'Running', targets: ['Tags'] }] }])
    expect(first.outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'updated' }] })
    expect(second.outcome).toMatchObject({ kind: 'applied', stacks: [{ result: 'kept' }] })
    expect((await describeStacks(session, [API])).get(API)?.tags).toEqual(tagged.tags)
  })
})

describe('secrets', () => {
  const secret = (Image: string) =>
    unit('api', PARAMETER.replace('Image: { Type: String }', 'Image: { Type: String, NoEcho: true }'), {
      parameters: { Image }
    })

  it('shows hidden parameters to nobody, and still applies them', async () => {
    const session = aws.session()
    const request = { ...stacksRequest(session, [secret('hunter2')]), log: memoryLog() }

    const plan = await planStacks(request)
    const { outcome } = await apply(request, plan)

    expect(canonicalJson(plan)).not.toContain('hunter2')
    expect(outcome).toMatchObject({ kind: 'applied', stacks: [{ outputs: { Value: 'hunter2 x' } }] })
    expect(await liveDifferences({ session, plan })).toEqual([])
  })
})

async function reaches(session: ReturnType<Emulator['session']>, stack: string, status: string): Promise<void> {
  for (let look = 0; look < 200; look++) {
    if ((await describeStacks(session, [stack])).get(stack)?.status === status) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`${stack} did not reach ${status}`)
}

/** Ends the wait of a stack of the template SLOW. */
async function signal(
  session: ReturnType<Emulator['session']>,
  stack: string,
  status: 'SUCCESS' | 'FAILURE'
): Promise<void> {
  const client = aws.client(session)
  for (let look = 0; look < 200; look++) {
    try {
      await client.signalResource({ StackName: stack, LogicalResourceId: 'Ready', UniqueId: 'test', Status: status })
      return
    } catch {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  throw new Error(`${stack} takes no signal`)
}
