import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AwsSession } from '@sluice/core'
import { applyWith } from '../src/apply-stacks.ts'
import { withCloudFormation } from '../src/connection.ts'
import { describeStacks, planStacks, type StacksRequest } from '../src/index.ts'
import { apply, deliver, type Emulator, stacksRequest, startEmulator, unit } from './emulator.ts'
import { mortal } from './mortal.ts'
import { CONSUMER, PARAMETER } from './templates.ts'

let aws: Emulator
beforeAll(async () => {
  aws = await startEmulator('ministack')
})
afterAll(() => aws.stop())

const API = 'storefront-staging-api'
const SITE = 'storefront-staging-site'

/** What becomes of the second stack: it is made, or it takes an output that the first one moves. */
type Second = 'created' | 'moved'

/** An update of one stack, then one that reads its outputs. */
async function planned(
  second: Second = 'created'
): Promise<{ request: StacksRequest; plan: Awaited<ReturnType<typeof planStacks>> }> {
  const session = aws.session()
  const before = unit('api', PARAMETER, { parameters: { Image: 'one' } })
  const parameters = { BundleDigest: 'two', Source: second === 'created' ? '${api.Name}' : '${api.Value}' }
  const reader = unit('site', CONSUMER, { dependsOn: ['api'], parameters })
  await deliver(stacksRequest(session, second === 'created' ? [before] : [before, reader]))
  const request = stacksRequest(session, [unit('api', PARAMETER, { parameters: { Image: 'two' } }), reader])
  return { request, plan: await planStacks(request) }
}

async function applyMortally(
  request: StacksRequest,
  plan: Awaited<ReturnType<typeof planStacks>>,
  lastCall: number,
  moment: 'before' | 'after'
): Promise<{ readonly died: boolean; readonly calls: number }> {
  return withCloudFormation(request.session, request.clock, async connection => {
    const { cloudFormation, dead, calls } = mortal(connection, lastCall, moment)
    const applying = applyWith(cloudFormation, {
      ...request,
      plan,
      clientToken: 'a'.repeat(64),
      deadline: Date.now() + 60_000,
      onEvent: () => undefined
    })
    const end = await Promise.race([applying, dead])
    return { died: end === 'dead', calls: calls() }
  })
}

/** How many operations a stack has gone through. */
async function operations(session: AwsSession, stack: string): Promise<number> {
  const { StackEvents } = await aws.client(session).describeStackEvents({ StackName: stack })
  return (StackEvents ?? []).filter(
    event =>
      event.PhysicalResourceId === event.StackId && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(event.ResourceStatus ?? '')
  ).length
}

/** Kills an apply, runs it again, and checks everything; whether it lived that long at all depends on how often it had to look. */
async function survives(lastCall: number, moment: 'before' | 'after', second: Second): Promise<boolean> {
  const { request, plan } = await planned(second)
  const { died } = await applyMortally(request, plan, lastCall, moment)

  const { outcome } = await apply(request, plan)

  const live = await describeStacks(request.session, [API, SITE])
  expect({ lastCall, outcome: outcome.kind }).toEqual({ lastCall, outcome: 'applied' })
  expect(live.get(API)).toMatchObject({ status: 'UPDATE_COMPLETE', outputs: { Value: 'two x' } })
  expect(live.get(SITE)).toMatchObject(
    second === 'created'
      ? { status: 'CREATE_COMPLETE', outputs: { Value: `two /${API}/image` } }
      : { status: 'UPDATE_COMPLETE', outputs: { Value: 'two two x' } }
  )
  expect(await operations(request.session, API)).toBe(2)
  expect(await operations(request.session, SITE)).toBe(second === 'created' ? 1 : 2)
  return died
}

describe('an apply that is killed', () => {
  it.each([
    ['before', 'created'],
    ['after', 'created'],
    ['before', 'moved'],
    ['after', 'moved']
  ] as const)(
    'ends in the same state when it is run again, whichever call it died %s, where the second stack is %s',
    async (moment, second) => {
      const { request: whole, plan: wholePlan } = await planned(second)
      const { calls } = await applyMortally(whole, wholePlan, Number.POSITIVE_INFINITY, moment)
      expect(calls).toBeGreaterThan(20)

      const deaths = Array.from({ length: calls }, (_, index) => index + 1)
      const died: boolean[] = []
      for (const group of deaths.flatMap((_, at) => (at % 4 === 0 ? [deaths.slice(at, at + 4)] : []))) {
        died.push(...(await Promise.all(group.map(lastCall => survives(lastCall, moment, second)))))
      }
      const deathsSurvived = died.filter(Boolean).length
      process.stdout.write(`killed ${moment} each of ${deathsSurvived} calls of an apply\n`)
      expect(deathsSurvived).toBeGreaterThan(20)
    },
    120_000
  )
})

describe('planning', () => {
  it('says the same when its change sets are there already', async () => {
    const { request, plan } = await planned()

    const again = await planStacks(request)

    expect(again).toEqual(plan)
  })
})
